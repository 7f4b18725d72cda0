import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodePercent, parseQuery } from './percent-decoding.ts';

test('what is well formed decodes as decodeURIComponent does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(decodePercent(encodeURIComponent(text)), text);
    }),
  );
});

test('what is not stays as it is, and bytes that are no UTF-8 become U+FFFD', () => {
  assert.equal(decodePercent('100%'), '100%');
  assert.equal(decodePercent('%zz%41'), '%zzA');
  assert.equal(decodePercent('é%2'), 'é%2');
  assert.equal(decodePercent('%ff'), '\uFFFD');
});

test('queries keep order, repetitions, empty values and names', () => {
  assert.deepEqual(parseQuery('a=1&a=2&b&=c&&d=e=f&g+h=%2B'), [
    ['a', '1'],
    ['a', '2'],
    ['b', ''],
    ['', 'c'],
    ['d', 'e=f'],
    ['g h', '+'],
  ]);
});
