/**
 * IAM's policy language, for policies of APIs, functions and layers, and those that authorizers answer
 * with. Allowed only by a statement that says so; what cannot be evaluated never allows, always denies.
 */
import { conditionOf, type Condition, type ConditionKeys } from './conditions.ts';
import { matchesGlob } from './glob.ts';

export type PolicyVerdict = 'allow' | 'deny' | 'none';

/** Who asks for what. */
export interface PolicyRequest {
  /** `lambda:InvokeFunction`. */
  readonly action: string;
  /** ARN, with its qualifier where it has one. */
  readonly resource: string;
  /** Undefined for who is not known. */
  readonly principal: PolicyPrincipal | undefined;
  readonly keys: ConditionKeys;
}

/** A service of AWS (`apigateway.amazonaws.com`), or a user or role of an account. */
export type PolicyPrincipal =
  | { readonly service: string }
  | { readonly accountId: string; readonly arn: string };

export type Policy = (request: PolicyRequest) => PolicyVerdict;

interface Statement {
  readonly denies: boolean;
  readonly concerns: (request: PolicyRequest) => boolean;
}

/** Undefined when the document is not a policy. `resourceOf` completes resources that are written short. */
export function compilePolicy(
  document: unknown,
  resourceOf: (written: string) => string = (written) => written,
): Policy | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { Statement: stated } = document as { Statement?: unknown };
  const statements: Statement[] = [];
  for (const each of listOf(stated)) {
    const statement = compileStatement(each, resourceOf);
    if (!statement) return undefined;
    statements.push(statement);
  }
  return (request) => {
    const concern = (isDenial: boolean) =>
      statements.some(({ denies, concerns }) => denies === isDenial && concerns(request));
    return concern(true) ? 'deny' : concern(false) ? 'allow' : 'none';
  };
}

function compileStatement(
  value: unknown,
  resourceOf: (written: string) => string,
): Statement | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } =
    value as Readonly<Record<string, unknown>>;
  if (Effect !== 'Allow' && Effect !== 'Deny') return undefined;
  const isAction = patterns(Action, NotAction, (pattern) => pattern.toLowerCase());
  const isResource = patterns(Resource, NotResource, resourceOf);
  const conditions = conditionsOf(Condition);
  if (!isAction || !isResource || !conditions) return undefined;
  const isWho = principalOf(Principal);
  const denies = Effect === 'Deny';
  return {
    denies,
    concerns: ({ action, resource, principal, keys }) =>
      isAction(action.toLowerCase()) &&
      isResource(resource) &&
      // Whom an account's name excepts is not simply its opposite (IAM user guide, "NotPrincipal").
      (NotPrincipal === undefined ? isWho(principal) : denies) &&
      // What is not understood is met where it denies, and not met where it allows.
      conditions.every((condition) => condition(keys) ?? denies),
  };
}

/** What an element names, or all but what its opposite names; undefined unless one of them is there. */
function patterns(named: unknown, excepted: unknown, read: (written: string) => string) {
  const isExcept = named === undefined;
  if (!isExcept && excepted !== undefined) return undefined;
  const list = texts(isExcept ? excepted : named)?.map(read);
  return list && ((text: string) => list.some((each) => matchesGlob(each, text)) !== isExcept);
}

/** A policy that names no principals belongs to somebody. A federation is nobody here. */
function principalOf(value: unknown): (principal: PolicyPrincipal | undefined) => boolean {
  if (value === undefined || value === '*') return () => true;
  if (typeof value !== 'object' || value === null) return () => false;
  const { AWS, Service } = value as { AWS?: unknown; Service?: unknown };
  const members = AWS === undefined ? [] : (texts(AWS) ?? []);
  const services = Service === undefined ? [] : (texts(Service) ?? []);
  return (principal) =>
    principal && 'service' in principal
      ? services.includes(principal.service)
      : members.some((written) => isMember(written, principal));
}

function isMember(
  written: string,
  principal: { readonly accountId: string; readonly arn: string } | undefined,
): boolean {
  if (written === '*' || !principal) return written === '*';
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(written)?.[1];
  return account === undefined ? written === principal.arn : account === principal.accountId;
}

/** Undefined where the element is no block of conditions. */
function conditionsOf(value: unknown): Condition[] | undefined {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  const conditions: Condition[] = [];
  for (const [operator, block] of Object.entries(value)) {
    if (typeof block !== 'object' || block === null) return undefined;
    for (const [key, given] of Object.entries(block)) {
      conditions.push(conditionOf(operator, key, listOf(given).map(String)));
    }
  }
  return conditions;
}

function texts(value: unknown): string[] | undefined {
  const list = listOf(value);
  return list.every((each) => typeof each === 'string') ? list : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
