/**
 * Policies over `execute-api:Invoke`: those that Lambda authorizers answer with, and those of resources.
 * Allowed only by a statement that says so; what cannot be evaluated never allows, and always denies.
 */
import { conditionOf } from './policy-conditions.ts';
import type { Condition } from './policy-conditions.ts';
import { matchesGlob } from './glob.ts';

export type PolicyVerdict = 'allow' | 'deny' | 'none';

export interface PolicyRequest {
  /** `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}/{path}`. */
  readonly resource: string;
  /** Undefined for who is not known. */
  readonly principal?: PolicyPrincipal | undefined;
  /** Condition keys in lower case: `aws:sourceip`. */
  readonly keys: ReadonlyMap<string, string>;
}

export interface PolicyPrincipal {
  readonly accountId: string;
  readonly arn: string;
}

export type Policy = (request: PolicyRequest) => PolicyVerdict;

interface Statement {
  readonly denies: boolean;
  /** It has elements that are not evaluated here. */
  readonly isUnclear: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Undefined where the policy belongs to somebody: it names no principals. */
  readonly principals: readonly string[] | undefined;
  readonly conditions: readonly Condition[];
}

const ACTION = 'execute-api:invoke';

/** Undefined when the document is not a policy. `resourceOf` completes resources that are written short. */
export function compilePolicy(
  document: unknown,
  resourceOf: (written: string) => string = (written) => written,
): Policy | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { Statement: stated } = document as { Statement?: unknown };
  const list = Array.isArray(stated) ? (stated as unknown[]) : [stated];
  const statements = list.map((each) => parseStatement(each, resourceOf));
  if (statements.includes(undefined)) return undefined;
  const known = statements.filter((each) => each !== undefined);
  return (request) => {
    const denied = known.some((each) => each.denies && concerns(each, request));
    if (denied) return 'deny';
    const allowed = known.some((each) => !each.denies && concerns(each, request));
    return allowed ? 'allow' : 'none';
  };
}

function parseStatement(
  value: unknown,
  resourceOf: (written: string) => string,
): Statement | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Effect, Action, Resource, Principal, Condition, ...rest } = value as Readonly<
    Record<string, unknown>
  >;
  if (Effect !== 'Allow' && Effect !== 'Deny') return undefined;
  const isUnclear = ['NotAction', 'NotResource', 'NotPrincipal'].some((name) => name in rest);
  const actions = texts(Action) ?? (isUnclear ? ['*'] : undefined);
  const resources = texts(Resource)?.map(resourceOf) ?? (isUnclear ? ['*'] : undefined);
  const principals = Principal === undefined ? undefined : principalsOf(Principal);
  const conditions = conditionsOf(Condition);
  if (!actions || !resources || !conditions) return undefined;
  return { denies: Effect === 'Deny', isUnclear, actions, resources, principals, conditions };
}

function texts(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((each) => typeof each === 'string') ? list : undefined;
}

/** AWS's principals only; anybody else named (a service, a federation) is nobody here. */
function principalsOf(value: unknown): string[] {
  if (value === '*') return ['*'];
  if (typeof value !== 'object' || value === null) return [];
  return texts((value as { AWS?: unknown }).AWS) ?? [];
}

/** Undefined where the element is no block of conditions. */
function conditionsOf(value: unknown): Condition[] | undefined {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  const conditions: Condition[] = [];
  for (const [operator, block] of Object.entries(value)) {
    if (typeof block !== 'object' || block === null) return undefined;
    for (const [key, given] of Object.entries(block)) {
      const list: unknown[] = Array.isArray(given) ? given : [given];
      conditions.push(conditionOf(operator, key, list.map(String)));
    }
  }
  return conditions;
}

function concerns(statement: Statement, request: PolicyRequest): boolean {
  const { denies, isUnclear, actions, resources, principals, conditions } = statement;
  if (!actions.some((action) => matchesGlob(action.toLowerCase(), ACTION))) return false;
  if (!resources.some((resource) => matchesGlob(resource, request.resource))) return false;
  if (principals && !principals.some((each) => isPrincipal(each, request.principal))) return false;
  // What is not understood is met where it denies, and not met where it allows.
  if (isUnclear) return denies;
  return conditions.every((condition) => condition(request.keys) ?? denies);
}

function isPrincipal(written: string, principal: PolicyPrincipal | undefined): boolean {
  if (written === '*') return true;
  if (!principal) return false;
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(written)?.[1];
  return account === undefined ? written === principal.arn : account === principal.accountId;
}
