/** What is not kept for ever, in the order of when to look at it again. */
import { hash } from 'node:crypto';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Value, Write } from '../../../storage/ordered-store.ts';
import type { TableDefinition } from '../tables/table.ts';

const QUEUE = ['dynamodb', '-', '-', 'retention'];

export type Retained =
  | {
      readonly type: 'history';
      readonly accountId: string;
      readonly region: string;
      readonly tableName: string;
      readonly historyId: string;
      /** The table's recovery is looked at by the entry of its last change. */
      readonly changedMs: number;
    }
  /** The backup of a deleted table; its key in base64. */
  | { readonly type: 'backup'; readonly key: string }
  /** What is remembered of an export, an import or a bulk operation; its key in base64. */
  | { readonly type: 'record'; readonly key: string };

export function historyDue(definition: TableDefinition, dueMs: number): Write {
  const { accountId, region, tableName, history, recovery } = definition;
  const historyId = history?.id ?? '';
  const changedMs = recovery?.changedMs ?? 0;
  return due({ type: 'history', accountId, region, tableName, historyId, changedMs }, dueMs);
}

export function due(retained: Retained, dueMs: number): Write {
  const text = JSON.stringify(retained);
  const key = encodeKey([...QUEUE, dueMs, hash('sha256', text, 'buffer')]);
  return { type: 'put', key, value: Buffer.from(text) };
}

/** All that is due at `nowMs`, or ever. */
export function retentionQueue(nowMs?: number): { readonly start: Buffer; readonly end: Buffer } {
  const all = prefixRange(QUEUE);
  return nowMs === undefined ? all : { ...all, end: encodeKey([...QUEUE, nowMs + 1]) };
}

export function decodeRetained(value: Value): Retained {
  return JSON.parse(Buffer.from(value).toString('utf8')) as Retained;
}
