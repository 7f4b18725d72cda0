/**
 * A workload that shows any lost, half-done or repeated transaction. Each caller makes transactions
 * 1, 2, 3 …, one at a time. Number n of a caller, in one decision:
 *
 * - moves the caller's `count` from n - 1 to n, and says so once more in `echo`;
 * - puts item n, with contents that only it can have, and removes item n - KEPT;
 * - adds one to a `total` that all callers share.
 *
 * So after any crash: a caller's count is what it last heard of or one more, its echo agrees, just
 * its last KEPT items are there, and the total is the sum of the counts.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { encodeKey, prefixRange } from '../../packages/brume/src/storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../packages/brume/src/storage/ordered-store.ts';

export const CALLERS = 16;
const KEPT = 5;
const ITEM_BYTES_MAX = 6000;
/** Every so many transactions a range deletion tidies up, instead of a single one. */
const RANGE_DELETION_EVERY = 7;
const TOTAL = encodeKey(['total']);

const countKey = (caller: number) => encodeKey(['count', caller]);
const echoKey = (caller: number) => encodeKey(['echo', caller]);
const itemKey = (caller: number, number: number) => encodeKey(['item', caller, number]);

/** Makes the caller's next transaction; resolves with its number once it is acknowledged. */
export function makeTransaction(store: OrderedStore, caller: number): Promise<number> {
  return store.transact([countKey(caller), TOTAL], ([count, total]) => {
    const number = parseNumber(count) + 1;
    const writes: Write[] = [
      { type: 'put', key: countKey(caller), value: Buffer.from(String(number)) },
      { type: 'put', key: itemKey(caller, number), value: contentsOf(caller, number) },
      { type: 'put', key: TOTAL, value: Buffer.from(String(parseNumber(total) + 1)) },
      { type: 'put', key: echoKey(caller), value: Buffer.from(String(number)) },
      ...deletions(caller, number),
    ];
    return { writes, result: number };
  });
}

function deletions(caller: number, number: number): Write[] {
  const outdated = number - KEPT;
  if (outdated < 1) return [];
  if (number % RANGE_DELETION_EVERY !== 0) {
    return [{ type: 'delete', key: itemKey(caller, outdated) }];
  }
  const { start } = prefixRange(['item', caller]);
  return [{ type: 'delete-range', start, end: itemKey(caller, outdated + 1) }];
}

/**
 * Checks a store that was opened after a crash. `acknowledged` holds the last number that each caller
 * heard of. Returns the counts that the callers go on from.
 */
export async function checkLedger(
  store: OrderedStore,
  acknowledged: readonly number[],
): Promise<number[]> {
  const counts: number[] = [];
  for (let caller = 0; caller < CALLERS; caller++) {
    const heard = acknowledged[caller] ?? 0;
    const [count, echo] = await store.getMany([countKey(caller), echoKey(caller)]);
    const number = parseNumber(count);
    assert.ok(number >= heard, `caller ${caller}: ${number} is there, ${heard} was acknowledged`);
    assert.ok(
      number <= heard + 1,
      `caller ${caller}: ${number} is there, but only ${heard} was heard of`,
    );
    assert.equal(parseNumber(echo), number, `caller ${caller}: half a transaction`);
    await checkItems(store, caller, number);
    counts.push(number);
  }
  const total = parseNumber(await store.get(TOTAL));
  const sum = counts.reduce((left, right) => left + right, 0);
  assert.equal(total, sum, 'the total is not the sum');
  return counts;
}

async function checkItems(store: OrderedStore, caller: number, count: number): Promise<void> {
  const items = await store.range({ ...prefixRange(['item', caller]), limit: 1000 });
  const first = Math.max(1, count - KEPT + 1);
  assert.equal(items.length, count - first + 1, `caller ${caller}: items`);
  for (const [index, { key, value }] of items.entries()) {
    const number = first + index;
    assert.ok(itemKey(caller, number).equals(key), `caller ${caller}: item ${number} is missing`);
    const intact = contentsOf(caller, number).equals(value);
    assert.ok(intact, `caller ${caller}: item ${number} is damaged`);
  }
}

function contentsOf(caller: number, number: number): Buffer {
  const hash = createHash('sha256').update(`${caller} ${number}`).digest();
  // Mostly small, as items are.
  const small = hash.readUInt8(0) < 200;
  const length = hash.readUInt32BE(1) % (small ? 300 : ITEM_BYTES_MAX);
  return Buffer.alloc(length, hash);
}

function parseNumber(value: Uint8Array | undefined): number {
  return value === undefined ? 0 : Number(Buffer.from(value).toString());
}
