import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InvalidPattern } from './invalid-pattern.ts';
import { compilePattern } from './pattern.ts';

const matches = (pattern: unknown, event: unknown) =>
  compilePattern(JSON.stringify(pattern))(event);
const leaf = (condition: unknown, value: unknown) => matches({ f: [condition] }, { f: value });

const RECORD = {
  eventName: 'INSERT',
  dynamodb: { NewImage: { id: { S: 'a' }, n: { N: '42' }, tags: { L: [{ S: 'x' }, { S: 'y' }] } } },
};

test('all fields must match, each with one of its conditions', () => {
  assert.ok(matches({ eventName: ['INSERT', 'MODIFY'] }, RECORD));
  assert.ok(!matches({ eventName: ['MODIFY'] }, RECORD));
  assert.ok(
    matches({ eventName: ['INSERT'], dynamodb: { NewImage: { id: { S: ['a'] } } } }, RECORD),
  );
  assert.ok(
    !matches({ eventName: ['INSERT'], dynamodb: { NewImage: { id: { S: ['b'] } } } }, RECORD),
  );
  assert.ok(matches({}, RECORD));
});

// Recorded from AWS 2025-11-25: test_dynamodb_event_filter.
test('numbers of DynamoDB are text, and objects do not exist as leaves', () => {
  const n = (conditions: unknown[]) =>
    matches({ dynamodb: { NewImage: { n: { N: conditions } } } }, RECORD);
  assert.ok(n([{ numeric: ['>', 100] }, { 'anything-but': '101' }]));
  assert.ok(!n([{ numeric: ['>', 1] }]));
  assert.ok(matches({ dynamodb: { NewImage: { id: [{ exists: false }] } } }, RECORD));
  assert.ok(matches({ dynamodb: { NewImage: { id: { S: [{ exists: true }] } } } }, RECORD));
});

test('lists match with one of their elements', () => {
  const pattern = { dynamodb: { NewImage: { tags: { L: { S: ['y'] } } } } };
  assert.ok(matches(pattern, RECORD));
  assert.ok(leaf('b', ['a', 'b']));
  assert.ok(!leaf('c', ['a', 'b']));
  assert.ok(!leaf(null, []));
  assert.ok(!leaf({ exists: true }, []));
  const both = { list: { a: [1], b: [2] } };
  assert.ok(!matches(both, { list: [{ a: 1 }, { b: 2 }] }));
  assert.ok(matches(both, { list: [{ a: 1, b: 2 }] }));
});

const TRUE: [unknown, unknown][] = [
  [{ prefix: 'ab' }, 'abc'],
  [{ prefix: '' }, 'abc'],
  [{ prefix: { 'equals-ignore-case': 'AB' } }, 'abc'],
  [{ suffix: 'bc' }, 'abc'],
  [{ suffix: { 'equals-ignore-case': '.PNG' } }, 'a.png'],
  [{ 'equals-ignore-case': 'ABC' }, 'abc'],
  [{ wildcard: 'a*c*' }, 'abcd'],
  [{ wildcard: String.raw`a\*b` }, 'a*b'],
  [{ wildcard: '*' }, ''],
  [{ 'anything-but': 'a' }, 'b'],
  [{ 'anything-but': 'a' }, null],
  [{ 'anything-but': [1, 2] }, 3],
  [{ 'anything-but': { prefix: ['a', 'b'] } }, 1],
  [{ 'anything-but': { wildcard: '*/dir/*' } }, 123],
  [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }, 'c'],
  [{ numeric: ['>', 0, '<=', 5] }, 5],
  [{ numeric: ['=', 300] }, 3e2],
  [{ cidr: '10.0.0.0/24' }, '10.0.0.255'],
  [{ cidr: '2001:db8:1234:1a00::/56' }, '2001:db8:1234:1a01::5'],
  [{ exists: false }, undefined],
  [true, true],
  [null, null],
];
const FALSE: [unknown, unknown][] = [
  [{ prefix: 'b' }, 'abc'],
  [{ suffix: 'b' }, 'abc'],
  [{ wildcard: 'a*bc' }, 'ab'],
  [{ wildcard: 'ab*bc' }, 'abc'],
  [{ wildcard: '' }, 'a'],
  [{ 'anything-but': 'a' }, undefined],
  [{ 'anything-but': { suffix: '.txt' } }, 'a.txt'],
  [{ numeric: ['>', 0] }, '5'],
  [{ numeric: ['<', 5] }, null],
  [{ numeric: ['>', 0, '<', 5] }, 5],
  [{ cidr: '10.0.0.0/24' }, '10.0.1.0'],
  [{ cidr: '10.0.0.0/24' }, 'text'],
  ['1', 1],
];

