/** Where a SELECT goes on: bound to the statement, its parameters and the caller's account. */
import { hash } from 'node:crypto';
import type { RequestContext } from '../../service.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import type { AttributeMap, AttributeValue } from '../items/attribute-value.ts';
import { validation } from '../errors.ts';
import { bareLayer } from '../validation.ts';

export interface Place {
  /** Which of the plan's ranges comes next. */
  readonly range: number;
  /** The last item read of it; undefined at its beginning. */
  readonly key: AttributeMap | undefined;
}

export function statementFingerprint(
  { accountId, region }: RequestContext,
  statement: string,
  parameters: readonly AttributeValue[],
): string {
  return hash('sha256', JSON.stringify([accountId, region, statement, parameters]), 'base64');
}

export function encodeToken(fingerprint: string, { range, key }: Place): string {
  return Buffer.from(JSON.stringify([fingerprint, range, key ?? null])).toString('base64');
}

export function decodeToken(token: string, fingerprint: string): Place {
  const [bound, range, key] = parsed(token);
  if (typeof bound !== 'string' || !Number.isSafeInteger(range)) throw invalidToken();
  if (typeof key !== 'object' || Array.isArray(key)) throw invalidToken();
  if (bound !== fingerprint) throw validation('NextToken does not match request');
  const place = key === null ? undefined : (key as AttributeMap);
  return { range: range as number, key: place && normalizeAttributes(place, bareLayer) };
}

/** DynamoDB Local 3.3.1 (2026). */
export function invalidToken(): Error {
  return validation('Invalid NextToken');
}

function parsed(token: string): readonly unknown[] {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    return Array.isArray(decoded) ? decoded : [];
  } catch {
    // What is not JSON is no token of ours.
    return [];
  }
}
