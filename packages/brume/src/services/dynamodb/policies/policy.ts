/**
 * Policies of tables and of their streams: kept and answered as they were said, evaluated by nobody.
 * Under `dynamodb | account | region | policy | table | label of the stream, or nothing`.
 */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Value, Write } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import type { Scope } from '../tables/catalog.ts';
import { accessDenied, resourceArnNotFound, validation } from '../errors.ts';
import { malformedPolicy, policyTooLarge } from './errors.ts';
import { POLICY_BYTES_MAX } from './limits.ts';

/** The stored form, as JSON. */
export interface StoredPolicy {
  readonly document: string;
  readonly revisionId: string;
}

export interface PolicyOwner {
  readonly arn: string;
  readonly tableName: string;
  /** Undefined for the table itself. */
  readonly streamLabel: string | undefined;
}

const ARN = /^arn:aws[a-z-]*:dynamodb:([^:]*):([^:]*):table\/([^/:]+)(?:\/stream\/([^/]+))?$/;

/** A table or a stream: indexes have no policies of their own (API Reference, PutResourcePolicy). */
export function policyOwner(arn: string, context: RequestContext): PolicyOwner {
  const match = ARN.exec(arn);
  if (match === null) throw validation(`Invalid ResourceArn provided as input ${arn}`);
  const [, region, accountId, tableName = '', streamLabel] = match;
  if (accountId !== context.accountId) throw accessDenied(arn, context);
  if (region !== context.region) throw resourceArnNotFound(arn);
  return { arn, tableName, streamLabel };
}

/** Bytes are counted first, so that what is parsed is small. */
export function checkPolicy(document: string): void {
  if (Buffer.byteLength(document, 'utf8') > POLICY_BYTES_MAX) throw policyTooLarge();
  let policy: unknown;
  try {
    policy = JSON.parse(document);
  } catch {
    throw malformedPolicy('it is not JSON');
  }
  if (typeof policy !== 'object' || policy === null || !Object.hasOwn(policy, 'Statement')) {
    throw malformedPolicy('it has no Statement');
  }
}

export function policyKey(
  { accountId, region }: Scope,
  tableName: string,
  streamLabel = '',
): Buffer {
  return encodeKey(['dynamodb', accountId, region, 'policy', tableName, streamLabel]);
}

export function decodePolicy(value: Value): StoredPolicy {
  return JSON.parse(Buffer.from(value).toString('utf8')) as StoredPolicy;
}

/** AWS's revisions are numbers of milliseconds (example of the API Reference); later ones greater. */
export function nextRevision(current: StoredPolicy | undefined, nowMs: number): string {
  return String(Math.max(nowMs, Number(current?.revisionId ?? 0) + 1));
}

export function putPolicy(key: Buffer, policy: StoredPolicy): Write {
  return { type: 'put', key, value: Buffer.from(JSON.stringify(policy)) };
}

/** To be written with the deletion of a table: its policy goes, and those of its streams. */
export function deletePolicies({ accountId, region }: Scope, tableName: string): Write {
  return {
    type: 'delete-range',
    ...prefixRange(['dynamodb', accountId, region, 'policy', tableName]),
  };
}
