import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeShard, decodeHead, encodeHead, isFull, NEW_HEAD } from './head.ts';
import { SHARD_MS, SHARD_RECORDS_MAX } from './limits.ts';
import { sequenceNumber, sequenceOf, shardId, shardNumberOf } from './stream.ts';

const HEAD = { ...NEW_HEAD, openedMs: 1000 };

test('a shard is full when it is old or has many records, but not when it is empty', () => {
  assert.equal(isFull(HEAD, 1000 + 10 * SHARD_MS), false);
  assert.equal(isFull({ ...HEAD, next: 1 }, 999 + SHARD_MS), false);
  assert.equal(isFull({ ...HEAD, next: 1 }, 1000 + SHARD_MS), true);
  assert.equal(isFull({ ...HEAD, next: SHARD_RECORDS_MAX - 1 }, 1000), false);
  assert.equal(isFull({ ...HEAD, next: SHARD_RECORDS_MAX }, 1000), true);
  const second = { ...HEAD, first: SHARD_RECORDS_MAX, next: SHARD_RECORDS_MAX + 1 };
  assert.equal(isFull(second, 1000), false);
});

test('shards follow each other in time and number, even where the clock goes back', () => {
  const { closed, next } = closeShard({ ...HEAD, next: 5 }, 10);
  assert.deepEqual(closed, { openedMs: 1000, first: 0, last: 5 });
  const expected = { shard: 1, openedMs: 1000, parentOpenedMs: 1000, first: 6, next: 6 };
  assert.deepEqual(next, { ...expected, horizon: 0 });
  assert.ok(shardId(next.openedMs, next.shard) > shardId(closed.openedMs, 0));
  assert.deepEqual(decodeHead(encodeHead(next)), next);
});

test('sequence numbers and shard ids are text in the order of what they stand for', () => {
  const numbers = [0, 1, 9, 10, 99, 12_345, Number.MAX_SAFE_INTEGER];
  const texts = numbers.map(sequenceNumber);
  assert.deepEqual(texts.toSorted(), texts);
  assert.deepEqual(texts.map(sequenceOf), numbers);
  for (const text of ['', '1', '0'.repeat(21), '9'.repeat(21), `${texts[0]} `, '1'.repeat(41)]) {
    assert.equal(sequenceOf(text), undefined);
  }
  assert.equal(shardNumberOf(shardId(1_700_000_000_000, 31)), 31);
  assert.equal(shardNumberOf('shardId-1-1'), undefined);
});
