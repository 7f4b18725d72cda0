import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocument } from './parse-document.ts';

const INVALID = { message: 'Invalid OpenAPI input.' };

test('aliases that repeat much are refused before they do', () => {
  const items = `[${'{},'.repeat(10_000)}{}]`;
  const repeated = `a: &a ${items}\nb: [${'*a,'.repeat(98)}*a]\n`;
  assert.throws(() => parseDocument(repeated), INVALID);
  const levels = Array.from(
    { length: 30 },
    (_, at) => `l${at + 1}: &l${at + 1} [*l${at}, *l${at}]`,
  );
  assert.throws(() => parseDocument(['l0: &l0 [x]', ...levels].join('\n')), INVALID);
  assert.throws(() => parseDocument('a: &a\n  b: *a\n'), INVALID);
  assert.equal(parseDocument('a: &a {x: 1}\nb: *a\n').size, 2);
});

test('documents that would take too long to read are refused', () => {
  const yaml = `a: [${'{},'.repeat(400_000)}{}]`;
  assert.throws(() => parseDocument(yaml), /YAML can have 1048576 bytes/);
  assert.throws(
    () => parseDocument(JSON.stringify({ a: Array.from({ length: 500_001 }, () => []) })),
    INVALID,
  );
  assert.throws(() => parseDocument(`{"a":${'['.repeat(300)}${']'.repeat(300)}}`), INVALID);
  assert.throws(() => parseDocument(`a: ${'['.repeat(5000)}${']'.repeat(5000)}`), INVALID);
});

test('names of prototypes are data', () => {
  const document = parseDocument('{"__proto__":{"swagger":"2.0"},"constructor":1}');
  assert.deepEqual([...document.keys()], ['__proto__', 'constructor']);
  assert.equal(document.get('swagger'), undefined);
  assert.deepEqual([...parseDocument('__proto__:\n  x: 1\n').keys()], ['__proto__']);
});
