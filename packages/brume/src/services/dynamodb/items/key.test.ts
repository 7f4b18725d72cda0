import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttributeValue } from './attribute-value.ts';
import { compareValues } from './comparison.ts';
import { afterPrefix, endedSortPart, openSortPart, partitionKeyBytes } from './key.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 }).map((S): AttributeValue => ({ S }));
const bytes = fc
  .uint8Array({ maxLength: 6 })
  .map((value): AttributeValue => ({ B: Buffer.from(value).toString('base64') }));
const number = fc
  .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: -3, max: 3 }))
  .map(([digits, exponent]): AttributeValue => ({ N: String(digits * 10 ** exponent) }))
  .filter(({ N = '' }) => /^-?\d+(\.\d{1,6})?$/.test(N));

test('sort keys are ordered as AWS orders them, whatever follows them', () => {
  const tail = fc.uint8Array({ maxLength: 3 });
  for (const values of [text, bytes, number]) {
    fc.assert(
      fc.property(values, values, tail, tail, (a, b, afterA, afterB) => {
        const order = compareValues(a, b) ?? NaN;
        const keyOf = (value: AttributeValue, after: Uint8Array) =>
          Buffer.concat([endedSortPart(value), after]);
        if (order === 0) assert.deepEqual(endedSortPart(a), endedSortPart(b));
        else assert.equal(Math.sign(keyOf(a, afterA).compare(keyOf(b, afterB))), Math.sign(order));
      }),
      { numRuns: 1000 },
    );
  }
});

test('a prefix holds exactly the values that begin with it', () => {
  fc.assert(
    fc.property(text, text, (value, prefix) => {
      const key = endedSortPart(value);
      const start = Buffer.concat([Buffer.of(1), openSortPart(prefix)]);
      const inRange =
        Buffer.concat([Buffer.of(1), key]).compare(start) >= 0 &&
        Buffer.concat([Buffer.of(1), key]).compare(afterPrefix(start)) < 0;
      const utf8 = (each: AttributeValue) => Buffer.from(each.S ?? '', 'utf8').toString('latin1');
      assert.equal(inRange, utf8(value).startsWith(utf8(prefix)));
    }),
    { numRuns: 1000 },
  );
});

// A test of moto against AWS has A before B in a scan; MD5("Outliers…") gives 0cb5bb and 2a5fbc.
test('partitions are hashed as AWS hashes them', () => {
  const hashOf = (S: string) =>
    partitionKeyBytes([{ name: 'pk', type: 'S' }], { pk: { S } })
      .subarray(0, 3)
      .toString('hex');
  assert.equal(hashOf('A'), '0cb5bb');
  assert.equal(hashOf('B'), '2a5fbc');
});
