import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import * as valibot from 'valibot';
import { z } from 'zod';
import type { AttributeMap } from '../attribute-value.ts';
import { ModelError } from '../errors.ts';
import type { AttributeLike, Shape } from '../schema/attribute.ts';
import * as a from '../schema/attributes.ts';
import { convert } from './codec.ts';
import { compileFields } from './compile.ts';

const codecOf = (shape: Shape) => compileFields(a.fieldsOf(shape));
const encode = (shape: Shape, value: unknown) =>
  convert((pending) => codecOf(shape).encodeMap(value, pending));
const decode = (shape: Shape, map: AttributeMap, partial = false) =>
  convert((pending) => codecOf(shape).decodeMap(map, pending, partial));

interface Sample {
  readonly attribute: AttributeLike;
  readonly value: fc.Arbitrary<unknown>;
}
const text = fc.string({ unit: 'grapheme' });
const finite = fc.double({ noNaN: true, min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }).map((n) => n + 0);
const samples: Record<string, Sample> = {
  string: { attribute: a.string(), value: text },
  number: { attribute: a.number(), value: finite },
  boolean: { attribute: a.boolean(), value: fc.boolean() },
  bytes: { attribute: a.binary(), value: fc.uint8Array({ maxLength: 9 }) },
  choice: { attribute: a.enumeration('x', 1), value: fc.constantFrom('x', 1) },
  constant: { attribute: a.constant(true), value: fc.constant(true) },
  list: { attribute: a.list(a.number()), value: fc.array(finite) },
  set: {
    attribute: a.set(a.string()),
    value: fc.uniqueArray(text, { minLength: 1 }).map((values) => new Set(values)),
  },
  record: {
    attribute: a.record(a.boolean()),
    value: fc.dictionary(text, fc.boolean(), { noNullPrototype: true }),
  },
  map: {
    attribute: a.map({ toString: a.string(), inner: a.list(a.map({ n: a.number() })) }),
    value: fc.record(
      {
        toString: text,
        inner: fc.array(fc.record({ n: finite }, { noNullPrototype: true })),
      },
      { noNullPrototype: true },
    ),
  },
  union: {
    attribute: a.union(a.number(), a.list(a.string())),
    value: fc.oneof(finite, fc.array(text)),
  },
  any: { attribute: a.any(), value: fc.oneof(text, finite, fc.array(fc.boolean())) },
};

test('what is encoded equals what the SDK encodes, and both decode it alike', () => {
  const shape = Object.fromEntries(
    Object.entries(samples).map(([name, { attribute }]) => [name, attribute]),
  );
  const values = fc.record(
    Object.fromEntries(Object.entries(samples).map(([name, { value }]) => [name, value])),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(values, (item) => {
      fc.pre(!JSON.stringify(item).includes('__proto__'));
      const encoded = encode(shape, item) as AttributeMap;
      assert.deepEqual(encoded, marshall(item));
      assert.deepEqual(decode(shape, encoded), item);
      assert.deepEqual(decode(shape, encoded), unmarshall(encoded as never));
    }),
    { numRuns: 300 },
  );
});

test('dates, bigints and transformed values come back as they were', () => {
  const shape = {
    iso: a.date(),
    ms: a.date('milliseconds'),
    s: a.date('seconds'),
    big: a.bigint(),
    days: a.set(a.date()),
    secret: a
      .string()
      .transform({ encode: (n: number) => `#${n}`, decode: (s) => Number(s.slice(1)) }),
  };
  const time = new Date('2026-11-22T10:11:12Z');
  const item = { iso: time, ms: time, s: time, big: 2n ** 90n, days: new Set([time]), secret: 7 };
  const encoded = encode(shape, item) as AttributeMap;
  assert.deepEqual(encoded, {
    iso: { S: '2026-11-22T10:11:12.000Z' },
    ms: { N: '1795342272000' },
    s: { N: '1795342272' },
    big: { N: '1237940039285380274899124224' },
    days: { SS: ['2026-11-22T10:11:12.000Z'] },
    secret: { S: '#7' },
  });
  assert.deepEqual(decode(shape, encoded), item);
});

