/**
 * What is remembered of exports, imports and bulk operations, and by which token a request is known
 * again. Under `dynamodb | account | region`:
 *
 *   export | id     import | id     bulk-operation | id
 *   transfer-token | kind | token     for eight hours
 */
import { hash } from 'node:crypto';
import type { AwsError } from '../../../model/aws-error.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Value, Write } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import type { Scope } from '../tables/catalog.ts';
import { RANGE_ENTRIES_MAX } from '../limits.ts';
import { afterKey } from '../items/key.ts';
import { due } from '../recovery/retention-queue.ts';
import { tableArn } from '../tables/table.ts';
import { TRANSFER_TOKEN_MS } from './limits.ts';

export type TransferKind = 'export' | 'import' | 'bulk-operation';

export interface TransferRecord extends Scope {
  readonly id: string;
  readonly tableName: string;
}

export function recordKey({ accountId, region }: Scope, kind: TransferKind, id: string): Buffer {
  return encodeKey(['dynamodb', accountId, region, kind, id]);
}

export function putRecord(kind: TransferKind, record: TransferRecord): Write {
  const value = Buffer.from(JSON.stringify(record));
  return { type: 'put', key: recordKey(record, kind, record.id), value };
}

/** Records have been written by `putRecord` with the same kind. */
export function decodeRecord<Stored extends TransferRecord>(value: Value): Stored {
  return JSON.parse(Buffer.from(value).toString('utf8')) as Stored;
}

export function transferArn(
  kind: TransferKind,
  { accountId, region, tableName, id }: TransferRecord,
): string {
  return `${tableArn(accountId, region, tableName)}/${kind}/${id}`;
}

export async function findRecord<Stored extends TransferRecord>(
  store: OrderedStore,
  kind: TransferKind,
  arn: string,
  context: RequestContext,
): Promise<Stored | undefined> {
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const value = await store.get(recordKey(context, kind, id));
  const record = value && decodeRecord<Stored>(value);
  return record !== undefined && transferArn(kind, record) === arn ? record : undefined;
}

/** Newest last; `token` is the id of the last one of the page before. */
export async function listRecords<Stored extends TransferRecord>(
  store: OrderedStore,
  kind: TransferKind,
  context: RequestContext,
  page: {
    readonly tableArn: string | undefined;
    readonly token: string | undefined;
    readonly limit: number;
  },
): Promise<{ readonly records: Stored[]; readonly token: string | undefined }> {
  const all = prefixRange(['dynamodb', context.accountId, context.region, kind]);
  const found: Stored[] = [];
  const afterId = page.token && Buffer.from(page.token, 'hex').toString('utf8').trimEnd();
  let start: Uint8Array = afterId ? afterKey(recordKey(context, kind, afterId)) : all.start;
  while (found.length <= page.limit) {
    const entries = await store.range({ start, end: all.end, limit: RANGE_ENTRIES_MAX });
    for (const { value } of entries) {
      const record = decodeRecord<Stored>(value);
      const arn = tableArn(record.accountId, record.region, record.tableName);
      if (page.tableArn === undefined || arn === page.tableArn) found.push(record);
    }
    const last = entries.at(-1);
    if (last === undefined) break;
    start = afterKey(last.key);
  }
  const records = found.slice(0, page.limit);
  const last = records.at(-1);
  return { records, token: found.length > page.limit && last ? pageToken(last.id) : undefined };
}

/** The model wants at least 112 hexadecimal digits, in groups of 16. */
function pageToken(id: string): string {
  return Buffer.from(id.padEnd(56), 'utf8').toString('hex');
}

interface TokenNote {
  readonly fingerprint: string;
  readonly id: string;
  readonly dueMs: number;
}

/** A request with a client token: the same one again is answered with what the first one began. */
export class RequestToken {
  readonly key: Buffer;
  readonly #fingerprint: string;
  readonly #nowMs: number;

  constructor(
    kind: TransferKind,
    scope: Scope,
    { ClientToken: token, ...input }: { readonly ClientToken?: string | undefined },
    /** Where the client sends none. */
    chosen: string,
    nowMs: number,
  ) {
    const { accountId, region } = scope;
    this.key = encodeKey(['dynamodb', accountId, region, 'transfer-token', kind, token ?? chosen]);
    this.#fingerprint = hash('sha256', JSON.stringify(input));
    this.#nowMs = nowMs;
  }

  /** The id of what the request began before, given what the store has at the token's key. */
  began(value: Value | undefined, conflict: () => AwsError): string | undefined {
    if (value === undefined) return undefined;
    const note = JSON.parse(Buffer.from(value).toString('utf8')) as TokenNote;
    if (note.dueMs <= this.#nowMs) return undefined;
    if (note.fingerprint !== this.#fingerprint) throw conflict();
    return note.id;
  }

  remember(id: string): Write[] {
    const dueMs = this.#nowMs + TRANSFER_TOKEN_MS;
    const note: TokenNote = { fingerprint: this.#fingerprint, id, dueMs };
    return [
      { type: 'put', key: this.key, value: Buffer.from(JSON.stringify(note)) },
      due({ type: 'record', key: this.key.toString('base64') }, dueMs),
    ];
  }
}
