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
  assert.deepEqual(check(JSON.stringify([...items, [0]])), [
    'array must not contain duplicate elements',
  ]);
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

// Users' logs of 2018 to 2021; the rest is from memory.
test('what is wrong is told as AWS tells it, all of it', () => {
  const check = checkOf({
    type: 'object',
    required: ['email', 'name', 'age'],
    additionalProperties: false,
    properties: {
      email: { type: 'string', minLength: 5 },
      name: { type: 'string' },
      age: { type: 'number', minimum: 25 },
      pet: { enum: ['dog', 'cat'] },
      either: { oneOf: [{ type: 'null' }, { $ref: '#/definitions/D' }] },
    },
    definitions: { D: { type: 'object', required: ['x'] } },
  });
  const said = (body: unknown) => check(JSON.stringify(body));
  assert.deepEqual(check('no JSON'), ['Unknown error parsing request body']);
  assert.deepEqual(check(''), ['Unknown error parsing request body']);
  assert.deepEqual(said({ name: 'x' }), [
    'object has missing required properties (["age","email"])',
  ]);
  const whole = { email: 'a@b.c', name: 'x', age: 30 };
  assert.equal(said(whole), undefined);
  assert.deepEqual(said({ ...whole, age: 23, pet: 'tiger' }), [
    'numeric instance is lower than the required minimum (minimum: 25, found: 23)',
    'instance value ("tiger") not found in enum (possible values: ["dog","cat"])',
  ]);
  assert.deepEqual(said({ ...whole, age: '30', email: 'a' }), [
    'string "a" is too short (length: 1, required minimum: 5)',
    'instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])',
  ]);
  assert.deepEqual(said({ ...whole, more: 1, less: 2 }), [
    'object instance has properties which are not allowed by the schema: ["less","more"]',
  ]);
  assert.deepEqual(said({ ...whole, either: {} }), [
    'instance failed to match exactly one schema (matched 0 out of 2)',
  ]);
});

test('what is told of a body has an end', () => {
  const check = checkOf({ items: { enum: [1] } });
  const [only, ...more] = check(JSON.stringify(['x'.repeat(100_000), 2])) ?? [];
  assert.ok(only && only.length < 2_000);
  assert.deepEqual(more, [], 'of a long body the first thing alone');
  assert.equal(check(`[${'2,'.repeat(1_000)}2]`)?.length, 100);
});

test('what a model refers to elsewhere is not fetched', () => {
  const schema = JSON.stringify({ $ref: 'http://127.0.0.1:1/schema' });
  assert.match(
    String(compileModel([{ name: 'M', schema }], 'M', 'api')),
    /can't resolve reference/,
  );
});
