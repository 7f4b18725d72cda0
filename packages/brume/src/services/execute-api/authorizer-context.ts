/** What an authorizer found out, for integrations, mappings and traces. */
import type { PolicyRequest } from '../../policies/policy.ts';

export type AuthorizerContext =
  | {
      readonly type: 'jwt';
      /** All as text, as AWS tells them. */
      readonly claims: ReadonlyMap<string, string>;
      /** Those of the route's scopes that the token has; null when the route names none. */
      readonly scopes: readonly string[] | null;
    }
  | {
      readonly type: 'lambda';
      readonly principalId: string | undefined;
      /** As the function gave it, with no prototype. */
      readonly context: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'iam'; readonly identity: IamIdentity };

export interface IamIdentity {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly userArn: string;
  readonly userId: string;
}

/** What a Lambda authorizer decided. A policy is evaluated for every request that it is kept for. */
export interface AuthorizerDecision {
  readonly permits: (request: PolicyRequest) => boolean;
  readonly context: Extract<AuthorizerContext, { type: 'lambda' }>;
}

/**
 * A JSON object or any other value as text, as AWS gives claims to functions: arrays `[a b]`, objects
 * as JSON (measured by floci, 2026-08). Undefined for null, which AWS leaves out.
 */
export function claimText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map((each) => claimText(each) ?? '').join(' ')}]`;
  return JSON.stringify(value);
}