const hostile = JSON.parse('{"id":"1","__proto__":{"admin":true}}') as object;
const cyclic: Record<string, unknown> = {};
cyclic['again'] = [cyclic];
const refusals: [string, AttributeLike, unknown, RegExp, string][] = [
  ['a wrong type', a.string(), 5, /^x: expected a string, found number$/, 'number'],
  ['NaN', a.list(a.number()), [1, NaN], /^x\[1\]: expected a finite number, found NaN$/, 'NaN'],
  ['too large a number', a.number(), 2 ** 60, /declare bigint/, 'number'],
  ['a lone surrogate', a.map({ y: a.string() }), { y: '\ud800' }, /^x\.y: has a lone/, 'string'],
  ['an empty set', a.set(a.string()), new Set(), /is empty/, 'Set'],
  ['a repeated member', a.set(a.number()), [1, 1], /twice/, 'array'],
  ['a bad enumeration', a.enumeration('a', 'b'), 'c', /one of "a", "b", found "c"/, 'string'],
  ['an invalid date', a.date(), new Date(NaN), /invalid Date/, 'Date'],
  ['a union', a.union(a.string(), a.boolean()), 5, /fits no member of the union/, 'number'],
  ['a missing part', a.map({ y: a.string() }), {}, /^x\.y: is required$/, 'undefined'],
  ['an unknown part', a.map({}), { y: 1 }, /^x\.y: is not in the schema$/, 'number'],
  ['__proto__', a.map({ id: a.string() }), hostile, /^x\.__proto__: is not in/, 'object'],
  ['a cycle', a.any(), cyclic, /^x\.again\[0\]\.again.*: is nested too deeply/, 'object'],
  ['a hidden function', a.any(), { y: [1, () => 1] }, /^x\.y\[1\]: no attribute can/, 'function'],
  ['a hidden NaN', a.any(), { y: { z: NaN } }, /^x\.y\.z: expected a finite number/, 'NaN'],
  ['a refused value', a.string().validate(/^a/), 'b', /^x: does not match \/\^a\/$/, 'string'],
  ['a told refusal', a.number().validate((n) => n > 1, 'too few'), 1, /^x: too few$/, 'number'],
  ['zod', z.object({ y: z.number() }), { y: 'z' }, /^x\.y: Invalid input/, 'object'],
  ['valibot', valibot.pipe(valibot.string(), valibot.email()), 'z', /^x: Invalid email/, 'string'],
];
for (const [name, attribute, value, message, valueType] of refusals) {
  test(`${name} is refused with its path and type`, () => {
    assert.throws(
      () => encode({ x: attribute }, { x: value }),
      (error) => {
        assert.ok(error instanceof ModelError);
        assert.match(error.message, message);
        assert.equal(error.path[0], 'x');
        assert.equal(error.valueType, valueType);
        return true;
      },
    );
  });
}

test('a schema without asynchronous functions never makes a promise', () => {
  const shape = { id: a.string().default(() => 'new'), n: a.number().validate((n) => n > 0) };
  assert.deepEqual(encode(shape, { n: 1 }), { id: { S: 'new' }, n: { N: '1' } });
});

test('asynchronous defaults, validators and transformations are awaited', async () => {
  const shape = {
    id: a.string().default(async () => 'made'),
    list: a.list(a.string().validate(async (text) => text !== 'bad')),
    secret: a.string().transform({
      encode: async (n: number) => String(n),
      decode: async (text) => Number(text),
    }),
    inner: a.map({ deep: z.string().refine(async (text) => text.length > 0) }),
  };
  const good = { list: ['ok'], secret: 5, inner: { deep: 'x' } };
  const encoded = await encode(shape, good);
  assert.deepEqual(encoded, {
    id: { S: 'made' },
    list: { L: [{ S: 'ok' }] },
    secret: { S: '5' },
    inner: { M: { deep: { S: 'x' } } },
  });
  assert.deepEqual(await decode(shape, encoded), { id: 'made', ...good });
  await assert.rejects(async () => encode(shape, { ...good, list: ['ok', 'bad'] }), {
    name: 'InvalidValue',
    message: 'list[1]: was refused by its validator',
  });
});

test('a Standard Schema decides what an absent value becomes', () => {
  const shape = { level: z.number().default(3), nick: valibot.optional(valibot.string()) };
  assert.deepEqual(encode(shape, {}), { level: { N: '3' } });
});

test('stored items that do not fit the schema are refused on reading, with the path', () => {
  const shape = { id: a.string(), lines: a.list(a.map({ n: a.number() })).optional() };
  assert.throws(() => decode(shape, { id: { N: '1' } }), {
    message: 'id: expected a stored S, found N',
  });
  assert.throws(() => decode(shape, {}), {
    message: 'id: is required, but the stored item lacks it',
  });
  assert.throws(
    () => decode(shape, { id: { S: '1' }, lines: { L: [{ M: { n: { N: '1e60' } } }] } }),
    /^InvalidValue: lines\[0\]\.n: stored number 1e60 is beyond/,
  );
  assert.deepEqual(decode(shape, {}, true), {});
  assert.deepEqual(decode(shape, { id: { S: '1' }, lines: { NULL: true } }), { id: '1' });
});

test('an item older than an attribute reads with its constant default', () => {
  assert.deepEqual(decode({ visits: a.number().default(0) }, {}), { visits: 0 });
});

test('base64 text, as Lambda events carry it, reads as bytes', () => {
  const shape = { one: a.binary(), many: a.set(a.binary()) };
  const event = { one: { B: 'AQI=' }, many: { BS: ['Aw=='] } } as unknown as AttributeMap;
  assert.deepEqual(decode(shape, event), {
    one: Uint8Array.of(1, 2),
    many: new Set([Uint8Array.of(3)]),
  });
});

test('declarations that can never work are refused', () => {
  const invalid = { name: 'InvalidDefinition' };
  assert.throws(() => codecOf({ x: a.set(a.boolean()) }), invalid);
  assert.throws(() => a.enumeration(), invalid);
  assert.throws(() => codecOf({ ['__proto__']: a.string() }), invalid);
  assert.throws(() => codecOf({ x: 'string' as never }), invalid);
});
