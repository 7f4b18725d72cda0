/** Who asks, and whom the `Principal` of a policy names (IAM user guide, "AWS JSON policy elements: Principal"). */
import type { ConditionKeys } from './variables.ts';

/** A service of AWS (`apigateway.amazonaws.com`), or somebody of an account. */
export type PolicyPrincipal = { readonly service: string } | AccountPrincipal;

export interface AccountPrincipal {
  readonly accountId: string;
  /** Of a user, of a session of a role, or of the account's owner. */
  readonly arn: string;
  /** `AROA…:session`. */
  readonly userId?: string | undefined;
}

export type IsNamed = (principal: PolicyPrincipal | undefined) => boolean;

/** Kinds of principals that are nobody here. */
const OTHERS = new Set(['Federated', 'CanonicalUser']);
const SESSION = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;
const ROLE = /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

/** Undefined for what is no principal. A policy that names none belongs to somebody. */
export function namedBy(value: unknown): IsNamed | undefined {
  if (value === undefined || value === '*') return () => true;
  if (typeof value !== 'object' || value === null) return undefined;
  const { AWS = [], Service = [], ...rest } = value as Readonly<Record<string, unknown>>;
  const [members, services] = [texts(AWS), texts(Service)];
  if (!members || !services || !Object.keys(rest).every((kind) => OTHERS.has(kind))) {
    return undefined;
  }
  return (principal) =>
    principal && 'service' in principal
      ? services.includes(principal.service)
      : members.some((written) => isMember(written, principal));
}

function isMember(written: string, principal: AccountPrincipal | undefined): boolean {
  if (written === '*' || !principal) return written === '*';
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(written)?.[1];
  if (account !== undefined) return account === principal.accountId;
  return written === principal.arn || isRoleOf(written, principal.arn);
}

/**
 * Whether it names the role of a session. A session's own name has no path of its role, and the names of an
 * account's roles are different without it.
 */
function isRoleOf(written: string, arn: string): boolean {
  const [, ...role] = ROLE.exec(written) ?? [];
  const [, ...session] = SESSION.exec(arn) ?? [];
  return role.length > 0 && role.join(':') === session.join(':');
}

/** What conditions see of who asks ("AWS global condition context keys", "Properties of the principal"). */
export function principalKeys({ arn, accountId, userId }: AccountPrincipal): ConditionKeys {
  const [, partition, , role] = SESSION.exec(arn) ?? [];
  return new Map([
    // The role's own, whatever the session; without its path, which nobody here knows.
    [
      'aws:principalarn',
      role === undefined ? arn : `arn:${partition}:iam::${accountId}:role/${role}`,
    ],
    ['aws:principalaccount', accountId],
    ['aws:principaltype', typeOf(arn)],
    ['aws:userid', userId],
    ['aws:username', /:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]],
  ]);
}

function typeOf(arn: string): string {
  if (SESSION.test(arn)) return 'AssumedRole';
  if (/:federated-user\/[^/]+$/.test(arn)) return 'FederatedUser';
  return arn.endsWith(':root') ? 'Account' : 'User';
}

function texts(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((each) => typeof each === 'string') ? list : undefined;
}
