import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { bytesToText } from '../key-text.ts';
import type { Key, Value } from '../ordered-store.ts';
import { RowCache } from './row-cache.ts';

test('a cached table answers as the table itself, whatever is forgotten in between', () => {
  const key = fc.uint8Array({ maxLength: 2, max: 3 });
  // Some too large to be kept.
  const length = fc.oneof(fc.nat(200), fc.constant(20_000));
  const value = fc.tuple(length, fc.nat(255)).map(([size, fill]) => Buffer.alloc(size, fill));
  const step = fc.oneof(
    { weight: 20, arbitrary: fc.record({ type: fc.constant('get' as const), key }) },
    { weight: 15, arbitrary: fc.record({ type: fc.constant('put' as const), key, value }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('delete' as const), key }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('clear' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const table = new Map<string, Value>();
      const cache = new RowCache(2000);
      const read = (wanted: Key) => table.get(bytesToText(wanted));
      for (const it of steps) {
        if (it.type === 'get') assert.deepEqual(cache.get(it.key, read), read(it.key));
        else if (it.type === 'clear') cache.clear();
        else if (it.type === 'delete') {
          table.delete(bytesToText(it.key));
          cache.delete(it.key);
        } else {
          table.set(bytesToText(it.key), it.value);
          cache.put(it.key, it.value);
        }
      }
    }),
  );
});

test('what is asked for again stays, what is not goes, and large values are not kept', () => {
  const cache = new RowCache(100 * 1000);
  let reads = 0;
  const read = (size: number) => () => {
    reads++;
    return Buffer.alloc(size);
  };
  const hot = Buffer.from('hot');
  for (let at = 0; at < 1000; at++) {
    cache.get(hot, read(10));
    cache.get(Buffer.from(`cold ${at}`), read(1000));
  }
  assert.equal(reads, 1001, 'the hot row was read once');
  cache.get(Buffer.from('cold 0'), read(10));
  assert.equal(reads, 1002, 'the first cold row had gone');
  cache.get(Buffer.from('large'), read(20_000));
  cache.get(Buffer.from('large'), read(20_000));
  assert.equal(reads, 1004);
});

test('bytes that the writer uses again do not change what is kept', () => {
  const cache = new RowCache(1000);
  const key = Buffer.from('key');
  const bytes = Buffer.from('old');
  cache.get(key, () => Buffer.from('first'));
  cache.put(key, bytes);
  bytes.write('new');
  assert.equal(String(cache.get(key, () => undefined)), 'old');
});
