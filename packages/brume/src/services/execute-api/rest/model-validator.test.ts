import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileModel } from './model-validator.ts';

function checkOf(schema: object) {
  const check = compileModel([{ name: 'M', schema: JSON.stringify(schema) }], 'M', 'api');
  assert.ok(typeof check === 'function', String(check));
  return check;
}

/** Before, each took the whole process for hours. */
const TOO_LONG = ['the body takes too long to validate'];

test('long lists of unique items are checked in one go', () => {
  const check = checkOf({ type: 'array', uniqueItems: true });
  const items = Array.from({ length: 200_000 }, (_, at) => [at]);
  assert.equal(check(JSON.stringify(items)), undefined);
  assert.deepEqual(check(JSON.stringify([...items, [0]])), [' must NOT have duplicate items']);
});

test('items are the same by their values', () => {
  const check = checkOf({ uniqueItems: true });
  for (const [body, isUnique] of [
    ['[{"a":1,"b":[2]},{"b":[2],"a":1.0}]', false],
    ['[{"__proto__":1},{"__proto__":1}]', false],
    ['[null,null]', false],
    ['[1,"1",true,null,[1],{"a":1},{"a":"1"},[["a",1]],{}]', true],
    ['{"a":1}', true],
  ] as const) {
    assert.equal(check(body) === undefined, isUnique, body);
  }
  assert.equal(checkOf({ uniqueItems: false })('[1,1]'), undefined);
});

test('models that refer to themselves end', () => {
  const twice = (reference: string) => ({
    properties: { a: { anyOf: [{ $ref: reference }, { $ref: reference }] } },
    not: { required: ['z'] },
  });
  const deep = `${'{"a":'.repeat(100)}{"z":1}${'}'.repeat(100)}`;
  assert.deepEqual(checkOf(twice('#'))(deep), TOO_LONG);
  const definitions = { D: twice('#/definitions/D') };
  assert.deepEqual(checkOf({ definitions, $ref: '#/definitions/D' })(deep), TOO_LONG);
  assert.deepEqual(checkOf({ anyOf: [{ $ref: '#' }] })('{}'), TOO_LONG);
  assert.equal(checkOf(twice('#'))('{"a":{"a":{}}}'), undefined);
});

test('what a model refers to elsewhere is not fetched', () => {
  const schema = JSON.stringify({ $ref: 'http://127.0.0.1:1/schema' });
  assert.match(
    String(compileModel([{ name: 'M', schema }], 'M', 'api')),
    /can't resolve reference/,
  );
});
