/**
 * Whether a resource policy lets somebody do something: statements of IAM's policy language, as far as
 * they can stand in a policy of a function or a layer.
 */
import type { PolicyStatement } from './policy.ts';

/** Who asks for what. */
export interface PolicyRequest {
  /** `lambda:InvokeFunction`. */
  readonly action: string;
  readonly principal: PolicyPrincipal;
  /** ARN, with its qualifier where it has one. */
  readonly resource: string;
  /** Condition keys, in lower case, and their values; others are absent. */
  readonly keys?: ReadonlyMap<string, string>;
}

/** A service of AWS (`apigateway.amazonaws.com`), an account's user or role, or nobody in particular. */
export type PolicyPrincipal =
  | { readonly service: string }
  | { readonly accountId: string; readonly arn: string }
  | 'anonymous';

/** No statement denies, and one allows. */
export function isAllowed(statements: readonly PolicyStatement[], request: PolicyRequest): boolean {
  const applying = (effect: PolicyStatement['Effect']) =>
    statements.some((statement) => statement.Effect === effect && applies(statement, request));
  return !applying('Deny') && applying('Allow');
}

function applies(statement: PolicyStatement, request: PolicyRequest): boolean {
  return (
    listOf(statement.Action).some((action) => isLike(request.action, action, 'i')) &&
    listOf(statement.Resource).some((resource) => isLike(request.resource, resource)) &&
    isPrincipal(statement.Principal, request.principal) &&
    areMet(statement, request.keys ?? new Map())
  );
}

function isPrincipal(named: PolicyStatement['Principal'], principal: PolicyPrincipal): boolean {
  if (named === '*') return true;
  if (principal === 'anonymous') return listOf(named.AWS).includes('*');
  if ('service' in principal) return listOf(named.Service).includes(principal.service);
  const { accountId, arn } = principal;
  const names = ['*', accountId, `arn:aws:iam::${accountId}:root`, arn];
  return listOf(named.AWS).some((name) => names.includes(name));
}

function areMet({ Effect, Condition }: PolicyStatement, keys: ReadonlyMap<string, string>) {
  return Object.entries(Condition ?? {}).every(([name, conditions]) =>
    Object.entries(conditions).every(([key, expected]) => {
      const met = isMet(name, keys.get(key.toLowerCase()), listOf(expected).map(String));
      // A condition that is not understood lets nobody through.
      return met ?? Effect === 'Deny';
    }),
  );
}

/** Undefined for an operator that is not known here. */
function isMet(name: string, actual: string | undefined, expected: readonly string[]) {
  if (name === 'Null') return expected.includes(String(actual === undefined));
  const operator = name.replace(/IfExists$/, '');
  const test = OPERATORS.get(operator.replace('Not', ''));
  if (test === undefined) return undefined;
  const isNegated = operator.includes('Not');
  if (actual === undefined) return isNegated || operator !== name;
  return expected.some((value) => test(actual, value)) !== isNegated;
}

const OPERATORS = new Map<string, (actual: string, expected: string) => boolean>([
  ['StringEquals', (actual, expected) => actual === expected],
  ['StringEqualsIgnoreCase', (actual, expected) => isSameWord(actual, expected)],
  ['StringLike', (actual, expected) => isLike(actual, expected)],
  ['ArnEquals', isArnLike],
  ['ArnLike', isArnLike],
  ['Bool', (actual, expected) => isSameWord(actual, expected)],
]);

function isSameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Each of the six parts of an ARN on its own: `*` does not reach over a colon of the first five. */
function isArnLike(actual: string, expected: string): boolean {
  const [parts, patterns] = [arnParts(actual), arnParts(expected)];
  return parts.every((part, index) => isLike(part, patterns[index] ?? ''));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Whether a text is like a pattern with `*` and `?`, in time linear in both. */
function isLike(text: string, pattern: string, flags: 'i' | '' = ''): boolean {
  const [value, like] =
    flags === 'i' ? [text.toLowerCase(), pattern.toLowerCase()] : [text, pattern];
  let [at, next, star, retry] = [0, 0, -1, 0];
  while (at < value.length) {
    if (like[next] === '*') {
      star = next++;
      retry = at;
    } else if (like[next] === '?' || like[next] === value[at]) {
      at++;
      next++;
    } else if (star !== -1) {
      next = star + 1;
      at = ++retry;
    } else return false;
  }
  return /^\**$/.test(like.slice(next));
}

function listOf<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Item];
}
