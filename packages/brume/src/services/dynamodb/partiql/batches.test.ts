import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../database.fixture.ts';

async function opened() {
  const db = openTestDatabase();
  await db.call('CreateTable', {
    TableName: 'hash',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  for (const [pk, n] of [
    ['a', '5'],
    ['b', '7'],
  ] as const) {
    await db.call('PutItem', { TableName: 'hash', Item: { pk: { S: pk }, n: { N: n } } });
  }
  const get = async (pk: string) =>
    (await db.call('GetItem', { TableName: 'hash', Key: { pk: { S: pk } } })).Item;
  return { ...db, get };
}

const statements = (...texts: string[]) => texts.map((Statement) => ({ Statement }));

test('each read of a batch answers for itself', async () => {
  const db = await opened();
  const keyOnly =
    'Select statements within BatchExecuteStatement must specify the primary key in the where ' +
    'clause.';
  const answer = await db.call('BatchExecuteStatement', {
    Statements: [
      ...statements(`SELECT n FROM hash WHERE pk = 'a'`, `SELECT * FROM hash WHERE pk = 'zz'`),
      { Statement: `SELECT pk FROM hash WHERE pk = 'b'`, ConsistentRead: true },
      ...statements(
        `SELECT * FROM hash WHERE pk = 'a' AND n = 5`,
        `SELECT * FROM hash WHERE pk IN ['a']`,
        'SLECT * FROM hash',
        `SELECT * FROM nope WHERE pk = 'a'`,
        `EXISTS(SELECT * FROM hash WHERE pk = 'a' AND n = 1)`,
        `SELECT * FROM hash WHERE pk = ?`,
      ),
    ],
    ReturnConsumedCapacity: 'TOTAL',
  });
  const TableName = 'hash';
  const refused = (Message: string, Code = 'ValidationError') => ({ Error: { Code, Message } });
  assert.deepEqual(answer.Responses, [
    { TableName, Item: { n: { N: '5' } } },
    { TableName },
    { TableName, Item: { pk: { S: 'b' } } },
    refused(keyOnly),
    refused(keyOnly),
    refused("Statement wasn't well formed, can't be processed: Expected data manipulation"),
    refused('Requested resource not found', 'ResourceNotFound'),
    refused('EXISTS can only be used in ExecuteTransaction write requests.'),
    refused("Number of parameters in request and statement don't match."),
  ]);
  assert.deepEqual(
    answer.ConsumedCapacity,
    [0.5, 0.5, 1].map((units) => ({
      TableName,
      CapacityUnits: units,
      ReadCapacityUnits: units,
    })),
  );
});

test('each write of a batch is done for itself', async () => {
  const db = await opened();
  const { Responses } = await db.call('BatchExecuteStatement', {
    Statements: [
      ...statements(
        `UPDATE hash SET n = 1 WHERE pk = 'a' RETURNING MODIFIED NEW *`,
        `INSERT INTO hash VALUE {'pk': 'b'}`,
        `INSERT INTO hash VALUE {'pk': 'c'}`,
        `DELETE FROM hash WHERE pk = 'd' RETURNING MODIFIED OLD *`,
        `UPDATE hash SET n = 1 WHERE n = 1`,
      ),
      {
        Statement: `UPDATE hash SET n = 1 WHERE pk = 'e' AND n = 1`,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ],
  });
  const TableName = 'hash';
  const refused = (Message: string, Code = 'ValidationError') => ({ Error: { Code, Message } });
  assert.deepEqual(Responses, [
    { TableName, Item: { n: { N: '1' } } },
    { ...refused('Duplicate primary key exists in table', 'DuplicateItem'), TableName },
    { TableName },
    refused(
      'Invalid returning clause: RETURNING MODIFIED OLD *. ' +
        'Only RETURNING ALL OLD * is allowed in DELETE statements.',
    ),
    refused('Where clause does not contain a mandatory equality on all key attributes'),
    { ...refused('The conditional request failed', 'ConditionalCheckFailed'), TableName },
  ]);
  assert.deepEqual(await db.get('c'), { pk: { S: 'c' } });
});

test('a batch is refused whole where it reads and writes, or has an item twice', async () => {
  const db = await opened();
  const message = async (...texts: string[]) =>
    (await db.refuses('BatchExecuteStatement', { Statements: statements(...texts) })).message;
  assert.equal(
    await message(`SELECT * FROM hash WHERE pk = 'a'`, `DELETE FROM hash WHERE pk = 'b'`),
    'Read and write requests together in the same batch is not supported.',
  );
  assert.equal(
    await message(`UPDATE hash SET n = 1 WHERE pk = 'b'`, `DELETE FROM hash WHERE pk = 'b'`),
    'Provided list of item keys contains duplicates',
  );
  assert.ok(await db.get('b'));
});

test('a transaction reads items at one moment, in the order of its statements', async () => {
  const db = await opened();
  const answer = await db.call('ExecuteTransaction', {
    TransactStatements: statements(
      `SELECT n FROM hash WHERE pk = 'b'`,
      `SELECT * FROM hash WHERE pk = 'zz'`,
    ),
    ReturnConsumedCapacity: 'TOTAL',
  });
  assert.deepEqual(answer.Responses, [{ Item: { n: { N: '7' } } }, {}]);
  assert.deepEqual(answer.ConsumedCapacity, [
    { TableName: 'hash', CapacityUnits: 4, ReadCapacityUnits: 4 },
  ]);
});

test('a transaction writes all or nothing', async () => {
  const db = await opened();
  const { Responses } = await db.call('ExecuteTransaction', {
    TransactStatements: statements(
      `EXISTS(SELECT * FROM hash WHERE pk = 'b' AND n = 7)`,
      `UPDATE hash SET n = n + 1 WHERE pk = 'a'`,
      `INSERT INTO hash VALUE {'pk': 'c'}`,
      `DELETE FROM hash WHERE pk = 'none'`,
    ),
  });
  assert.deepEqual(Responses, []);
  assert.deepEqual((await db.get('a'))?.['n'], { N: '6' });
  const error = await db.refuses('ExecuteTransaction', {
    TransactStatements: [
      ...statements(
        `INSERT INTO hash VALUE {'pk': 'c'}`,
        `EXISTS(SELECT * FROM hash WHERE pk = 'b' AND n = 8)`,
        `UPDATE hash SET n = 0 WHERE pk = 'a'`,
      ),
      {
        Statement: `DELETE FROM hash WHERE pk = 'd' AND n = 1`,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
      ...statements(`UPDATE hash SET n = 1 WHERE pk = 'e'`),
    ],
  });
  assert.equal(error.code, 'TransactionCanceledException');
  const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
  assert.deepEqual(error.fields['CancellationReasons'], [
    { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' },
    failed,
    { Code: 'None' },
    { Code: 'None' },
    failed,
  ]);
  assert.deepEqual((await db.get('a'))?.['n'], { N: '6' });
});

test('what a statement cannot do in a transaction is told with its place', async () => {
  const db = await opened();
  const message = async (...texts: string[]) =>
    (await db.refuses('ExecuteTransaction', { TransactStatements: statements(...texts) })).message;
  const update = `UPDATE hash SET n = 1 WHERE pk = 'a'`;
  const second = 'Validation failed in TransactStatements[1]: ';
  for (const [text, expected] of [
    [`${update.replace('a', 'b')} RETURNING ALL NEW *`, RETURNING],
    [`EXISTS(SELECT * FROM hash WHERE pk = 'b')`, EXISTS],
    [`EXISTS(SELECT * FROM hash WHERE n = 1)`, EXISTS],
    [
      `EXISTS(SELECT * FROM hash.gsi WHERE pk = 'b' AND n = 1)`,
      'Operations on indices are not supported in transactions',
    ],
    [
      'SELECT * FROM hash WHERE',
      "Statement wasn't well formed, can't be processed: Unexpected term",
    ],
    [
      `DELETE FROM hash WHERE n = 1`,
      'Where clause does not contain a mandatory equality on all key attributes',
    ],
  ] as const) {
    assert.equal(await message(update, text), second + expected, text);
  }
  const first = 'Validation failed in TransactStatements[0]: ';
  assert.equal(
    await message(`SELECT * FROM hash WHERE pk = 'a' AND n = 1`),
    `${first}Select statements within ExecuteTransaction must specify the primary key in the ` +
      'where clause.',
  );
  assert.equal(
    await message(`SELECT * FROM hash.gsi WHERE pk = 'a'`),
    `${first}Reads on indices are not supported within transactions.`,
  );
  assert.equal(
    await message(update, `SELECT * FROM hash WHERE pk = 'a'`),
    'ExecuteTransaction API does not support both read and write operations in the same request.',
  );
  assert.equal(
    await message(update, `DELETE FROM hash WHERE pk = 'a'`),
    'Transaction request cannot include multiple operations on one item',
  );
  assert.equal(
    await message(update, `UPDATE nope SET n = 1 WHERE pk = 'a'`),
    'Requested resource not found',
  );
  const unconvertible = await db.refuses('ExecuteTransaction', {
    TransactStatements: [{ Statement: update.replace('1', '?'), Parameters: [{ N: 'x' }] }],
  });
  assert.equal(unconvertible.message, 'The parameter cannot be converted to a numeric value: x');
});

const RETURNING = 'RETURNING clause is not supported in ExecuteTransaction.';
const EXISTS = 'EXISTS() must contain a single item read with additional condition';

test('a token makes the second of two equal transactions an answer only', async () => {
  const db = await opened();
  const request = (text: string) => ({
    ClientRequestToken: 'token',
    ReturnConsumedCapacity: 'TOTAL' as const,
    TransactStatements: statements(text),
  });
  const increment = request(`UPDATE hash SET n = n + 1 WHERE pk = 'a'`);
  const first = await db.call('ExecuteTransaction', increment);
  const second = await db.call('ExecuteTransaction', increment);
  assert.deepEqual((await db.get('a'))?.['n'], { N: '6' });
  assert.equal(first.ConsumedCapacity?.[0]?.WriteCapacityUnits, 2);
  assert.equal(second.ConsumedCapacity?.[0]?.ReadCapacityUnits, 2);
  const other = request(`UPDATE hash SET n = n + 2 WHERE pk = 'a'`);
  const { code } = await db.refuses('ExecuteTransaction', other);
  assert.equal(code, 'IdempotentParameterMismatchException');
  db.advance(10 * 60 * 1000 + 1);
  await db.call('ExecuteTransaction', increment);
  assert.deepEqual((await db.get('a'))?.['n'], { N: '7' });
});
