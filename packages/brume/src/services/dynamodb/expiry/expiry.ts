/**
 * What is due when: items of tables with time to live, and idempotency tokens, in one queue ordered
 * by time. It is written in the decisions that it follows from, so it is never behind.
 */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Value, Write } from '../../../storage/ordered-store.ts';
import { attributeOf, type AttributeMap } from '../items/attribute-value.ts';
import { decimal, formatDecimal } from '../items/decimal.ts';
import type { ItemChange } from '../items/item-changes.ts';
import type { Table } from '../tables/table.ts';

const QUEUE = ['dynamodb', '-', '-', 'expiry'];

export type Due =
  | {
      readonly type: 'item';
      readonly accountId: string;
      readonly region: string;
      readonly tableName: string;
      /** Attributes of the item's key. */
      readonly key: AttributeMap;
    }
  | { readonly type: 'token'; readonly storeKey: string };

/** Keeps the queue in step with an item of a table with time to live. */
export function expiryWrites({ table, itemKey, before, after }: ItemChange): Write[] {
  const name = enabledAttribute(table);
  if (name === undefined) return [];
  const was = before && dueSeconds(before.attributes, name);
  const is = after && dueSeconds(after.attributes, name);
  if (was === is) return [];
  const writes: Write[] = [];
  if (was !== undefined) writes.push({ type: 'delete', key: entryKey(was * 1000, itemKey) });
  if (after && is !== undefined) writes.push(itemDue(table, itemKey, after.attributes, is));
  return writes;
}

export function itemDue(
  table: Table,
  itemKey: Buffer,
  attributes: AttributeMap,
  seconds: number,
): Write {
  const { accountId, region } = table.definition;
  const key = Object.fromEntries(
    table.keyNames.map((name) => [name, attributeOf(attributes, name)]),
  ) as AttributeMap;
  const due: Due = { type: 'item', accountId, region, tableName: table.name, key };
  return { type: 'put', key: entryKey(seconds * 1000, itemKey), value: encodeDue(due) };
}

export function tokenDue(storeKey: Buffer, dueMs: number): Write {
  const due: Due = { type: 'token', storeKey: storeKey.toString('base64') };
  return { type: 'put', key: entryKey(dueMs, storeKey), value: encodeDue(due) };
}

/** All that is due before `nowMs`, or ever. */
export function dueRange(nowMs?: number): { start: Buffer; end: Buffer } {
  const { start, end } = prefixRange(QUEUE);
  return nowMs === undefined ? { start, end } : { start, end: encodeKey([...QUEUE, nowMs]) };
}

export function decodeDue(value: Value): Due {
  return JSON.parse(Buffer.from(value).toString('utf8')) as Due;
}

/** What is kept of a transaction's idempotency token. */
export interface TokenNote {
  /** Tells whether a request with the token is the same one again. */
  readonly fingerprint: string;
  readonly dueMs: number;
}

export function decodeToken(value: Value): TokenNote {
  return JSON.parse(Buffer.from(value).toString('utf8')) as TokenNote;
}

export function enabledAttribute({ definition }: Table): string | undefined {
  const { timeToLive } = definition;
  return timeToLive?.enabled === true ? timeToLive.attributeName : undefined;
}

/** Whole seconds since the epoch; undefined where the attribute is none that time to live reads. */
export function dueSeconds(attributes: AttributeMap, name: string): number | undefined {
  const text = attributeOf(attributes, name)?.N;
  if (text === undefined) return undefined;
  const [whole = ''] = formatDecimal(decimal(text)).split('.');
  const seconds = Number(whole);
  const isTime = seconds >= 0 && Number.isSafeInteger(seconds * 1000);
  return isTime ? seconds : undefined;
}

function entryKey(dueMs: number, id: Uint8Array): Buffer {
  return encodeKey([...QUEUE, dueMs, id]);
}

function encodeDue(due: Due): Buffer {
  return Buffer.from(JSON.stringify(due));
}
