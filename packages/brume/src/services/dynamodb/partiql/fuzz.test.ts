import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../../model/aws-error.ts';
import type { AttributeValue } from '../items/attribute-value.ts';
import { openTestDatabase } from '../database.fixture.ts';
import { bindStatement } from './bind.ts';

const RUNS = process.env['BRUME_TEST_LONG'] === '1' ? 1_000_000 : 5000;

const STATEMENTS = [
  `SELECT * FROM "tab"."idx" WHERE pk = 'a' AND (sk > 1 OR NOT m.x[0] IN [1, 'y', ?]) ORDER BY sk`,
  `SELECT a, b.c, d[0] FROM tab WHERE begins_with(a, 'x') AND b BETWEEN 1 AND 2 AND c IS MISSING`,
  `INSERT INTO tab VALUE {'pk': ?, 'l': [1, -2.5e3, <<'a', 'b'>>], 'm': {'x': null, 'y': true}}`,
  `UPDATE tab SET a = b + 1, c = list_append(c, [1]) REMOVE d SET s = set_add(s, <<1>>)
   WHERE pk = 'it''s' AND attribute_type(a, 'N') RETURNING MODIFIED NEW *`,
  `FROM tab WHERE pk = ? SET a = if_not_exists(a, ?) -- note`,
  `DELETE FROM "tab" WHERE pk = 'a' AND size(b) <= 3 /* note */ RETURNING ALL OLD *;`,
  `EXISTS(SELECT * FROM tab WHERE pk = 'a' AND "__proto__".constructor IS NOT NULL)`,
];
const WORDS = `SELECT FROM WHERE INSERT INTO VALUE UPDATE SET REMOVE DELETE AND OR NOT IN IS MISSING NULL
BETWEEN LIKE RETURNING ALL OLD ORDER BY EXISTS size set_add contains CASE CAST true STRING BOOL LIMIT
( ) [ ] { } << >> , . : ; ? * + - @ | = <> != < >= ' " -- /* */ a tab "a" 'x' 1 .5 1e400
1e99999999999 __proto__ a.b[0]`;
const PIECES = [...WORDS.split(/\s/), '`', '\n', '\0', '😀', '\ud800'];

const statement = fc.constantFrom(...STATEMENTS);
const piece = fc.constantFrom(...PIECES);
const mutation = fc.record({
  at: fc.nat(200),
  length: fc.nat(12),
  inserted: fc.oneof(piece, fc.string({ maxLength: 4 })),
});
const mutated = fc
  .tuple(statement, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([text, mutations]) =>
    mutations.reduce((whole, { at, length, inserted }) => {
      return `${whole.slice(0, at)} ${inserted} ${whole.slice(at + length)}`;
    }, text),
  );
const assembled = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' '));
const anything = fc.oneof(mutated, assembled, fc.string({ unit: 'binary', maxLength: 100 }));

function allowsOnlyValidationErrors(text: string): void {
  for (const count of [0, 1, 2, 3]) {
    const parameters = PARAMETERS.slice(0, count);
    try {
      bindStatement(text, parameters);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      assert.equal(error.code, 'ValidationException');
      assert.ok(error.message.length > 0);
    }
  }
}

const PARAMETERS: readonly AttributeValue[] = [{ S: 'x' }, { N: '1' }, { SS: ['x'] }];

test('whatever is sent as a statement, nothing but a validation error comes of it', () => {
  fc.assert(fc.property(anything, allowsOnlyValidationErrors), { numRuns: RUNS });
});

