/**
 * IAM's policy language, for policies of APIs, functions and layers, and those that authorizers answer
 * with. Allowed only by a statement that says so; what cannot be evaluated never allows, always denies.
 */
import { conditionOf, type Condition } from './conditions.ts';
import { matchesGlob } from './glob.ts';
import { namedBy, type PolicyPrincipal } from './principal.ts';
import { templateOf, type ConditionKeys, type Template } from './variables.ts';

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

export type Policy = (request: PolicyRequest) => PolicyVerdict;

interface Statement {
  readonly denies: boolean;
  readonly concerns: (request: PolicyRequest) => boolean;
}

/** What a statement may have. One with anything else would mean more than is understood. */
const ELEMENTS = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'],
  ...['Resource', 'NotResource', 'Condition'],
]);

/** Undefined when the document is not a policy. `resourceOf` completes resources that are written short. */
export function compilePolicy(
  document: unknown,
  resourceOf: (written: string) => string = (written) => written,
): Policy | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { Version, Statement: stated } = document as { Version?: unknown; Statement?: unknown };
  const hasVariables = Version === '2012-10-17';
  const statements: Statement[] = [];
  for (const each of listOf(stated)) {
    const statement = compileStatement(each, hasVariables, resourceOf);
    if (!statement) return undefined;
    statements.push(statement);
  }
  return (request) => {
    const concern = (isDenial: boolean) =>
      statements.some(({ denies, concerns }) => denies === isDenial && concerns(request));
    return concern(true) ? 'deny' : concern(false) ? 'allow' : 'none';
  };
}

/** As `compilePolicy`, of a policy that a resource has: each statement says whom it concerns. */
export function compileResourcePolicy(
  document: unknown,
  resourceOf?: (written: string) => string,
): Policy | undefined {
  const policy = compilePolicy(document, resourceOf);
  const { Statement: stated } = (policy ? document : {}) as { Statement?: unknown };
  // Else it would concern everybody.
  return listOf(stated).every(namesPrincipal) ? policy : undefined;
}

function namesPrincipal(statement: unknown): boolean {
  const { Principal, NotPrincipal } = (statement ?? {}) as Readonly<Record<string, unknown>>;
  return (Principal ?? NotPrincipal) !== undefined;
}

function compileStatement(
  value: unknown,
  hasVariables: boolean,
  resourceOf: (written: string) => string,
): Statement | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const statement = value as Readonly<Record<string, unknown>>;
  if (!Object.keys(statement).every((name) => ELEMENTS.has(name))) return undefined;
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } =
    statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') return undefined;
  const isAction = actions(Action, NotAction);
  const isResource = resources(Resource, NotResource, (written) =>
    templateOf(resourceOf(written), hasVariables),
  );
  const conditions = conditionsOf(Condition, hasVariables);
  const isWho = namedBy(Principal);
  if (!isAction || !isResource || !conditions || !isWho) return undefined;
  const denies = Effect === 'Deny';
  return {
    denies,
    // What is not understood is met where it denies, and not met where it allows.
    concerns: ({ action, resource, principal, keys }) =>
      isAction(action.toLowerCase()) &&
      (isResource(resource, keys) ?? denies) &&
      // Whom an account's name excepts is not simply its opposite (IAM user guide, "NotPrincipal").
      (NotPrincipal === undefined ? isWho(principal) : denies) &&
      conditions.every((condition) => condition(keys) ?? denies),
  };
}

function actions(named: unknown, excepted: unknown) {
  const list = oneOf(named, excepted)?.map((pattern) => pattern.toLowerCase());
  const isExcept = named === undefined;
  return list && ((text: string) => list.some((each) => matchesGlob(each, text)) !== isExcept);
}

/** Undefined from what is returned: a variable has no value. */
function resources(named: unknown, excepted: unknown, read: (written: string) => Template) {
  const templates = oneOf(named, excepted)?.map(read);
  const isExcept = named === undefined;
  return (
    templates &&
    ((text: string, keys: ConditionKeys) => {
      const patterns = templates.map((template) => template(keys));
      if (!patterns.every((pattern) => pattern !== undefined)) return undefined;
      return patterns.some((pattern) => matchesGlob(pattern, text)) !== isExcept;
    })
  );
}

/** What an element names, or what its opposite does; undefined unless one of them is there. */
function oneOf(named: unknown, excepted: unknown): string[] | undefined {
  if (named !== undefined && excepted !== undefined) return undefined;
  const list = listOf(named ?? excepted);
  return list.length > 0 && list.every((each) => typeof each === 'string') ? list : undefined;
}

/** Undefined where the element is no block of conditions. */
function conditionsOf(value: unknown, hasVariables: boolean): Condition[] | undefined {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  const conditions: Condition[] = [];
  for (const [operator, block] of Object.entries(value)) {
    if (typeof block !== 'object' || block === null) return undefined;
    for (const [key, given] of Object.entries(block)) {
      conditions.push(conditionOf(operator, key, listOf(given), hasVariables));
    }
  }
  return conditions;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