test('each operator takes what it says, and no more', () => {
  for (const [condition, value] of TRUE) {
    assert.ok(leaf(condition, value), `${JSON.stringify(condition)} takes ${String(value)}`);
  }
  for (const [condition, value] of FALSE) {
    assert.ok(!leaf(condition, value), `${JSON.stringify(condition)} leaves ${String(value)}`);
  }
});

test('$or takes one of its objects beside the other fields', () => {
  const pattern = { a: [1], $or: [{ b: [2] }, { c: { d: [3] } }] };
  assert.ok(matches(pattern, { a: 1, b: 2 }));
  assert.ok(matches(pattern, { a: 1, c: { d: 3 } }));
  assert.ok(!matches(pattern, { a: 1, b: 3 }));
  assert.ok(!matches(pattern, { a: 2, b: 2 }));
  assert.ok(matches({ $or: ['x'] }, { $or: 'x' }), 'a field may have that name');
});

// Reasons recorded from EventBridge 2025-10-15: test_event_pattern[…_EXC].
test('what is no pattern is refused with a reason', () => {
  const reasons: [unknown, string | RegExp][] = [
    [{ int: 42 }, '"int" must be an object or an array'],
    [{ resources: [] }, 'Empty arrays are not allowed'],
    [{ f: [{ numeric: ['>', 0, '>', 0] }] }, 'Bad numeric range operator: >'],
    [{ f: [{ numeric: ['>', 0, '<'] }] }, 'Value of < must be numeric'],
    [{ f: [{ prefix: 123 }] }, 'prefix match pattern must be a string'],
    [{ f: [{ suffix: ['.png'] }] }, 'suffix match pattern must be a string'],
    [{ f: [{ wildcard: 123 }] }, 'wildcard match pattern must be a string'],
    [{ f: [{ cidr: ['bad-type'] }] }, 'prefix match pattern must be a string'],
    [{ f: [{ cidr: 'xxxx:db8::/56' }] }, 'Nonstandard IP address: xxxx:db8::'],
    [{ f: [{ 'anything-but': { prefix: 123 } }] }, 'prefix/suffix match pattern must be a string'],
    [{ f: [{ 'anything-but': { prefix: '' } }] }, 'Null prefix/suffix not allowed'],
    [
      { f: [{ 'anything-but': ['stopped', null] }] },
      'Inside anything but list, start|null|boolean is not supported.',
    ],
    [
      { f: [{ 'anything-but': null }] },
      'Value of anything-but must be an array or single string/number value.',
    ],
    [{ f: [{ unknown: 1 }] }, /Unrecognized/],
    [{ f: [{ __proto__: null, constructor: 1 }] }, /Unrecognized/],
    [{ f: [[1]] }, /Match value/],
    ['text', /not an object/],
  ];
  for (const [pattern, message] of reasons) {
    const compile = () => compilePattern(JSON.stringify(pattern));
    assert.throws(compile, { name: 'InvalidPattern', message });
  }
  assert.throws(() => compilePattern("{'bad': 'quotation'}"), InvalidPattern);
});

test('names of the language are names like others', () => {
  const event: unknown = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
  assert.ok(compilePattern('{"__proto__": {"x": [1]}, "constructor": [2]}')(event));
  assert.ok(!compilePattern('{"constructor": [{"exists": true}]}')({}));
  assert.ok(!compilePattern('{"toString": {"name": [{"exists": true}]}}')({}));
});

/** Any JSON, with the names of operators among its keys. */
const OPERATORS = ['prefix', 'suffix', 'wildcard', 'numeric', 'exists', 'anything-but', 'cidr'];
const key = fc.constantFrom('a', 'b', '$or', 'equals-ignore-case', '__proto__', ...OPERATORS);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, 0, 1, '', 'a', '*', '<', '10.0.0.0/8'),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(key, tie('json'), { maxKeys: 3 }),
  ),
}));

test('any JSON is a pattern or none, and matches any event or not', () => {
  fc.assert(
    fc.property(json, json, (pattern, event) => {
      try {
        assert.equal(typeof matches(pattern, event), 'boolean');
      } catch (error) {
        assert.ok(error instanceof InvalidPattern, String(error));
      }
    }),
    { numRuns: 3000 },
  );
});

test('wildcards match as the regular expressions do that they stand for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 10 });
  const pattern = fc.array(text, { minLength: 1, maxLength: 4 }).filter((parts) => {
    return parts.slice(1, -1).every((part) => part !== '');
  });
  fc.assert(
    fc.property(pattern, text, (parts, value) => {
      const expected = new RegExp(`^${parts.join('.*')}$`).test(value);
      assert.equal(leaf({ wildcard: parts.join('*') }, value), expected);
    }),
    { numRuns: 3000 },
  );
});