/** Conditions on keys with all kinds of values, which only the table can find wrong. */
const keyed = fc
  .tuple(
    fc.constantFrom('SELECT * FROM tab', 'SELECT * FROM tab.idx', 'DELETE FROM tab'),
    fc.array(
      fc.tuple(
        fc.constantFrom('', 'NOT '),
        fc.constantFrom('pk', 'sk', 'a', 'sk.x', 'pk[0]'),
        fc.constantFrom(' = ', ' < ', ' >= ', ' <> ', ' IN ', ' BETWEEN 1 AND ', ' IS '),
        fc.constantFrom("'a'", '1', "''", '<<1>>', '[1]', "['a', 'b']", '{}', 'null', 'sk', '?'),
        fc.constantFrom(' AND ', ' OR '),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom('', ' ORDER BY sk DESC', ' ORDER BY pk, sk'),
  )
  .map(([start, conditions, end]) => {
    const where = conditions.map((parts) => parts.join('')).join('');
    return `${start} WHERE ${where.replace(/ (?:AND|OR) $/, '')}${end}`;
  });

test('whatever is run, nothing but an error of AWS comes of it', async () => {
  const db = openTestDatabase();
  await db.call('CreateTable', {
    TableName: 'tab',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'a', AttributeType: 'B' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'idx',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'a', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const Item = { pk: { S: 'a' }, sk: { N: '1' }, a: { B: 'AQ==' }, m: { M: { x: { L: [] } } } };
  await db.call('PutItem', { TableName: 'tab', Item });
  const request = fc.record({
    Statement: fc.oneof(mutated, keyed),
    Parameters: fc.constantFrom<AttributeValue[] | undefined>(
      undefined,
      [{ S: 'a' }],
      [{ S: 'a' }, { N: '1' }],
    ),
    Limit: fc.constantFrom(undefined, 1),
  });
  await fc.assert(
    fc.asyncProperty(request, fc.string(), async (input, NextToken) => {
      const { Statement, Parameters } = input;
      const statements = [{ Statement, Parameters }];
      for (const run of [
        () => db.call('ExecuteStatement', input),
        () => db.call('ExecuteStatement', { ...input, NextToken }),
        () => db.call('BatchExecuteStatement', { Statements: statements }),
        () => db.call('ExecuteTransaction', { TransactStatements: statements }),
      ]) {
        await run().catch((error: unknown) => assert.ok(error instanceof AwsError, String(error)));
      }
    }),
    { numRuns: RUNS / 10 },
  );
});

test('the statements that the fuzzer starts from are right ones', () => {
  for (const text of STATEMENTS) {
    const parameters = PARAMETERS.slice(0, text.split('?').length - 1);
    assert.ok(bindStatement(text, parameters), text);
  }
});

test('nesting as deep as the text allows is no trouble', () => {
  for (const text of [
    `SELECT * FROM tab WHERE ${'('.repeat(4000)}a = 1${')'.repeat(4000)}`,
    `SELECT * FROM tab WHERE ${'NOT '.repeat(2000)}a = 1`,
    `SELECT * FROM tab WHERE a = ${'-'.repeat(3)}${'+ '.repeat(3900)}1`,
    `SELECT * FROM tab WHERE ${'a = 1 AND '.repeat(800)}a = 1`,
    `SELECT * FROM tab WHERE ${'size('.repeat(1600)}a`,
    `INSERT INTO tab VALUE {'a': ${'['.repeat(4000)}`,
    `INSERT INTO tab VALUE {'a': ${'['.repeat(100)}1${']'.repeat(100)}}`,
    `INSERT INTO tab VALUE ${`{'a': `.repeat(1300)}`,
    `UPDATE tab SET a = ${'1 + '.repeat(2000)}1`,
    `SELECT ${'a.'.repeat(4000)}a FROM tab`,
    `SELECT ${'SELECT '.repeat(1100)}`,
    'FROM '.repeat(1600),
    '"'.repeat(8000),
    '/*'.repeat(4000),
    `${'\n'.repeat(4000)}${'- '.repeat(2000)}`,
  ]) {
    allowsOnlyValidationErrors(text);
  }
});

test('an expression has at most 300 operators', () => {
  const where = (count: number) => `SELECT * FROM tab WHERE ${'NOT '.repeat(count)}a = 1`;
  assert.ok(bindStatement(where(200), []));
  const sum = `UPDATE tab SET a = ${'b + '.repeat(301)}c`;
  assert.throws(() => bindStatement(sum, []), /too many operators; operator count: 301/);
});
