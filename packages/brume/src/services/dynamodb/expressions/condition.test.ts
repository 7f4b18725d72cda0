import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttributeMap } from '../items/attribute-value.ts';
import { bareLayer } from '../validation.ts';
import { holds } from './evaluate.ts';
import { Expressions } from './expressions.ts';

function bind(
  text: string,
  values?: AttributeMap,
  names?: Record<string, string>,
  kind: 'condition' | 'key' | 'projection' = 'condition',
) {
  const expressions = new Expressions(
    { ExpressionAttributeNames: names, ExpressionAttributeValues: values },
    bareLayer,
  );
  if (kind === 'key') return expressions.keyCondition(text);
  if (kind === 'projection') return expressions.projection(text);
  const condition = expressions.condition(text);
  expressions.checkNoneUnused();
  return condition;
}

function refusal(...args: Parameters<typeof bind>): string {
  try {
    bind(...args);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const ITEM: AttributeMap = {
  s: { S: 'hello' },
  n: { N: '10' },
  b: { B: 'AQID' },
  t: { BOOL: true },
  ss: { SS: ['a', 'b'] },
  ns: { NS: ['1', '2'] },
  l: { L: [{ N: '1' }, { M: { k: { S: 'deep' } } }] },
  m: { M: { x: { N: '1' }, y: { M: { z: { S: 'zz' } } } } },
};
const VALUES: AttributeMap = {
  ':hello': { S: 'hello' },
  ':hel': { S: 'hel' },
  ':ten': { N: '10' },
  ':one': { N: '1' },
  ':a': { S: 'a' },
  ':ba': { SS: ['b', 'a'] },
  ':b1': { B: 'AQ==' },
  ':true': { BOOL: true },
  ':deep': { S: 'deep' },
  ':S': { S: 'S' },
};

test('conditions hold or do not, as they do at AWS', () => {
  const cases: readonly [string, boolean][] = [
    ['s = :hello', true],
    ['s <> :hello', false],
    ['absent <> :hello', true],
    ['absent = :hello', false],
    ['NOT absent = :hello', true],
    ['n >= :ten AND n <= :ten', true],
    ['n < :ten OR s = :hello', true],
    ['n < :hello', false],
    ['n BETWEEN :one AND :ten', true],
    ['n IN (:one, :ten)', true],
    ['ss = :ba', true],
    ['t = :true', true],
    ['attribute_exists(m.y.z)', true],
    ['attribute_not_exists(m.y.q)', true],
    ['attribute_exists(l[1].k)', true],
    ['attribute_exists(l[2])', false],
    ['attribute_type(s, :S)', true],
    ['begins_with(s, :hel)', true],
    ['begins_with(b, :b1)', true],
    ['contains(s, :hel)', true],
    ['contains(ss, :a)', true],
    ['contains(ns, :one)', true],
    ['contains(l, :one)', true],
    ['contains(n, :one)', false],
    ['l[1].k = :deep', true],
    ['size(s) < :ten', true],
    ['size(b) > :one', true],
    ['size(n) > :one', false],
    ['size(m) > :one', true],
    ['NOT (s = :hello AND n = :one) AND (t = :true OR s = :a)', true],
    ['s = :a OR s = :hello AND n = :ten', true],
    ['(s = :a OR s = :hello) AND n = :one', false],
    [':ten = n', true],
  ];
  for (const [text, expected] of cases) {
    const used = Object.entries(VALUES).filter(([name]) => new RegExp(`${name}\\b`).test(text));
    const condition = bind(text, used.length > 0 ? Object.fromEntries(used) : undefined);
    assert.ok(condition && 'type' in condition);
    assert.equal(holds(condition as never, ITEM), expected, text);
  }
});

// Sizes of strings are in UTF-16 units (captured against AWS, 2026).
test('the size of a string is not the size of its bytes', () => {
  const condition = bind('size(e) = :two', { ':two': { N: '2' } });
  assert.equal(holds(condition as never, { e: { S: '😀' } }), true);
});

test('strings are ordered by their UTF-8 bytes', () => {
  const condition = bind('a < :v', { ':v': { S: '😀' } });
  assert.equal(holds(condition as never, { a: { S: '\uffff' } }), true);
});

const V = { ':v': { S: 'x' } };

test('what is wrong with a condition is said in the words of AWS', () => {
  const invalid = 'Invalid ConditionExpression: ';
  const operand = 'Incorrect operand type for operator or function; operator or function:';
  const cases: readonly [string, AttributeMap | undefined, string][] = [
    ['', undefined, 'The expression can not be empty;'],
    ['a', undefined, 'Syntax error; token: "<EOF>", near: "a"'],
    ['a = ', undefined, 'Syntax error; token: "<EOF>", near: "="'],
    ['a = :v)', V, 'Syntax error; token: ")", near: ":v)"'],
    ['a = :v b = :v', V, 'Syntax error; token: "b", near: ":v b ="'],
    ['a == :v', V, 'Syntax error; token: "=", near: "== :v"'],
    ['a!b', undefined, 'Syntax error; token: "!", near: "a!b"'],
    ['a = 5', undefined, 'Syntax error; token: "5", near: "= 5"'],
    ['AND a = :v', V, 'Syntax error; token: "AND", near: "AND a"'],
    ['a = b = c', undefined, 'Syntax error; token: "=", near: "b = c"'],
    ['a[x] = :v', V, 'Syntax error; token: "x", near: "[x]"'],
    ['_a = :v', V, 'Syntax error; token: "_", near: "_a"'],
    ['((a = :v))', V, 'The expression has redundant parentheses;'],
    ['foo(a)', undefined, 'Invalid function name; function: foo'],
    ['Size(a) = :v', V, 'Invalid function name; function: Size'],
    [
      'size(a)',
      undefined,
      'The function is not allowed to be used this way in an expression; function: size',
    ],
    [
      'attribute_exists(a) = :v',
      V,
      'The function is not allowed to be used this way in an expression; ' +
        'function: attribute_exists',
    ],
    ['Name = :v', V, 'Attribute name is a reserved keyword; reserved keyword: Name'],
    ['a.status = :v', V, 'Attribute name is a reserved keyword; reserved keyword: status'],
    [
      '#a = :v',
      V,
      'An expression attribute name used in the document path is not defined; attribute name: #a',
    ],
    [
      'a = :w',
      V,
      'An expression attribute value used in expression is not defined; attribute value: :w',
    ],
    [
      'begins_with(a)',
      undefined,
      'Incorrect number of operands for operator or function; ' +
        'operator or function: begins_with, number of operands: 1',
    ],
    [
      'contains(a.b, a.b)',
      undefined,
      'The first operand must be distinct from the remaining operands for this operator or ' +
        'function; operator: contains, first operand: [a, b]',
    ],
    [
      'a = a',
      undefined,
      'The first operand must be distinct from the remaining operands for ' +
        'this operator or function; operator: =, first operand: [a]',
    ],
    [
      'attribute_exists(:v)',
      V,
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    ['begins_with(a, :v)', { ':v': { N: '1' } }, `${operand} begins_with, operand type: N`],
    ['a < :v', { ':v': { BOOL: true } }, `${operand} <, operand type: BOOL`],
    ['size(:v) = a', { ':v': { N: '1' } }, `${operand} size, operand type: N`],
    ['attribute_type(a, :v)', { ':v': { N: '1' } }, `${operand} attribute_type, operand type: N`],
    [
      'attribute_type(a, :v)',
      V,
      'Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'a BETWEEN :v AND :w',
      { ':v': { S: 'b' }, ':w': { S: 'a' } },
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
        'lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}',
    ],
    [
      'a BETWEEN :v AND :w',
      { ':v': { S: 'b' }, ':w': { N: '1' } },
      'The BETWEEN operator requires same data type for lower and upper bounds; ' +
        'lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {N:1}',
    ],
  ];
  for (const [text, values, message] of cases) {
    assert.equal(refusal(text, values), invalid + message, text);
  }
});

test('expressions have limits', () => {
  const long = `a = :v${' '.repeat(4090)}`;
  assert.equal(refusal(long, V), 'accepted');
  assert.equal(
    refusal(`${long} `, V),
    'Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; ' +
      'expression size: 4097',
  );
  const many = (count: number) => Array.from({ length: count }, () => 'a=:v').join(' OR ');
  assert.equal(refusal(many(150), V), 'accepted');
  assert.equal(
    refusal(many(151), V),
    'Invalid ConditionExpression: The expression contains too many operators; ' +
      'operator count: 301',
  );
  const list = (count: number) => `a IN (${Array.from({ length: count }, () => ':v').join()})`;
  assert.equal(refusal(list(100), V), 'accepted');
  assert.match(refusal(list(101), V), /Incorrect number of operands .* IN/);
  const deep = (levels: number) => `${'a.'.repeat(levels - 1)}a = :v`;
  assert.equal(refusal(deep(32), V), 'accepted');
  assert.match(refusal(deep(33), V), /too many nesting elements; nesting levels: 33$/);
});

test('placeholders must be well formed, and all of use', () => {
  const unused = (what: string, key: string) =>
    `Value provided in ExpressionAttribute${what} unused in expressions: keys: {${key}}`;
  assert.equal(refusal('a = :v', { ...V, ':w': { S: '' } }), unused('Values', ':w'));
  assert.equal(refusal('a = :v', V, { '#b': 'c' }), unused('Names', '#b'));
  const key = (what: string, name: string) =>
    `ExpressionAttribute${what} contains invalid key: Syntax error; key: "${name}"`;
  assert.equal(refusal('a = :v', V, { b: 'c' }), key('Names', 'b'));
  assert.equal(refusal('a = :v', { v: { S: '' } }), key('Values', 'v'));
  assert.equal(refusal('a = :v', V, {}), 'ExpressionAttributeNames must not be empty');
  assert.equal(refusal('a = :v', {}), 'ExpressionAttributeValues must not be empty');
});

test('of all conditions only some are conditions on keys', () => {
  const invalid = 'Invalid KeyConditionExpression: ';
  const operator = 'Invalid operator used in KeyConditionExpression: ';
  const cases: readonly [string, string][] = [
    ['a = :v OR b = :v', `${operator}OR`],
    ['NOT a = :v', `${operator}NOT`],
    ['a <> :v', `${operator}<>`],
    ['a IN (:v)', `${operator}IN`],
    ['attribute_exists(a)', `${operator}attribute_exists`],
    ['contains(a, :v)', `${operator}contains`],
    ['size(a) = :v', 'KeyConditionExpressions cannot contain nested operations'],
    ['a.b = :v', 'KeyConditionExpressions cannot have conditions on nested attributes'],
    ['a = :v AND a > :v', 'KeyConditionExpressions must only contain one condition per key'],
    [
      'a = b',
      'Invalid condition in KeyConditionExpression: ' +
        'Multiple attribute names used in one condition',
    ],
    [':v = :v', 'Invalid condition in KeyConditionExpression: No key attribute specified'],
  ];
  for (const [text, message] of cases) {
    assert.equal(refusal(text, V, undefined, 'key'), invalid + message, text);
  }
  assert.deepEqual(
    bind('a = :v AND (:v < b)', V, undefined, 'key'),
    new Map([
      ['a', { type: '=', value: { S: 'x' } }],
      ['b', { type: '>', value: { S: 'x' } }],
    ]),
  );
});

test('paths of a projection must not meet', () => {
  const meet = (kind: string, one: string, two: string) =>
    `Invalid ProjectionExpression: Two document paths ${kind} with each other; must remove or ` +
    `rewrite one of these paths; path one: ${one}, path two: ${two}`;
  const refuse = (text: string) => refusal(text, undefined, undefined, 'projection');
  assert.equal(refuse('a, a'), meet('overlap', '[a]', '[a]'));
  assert.equal(refuse('a.b, a'), meet('overlap', '[a, b]', '[a]'));
  assert.equal(refuse('a[0], a.b'), meet('conflict', '[a, [0]]', '[a, b]'));
  assert.equal(
    refuse('a!!!'),
    'Invalid ProjectionExpression: Syntax error; token: "!", near: "a!!"',
  );
  assert.equal(
    refuse('a,'),
    'Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","',
  );
});
