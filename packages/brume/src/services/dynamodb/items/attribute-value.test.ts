import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesSizeBytes, type AttributeMap } from './attribute-value.ts';
import { pageSizeBytes } from '../pages/page-size.ts';

test('an item counts the bytes of its names and values', () => {
  const sizes: readonly [AttributeMap, number][] = [
    [{ a: { S: 'hello' } }, 6],
    [{ é: { S: '€' } }, 5],
    [{ a: { B: 'AAEC' } }, 4],
    [{ a: { BOOL: true }, b: { NULL: true } }, 4],
    [{ a: { SS: ['x', 'yz'] } }, 4],
    [{ a: { NS: ['1', '123'] } }, 6],
    [{ a: { L: [] } }, 4],
    [{ a: { L: [{ S: 'x' }, { N: '1' }] } }, 1 + 3 + 2 + 1 + 2],
    [{ a: { M: { key: { S: 'x' } } } }, 1 + 3 + 1 + 3 + 1],
  ];
  for (const [item, size] of sizes) {
    assert.equal(attributesSizeBytes(item), size, JSON.stringify(item));
  }
});

// From dynalite's tests against AWS: 2 + size + chunks × (18 + sort key).
test('an item counts in a page by the size of its record', () => {
  assert.equal(pageSizeBytes({ a: { S: 'abc' } }, undefined), 2 + (1 + 3 + 1) + 18);
  assert.equal(pageSizeBytes({ a: { S: 'abc' }, b: { S: 'zz' } }, 'b'), 2 + 5 + 18 + 2);
  const long = 'x'.repeat(4000);
  assert.equal(pageSizeBytes({ a: { S: long }, b: { N: '1' } }, 'b'), 2 + 4003 + 2 * (18 + 2));
});
