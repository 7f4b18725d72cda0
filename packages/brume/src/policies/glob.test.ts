import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesGlob } from './glob.ts';

test('stars and question marks', () => {
  assert.ok(matchesGlob('*', ''));
  assert.ok(matchesGlob('arn:*/GET/*', 'arn:a/b/GET/x'));
  assert.ok(matchesGlob('a?c', 'abc'));
  assert.ok(!matchesGlob('a?c', 'ac'));
  assert.ok(!matchesGlob('a*b', 'a*bc'));
  assert.ok(!matchesGlob('', 'a'));
});

test('it matches what a regular expression would', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (pattern, value) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll(/\*+/g, '.*').replaceAll('?', '.');
      assert.equal(matchesGlob(pattern, value), new RegExp(`^${source}$`, 's').test(value));
    }),
  );
});

test('a pattern made to be slow is not', () => {
  assert.ok(!matchesGlob(`${'a*'.repeat(2_000)}b`, 'a'.repeat(20_000)));
});
