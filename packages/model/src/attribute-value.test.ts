import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import { convertToAttr, marshall, NumberValue, unmarshall } from './attribute-value.ts';
import type { AttributeMap } from './attribute-value.ts';

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 5 }),
);
const set = fc.oneof(
  fc.array(fc.string()).map((values) => new Set<unknown>(values)),
  fc.array(fc.double()).map((values) => new Set<unknown>(values)),
  fc.array(fc.bigInt()).map((values) => new Set<unknown>(values)),
  fc.array(fc.uint8Array({ maxLength: 3 })).map((values) => new Set<unknown>(values)),
  fc.array(fc.option(fc.string(), { nil: undefined })).map((values) => new Set<unknown>(values)),
);
class Point {
  x = 1;
  y = undefined;
}
const odd = fc.constantFrom<unknown>(
  undefined,
  () => 1,
  new Date(0),
  new Point(),
  new sdk.NumberValueImpl('12345678901234567890'),
  new Map([['a', 1]]),
  Object('boxed'),
  Object(4),
  Object(true),
  new ArrayBuffer(2),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    set,
    odd,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: false }),
  ),
}));
const options = fc.record(
  {
    removeUndefinedValues: fc.boolean(),
    convertEmptyValues: fc.boolean(),
    convertClassInstanceToMap: fc.boolean(),
    allowImpreciseNumbers: fc.boolean(),
    convertTopLevelContainer: fc.boolean(),
  },
  { requiredKeys: [] },
);

type Outcome = { value: unknown } | { message: string };
function outcome(run: () => unknown): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    return { message: (error as Error).message };
  }
}
const hasProto = (data: unknown): boolean => /"__proto__"/.test(JSON.stringify(data, plain) ?? '');
const plain = (_key: string, data: unknown): unknown =>
  typeof data === 'bigint' ? data.toString() : data;

test('marshall gives what the SDK gives, or the same message', () => {
  fc.assert(
    fc.property(value, options, (data, given) => {
      fc.pre(!hasProto(data));
      const expected = outcome(() => sdk.marshall(data, given));
      assert.deepEqual(
        outcome(() => marshall(data, given)),
        expected,
      );
    }),
    { numRuns: 2000 },
  );
});

test('unmarshall gives what the SDK gives, and brings back what was marshalled', () => {
  const stored = fc
    .dictionary(fc.string(), value)
    .map((data) =>
      outcome(() => marshall(data, { removeUndefinedValues: true, allowImpreciseNumbers: true })),
    );
  fc.assert(
    fc.property(stored, (result) => {
      fc.pre('value' in result && !hasProto(result.value));
      const item = (result as { value: AttributeMap }).value;
      const expected = outcome(() => sdk.unmarshall(item));
      assert.deepEqual(
        outcome(() => unmarshall(item)),
        expected,
      );
    }),
    { numRuns: 1000 },
  );
});

test('a key named __proto__ is an ordinary key both ways', () => {
  const data = JSON.parse('{"__proto__":{"admin":true},"a":1}') as Record<string, unknown>;
  const item = marshall(data);
  assert.deepEqual(Object.keys(item), ['__proto__', 'a']);
  const back = unmarshall(item);
  assert.equal(Object.getPrototypeOf(back), Object.prototype);
  assert.deepEqual(Object.entries(back), Object.entries(data));
});

test('a cyclic value is refused', () => {
  const data: Record<string, unknown> = {};
  data['self'] = data;
  assert.throws(() => marshall(data), /nested deeper than 64 levels/);
});

test('lone surrogates are refused on request', () => {
  assert.deepEqual(convertToAttr('\ud800'), { S: '\ud800' });
  assert.throws(() => convertToAttr('\ud800', { requireWellFormed: true }), /lone surrogate/);
  assert.throws(() => convertToAttr(new Set(['\ud800']), { requireWellFormed: true }));
});

test('numbers can be wrapped, and a wrapped number is written as its digits', () => {
  const digits = '12345678901234567890.5';
  const wrapped = unmarshall({ n: { N: digits } }, { wrapNumbers: true });
  assert.deepEqual(wrapped, { n: new NumberValue(digits) });
  assert.deepEqual(marshall(wrapped), { n: { N: digits } });
  assert.deepEqual(unmarshall({ n: { N: '1' } }, { wrapNumbers: (text) => `n${text}` }), {
    n: 'n1',
  });
  assert.throws(() => unmarshall({ n: { N: digits } }), /can't be converted to BigInt/);
});
