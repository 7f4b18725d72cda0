import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttributeMap } from '../items/attribute-value.ts';
import { plain } from '../database.fixture.ts';
import { bareLayer } from '../validation.ts';
import { applyUpdate, typeMismatch } from './apply-update.ts';
import { Expressions } from './expressions.ts';
import { updateActions } from './legacy.ts';
import { project } from './projection.ts';

const ITEM: AttributeMap = {
  pk: { S: 'key' },
  n: { N: '10' },
  s: { S: 'text' },
  l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }] },
  m: { M: { x: { N: '1' }, l: { L: [{ S: 'a' }] } } },
  ss: { SS: ['a', 'b'] },
};

function update(text: string, values?: AttributeMap): unknown {
  const expressions = new Expressions({ ExpressionAttributeValues: values }, bareLayer);
  return plain(applyUpdate(ITEM, expressions.update(text) ?? []));
}

function refusal(text: string, values?: AttributeMap): string {
  try {
    update(text, values);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const V: AttributeMap = { ':v': { N: '5' } };
const L: AttributeMap = { ':l': { L: [{ S: 'new' }] } };

test('updates change what they say, reading the item as it was', () => {
  const cases: readonly [string, AttributeMap | undefined, object][] = [
    ['SET a = :v', V, { a: { N: '5' } }],
    ['SET n = n + :v', V, { n: { N: '15' } }],
    ['SET n = :v - n', V, { n: { N: '-5' } }],
    ['SET n = :v, was = n', V, { n: { N: '5' }, was: { N: '10' } }],
    ['SET s = n, n = s', undefined, { s: { N: '10' }, n: { S: 'text' } }],
    ['SET n = if_not_exists(n, :v)', V, {}],
    ['SET q = if_not_exists(q, :v) + :v', V, { q: { N: '10' } }],
    ['SET l = list_append(l, :l)', L, { l: { L: [...(ITEM['l']?.L ?? []), { S: 'new' }] } }],
    ['SET l[1] = :v', V, { l: { L: [{ N: '0' }, { N: '5' }, { N: '2' }] } }],
    [
      'SET l[9] = :v, l[7] = n',
      V,
      { l: { L: [...(ITEM['l']?.L ?? []), { N: '10' }, { N: '5' }] } },
    ],
    ['REMOVE l[0], l[1]', undefined, { l: { L: [{ N: '2' }] } }],
    ['SET l[0] = :v REMOVE l[1]', V, { l: { L: [{ N: '5' }, { N: '2' }] } }],
    ['REMOVE l[7], q', undefined, {}],
    ['SET m.y = :v', V, { m: { M: { x: { N: '1' }, l: { L: [{ S: 'a' }] }, y: { N: '5' } } } }],
    ['SET m.l[0] = :v', V, { m: { M: { x: { N: '1' }, l: { L: [{ N: '5' }] } } } }],
    ['REMOVE m.x', undefined, { m: { M: { l: { L: [{ S: 'a' }] } } } }],
    ['ADD n :v', V, { n: { N: '15' } }],
    ['ADD q :v', V, { q: { N: '5' } }],
    ['ADD ss :s', { ':s': { SS: ['b', 'c'] } }, { ss: { SS: ['a', 'b', 'c'] } }],
    ['ADD m.x :v', V, { m: { M: { x: { N: '6' }, l: { L: [{ S: 'a' }] } } } }],
    ['DELETE ss :s', { ':s': { SS: ['b', 'c'] } }, { ss: { SS: ['a'] } }],
    ['DELETE q :s', { ':s': { SS: ['b'] } }, {}],
    ['set n = :v remove s', V, { n: { N: '5' }, s: undefined }],
    ['SET n = (n + :v)', V, { n: { N: '15' } }],
  ];
  for (const [text, values, changed] of cases) {
    const expected = plain({ ...ITEM, ...changed });
    assert.deepEqual(update(text, values), expected, text);
  }
  const emptied = update('DELETE ss :s', { ':s': { SS: ['a', 'b'] } }) as AttributeMap;
  assert.equal('ss' in emptied, false);
});

test('an update never changes the item that it was given', () => {
  const before = JSON.stringify(ITEM);
  update('SET m.l[0] = :v, l[0] = :v, n = :v REMOVE m.x ADD q :v', V);
  assert.equal(JSON.stringify(ITEM), before);
});

test('what is wrong with an update is said in the words of AWS', () => {
  const operand = 'Incorrect operand type for operator or function; operator';
  const cases: readonly [string, AttributeMap | undefined, string][] = [
    ['', undefined, 'The expression can not be empty;'],
    ['foo = :v', V, 'Syntax error; token: "foo", near: "foo ="'],
    ['SET', undefined, 'Syntax error; token: "<EOF>", near: "SET"'],
    ['SET a = ', undefined, 'Syntax error; token: "<EOF>", near: "="'],
    ['SET a = :v,', V, 'Syntax error; token: "<EOF>", near: ","'],
    [
      'SET a = :v SET b = :v',
      V,
      'The "SET" section can only be used once in an update expression;',
    ],
    ['ADD a b', undefined, 'Syntax error; token: "b", near: "a b"'],
    ['SET size = :v', V, 'Attribute name is a reserved keyword; reserved keyword: size'],
    ['SET a = foo(:v, :v)', V, 'Invalid function name; function: foo'],
    [
      'SET a = :w',
      V,
      'An expression attribute value used in expression is not defined; attribute value: :w',
    ],
    [
      'SET #a = :w',
      V,
      'An expression attribute name used in the document path is not defined; attribute name: #a',
    ],
    [
      'SET a.b = :v, a = :v',
      V,
      'Two document paths overlap with each other; must remove or rewrite one of these paths; ' +
        'path one: [a, b], path two: [a]',
    ],
    [
      'SET a[1] = :v REMOVE a.b',
      V,
      'Two document paths conflict with each other; must remove or rewrite one of these paths; ' +
        'path one: [a, [1]], path two: [a, b]',
    ],
    ['ADD a :v', { ':v': { S: 'x' } }, `${operand}: ADD, operand type: STRING`],
    ['DELETE a :v', V, `${operand}: DELETE, operand type: NUMBER`],
    ['SET a = a + :v', { ':v': { S: 'x' } }, `${operand} or function: +, operand type: S`],
    ['SET a = list_append(a, :v)', V, `${operand} or function: list_append, operand type: N`],
    [
      'SET a = list_append(a)',
      undefined,
      'Incorrect number of operands for operator or function; ' +
        'operator or function: list_append, number of operands: 1',
    ],
    [
      'SET a = if_not_exists(:v, :v)',
      V,
      'Operator or function requires a document path; operator or function: if_not_exists',
    ],
  ];
  for (const [text, values, message] of cases) {
    assert.equal(refusal(text, values), `Invalid UpdateExpression: ${message}`, text);
  }
});

test('what cannot be done to an item is refused', () => {
  const cases: readonly [string, AttributeMap | undefined, string][] = [
    [
      'SET a = absent',
      undefined,
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    [
      'SET a.b = :v',
      V,
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'SET s.b = :v',
      V,
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'SET l.b = :v',
      V,
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'REMOVE q.b',
      undefined,
      'The document path provided in the update expression is invalid for update',
    ],
    ['SET a = s + :v', V, 'An operand in the update expression has an incorrect data type'],
    ['ADD s :v', V, 'An operand in the update expression has an incorrect data type'],
    [
      'DELETE n :s',
      { ':s': { SS: ['x'] } },
      'An operand in the update expression has an incorrect data type',
    ],
    [
      'ADD n :v',
      { ':v': { N: '9'.repeat(38) } },
      'Attempting to store more than 38 significant digits in a Number',
    ],
    [
      'SET n = :v + :v',
      { ':v': { N: '9e125' } },
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
  ];
  for (const [text, values, message] of cases) assert.equal(refusal(text, values), message, text);
});

test('AttributeUpdates do the same', () => {
  const actions = updateActions(
    {
      a: { Value: { S: 'x' } },
      n: { Action: 'ADD', Value: { N: '1' } },
      l: { Action: 'ADD', Value: { L: [{ S: 'y' }] } },
      ss: { Action: 'DELETE', Value: { SS: ['a'] } },
      s: { Action: 'DELETE' },
    },
    bareLayer,
  );
  const { s: _removed, ...rest } = ITEM;
  assert.deepEqual(plain(applyUpdate(ITEM, actions ?? [], typeMismatch)), {
    ...rest,
    a: { S: 'x' },
    n: { N: '11' },
    l: { L: [...(ITEM['l']?.L ?? []), { S: 'y' }] },
    ss: { SS: ['b'] },
  });
});

test('projections keep the order of lists and close them up', () => {
  const paths = new Expressions({}, bareLayer).projection('l[2], l[0], m.l[0], m.q, pk');
  assert.deepEqual(plain(project(ITEM, paths ?? [])), {
    l: { L: [{ N: '0' }, { N: '2' }] },
    m: { M: { l: { L: [{ S: 'a' }] } } },
    pk: { S: 'key' },
  });
});

test('names that JavaScript knows are only names', () => {
  const item = JSON.parse('{"__proto__":{"M":{"__proto__":{"N":"1"}}}}') as AttributeMap;
  const expressions = new Expressions(
    {
      ExpressionAttributeNames: { '#p': '__proto__', '#c': 'constructor' },
      ExpressionAttributeValues: V,
    },
    bareLayer,
  );
  const actions = expressions.update('SET #p.#p = #p.#p + :v, #c = :v') ?? [];
  assert.equal(
    JSON.stringify(applyUpdate(item, actions)),
    '{"__proto__":{"M":{"__proto__":{"N":"6"}}},"constructor":{"N":"5"}}',
  );
  const paths = new Expressions({ ExpressionAttributeNames: { '#c': 'toString' } }, bareLayer);
  assert.deepEqual(plain(project({}, paths.projection('#c') ?? [])), {});
});
