import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encodeKey, prefixRange } from './key-encoding.ts';
import type { KeyPart } from './key-encoding.ts';

/** Bytes that escaping is about, more often than others. */
const someBytes = fc.array(fc.constantFrom(0x00, 0x01, 0x02, 0x61, 0xfe, 0xff), { maxLength: 4 });
const somePart: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.string({ unit: fc.constantFrom('\0', 'a', 'é', '😀'), maxLength: 4 }),
  someBytes.map((bytes) => Buffer.from(bytes)),
  fc.maxSafeNat(),
);
const someParts = fc.array(somePart, { maxLength: 4 });

test('keys are ordered as their tuples are, part by part', () => {
  fc.assert(
    fc.property(someParts, someParts, (left, right) => {
      const order = Buffer.compare(encodeKey(left), encodeKey(right));
      assert.equal(order, compareTuples(left, right));
    }),
    { numRuns: 5000 },
  );
});

test('the range of a prefix holds all longer tuples that begin with it, and no others', () => {
  fc.assert(
    fc.property(someParts, someParts, (prefix, parts) => {
      const { start, end } = prefixRange(prefix);
      const key = encodeKey(parts);
      const inside = Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0;
      const begins = parts.length > prefix.length;
      assert.equal(inside, begins && compareTuples(parts.slice(0, prefix.length), prefix) === 0);
      assert.ok(Buffer.compare(encodeKey([...prefix, ...parts]), end) < 0);
    }),
    { numRuns: 2000 },
  );
});

test('a number that is not a safe integer from 0 up is no part of a key', () => {
  for (const number of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assert.throws(() => encodeKey([number]), RangeError);
  }
});

/** Text before bytes before integers; within a kind by bytes or size. */
function compareTuples(left: readonly KeyPart[], right: readonly KeyPart[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return left.length < right.length ? -1 : 0;
}

function compareParts(left: KeyPart, right: KeyPart): number {
  if (kindOf(left) !== kindOf(right)) return Math.sign(kindOf(left) - kindOf(right));
  if (typeof left === 'number' && typeof right === 'number') return Math.sign(left - right);
  return Buffer.compare(Buffer.from(left as string), Buffer.from(right as string));
}

function kindOf(part: KeyPart): number {
  if (typeof part === 'string') return 1;
  return typeof part === 'number' ? 3 : 2;
}
