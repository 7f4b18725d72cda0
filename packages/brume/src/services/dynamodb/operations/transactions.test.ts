import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  CancellationReason,
  TransactWriteItem,
} from '../../../model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { TOKEN_LIFETIME_MS } from '../limits.ts';
import { INDEXED, openTestDatabase, plain } from '../database.fixture.ts';

const TableName = 'table';
const key = (at: number): AttributeMap => ({ pk: { S: 'a' }, sk: { N: String(at) } });
const ONE = { ':one': { N: '1' } };
const add = (at: number): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key(at),
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: ONE,
  },
});
const check = (at: number, ConditionExpression: string): TransactWriteItem => ({
  ConditionCheck: { TableName, Key: key(at), ConditionExpression },
});

async function open() {
  const database = openTestDatabase();
  await database.call('CreateTable', INDEXED);
  return database;
}

test('all actions are done, or none', async () => {
  const { call, refuses } = await open();
  await call('PutItem', { TableName, Item: { ...key(3), g: { S: 'g' } } });
  const done = await call('TransactWriteItems', {
    TransactItems: [
      { Put: { TableName, Item: { ...key(1), g: { S: 'g' } } } },
      add(2),
      { Delete: { TableName, Key: key(3) } },
      check(4, 'attribute_not_exists(pk)'),
    ],
    ReturnConsumedCapacity: 'INDEXES',
  });
  const split = (units: number) => ({ CapacityUnits: units, WriteCapacityUnits: units });
  assert.deepEqual(done.ConsumedCapacity, [
    {
      TableName,
      ...split(10),
      Table: split(8),
      GlobalSecondaryIndexes: { gsi: split(2) },
    },
  ]);
  const failed = await refuses('TransactWriteItems', {
    TransactItems: [
      add(2),
      {
        Put: {
          TableName,
          Item: key(1),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { ...check(9, 'attribute_exists(pk)') },
    ],
  });
  assert.equal(failed.code, 'TransactionCanceledException');
  assert.equal(
    failed.message,
    'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      '[None, ConditionalCheckFailed, ConditionalCheckFailed]',
  );
  const reason = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
  assert.deepEqual(plain(failed.fields['CancellationReasons']), [
    { Code: 'None' },
    { ...reason, Item: { ...key(1), g: { S: 'g' } } },
    reason,
  ]);
  const read = await call('TransactGetItems', {
    TransactItems: [1, 2, 3].map((at) => ({ Get: { TableName, Key: key(at) } })),
    ReturnConsumedCapacity: 'TOTAL',
  });
  assert.deepEqual(read.Responses, [
    { Item: { ...key(1), g: { S: 'g' } } },
    { Item: { ...key(2), n: { N: '1' } } },
    {},
  ]);
  assert.deepEqual(read.ConsumedCapacity, [{ TableName, CapacityUnits: 6, ReadCapacityUnits: 6 }]);
});

test('errors are the transaction’s or one action’s, as at AWS', async () => {
  const { call, refuses } = await open();
  await call('PutItem', { TableName, Item: { ...key(1), s: { S: 'x' } } });
  const write = (...TransactItems: TransactWriteItem[]) =>
    refuses('TransactWriteItems', { TransactItems });
  const refused: readonly [TransactWriteItem[], string][] = [
    [[add(1), add(1)], 'Transaction request cannot include multiple operations on one item'],
    [[{}], 'TransactItems can only contain one of Check, Put, Update or Delete'],
    [
      [{ Put: { TableName, Item: { ...key(1), pk: { S: '' } } } }],
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot ' +
        'contain an empty string value. Key: pk',
    ],
    [
      [{ Put: { TableName, Item: { ...key(1), info: { S: 'x'.repeat(409_600) } } } }],
      'Item size has exceeded the maximum allowed size',
    ],
    [[check(1, 'foo(a)')], 'Invalid ConditionExpression: Invalid function name; function: foo'],
  ];
  for (const [items, message] of refused) assert.equal((await write(...items)).message, message);
  const missing = await write({ Delete: { TableName: 'nothing', Key: key(1) } });
  assert.equal(missing.message, 'Requested resource not found');
  const cancelled: readonly [TransactWriteItem, string][] = [
    [
      { Put: { TableName, Item: { ...key(1), sk: { S: 'x' } } } },
      'One or more parameter values were invalid: ' +
        'Type mismatch for key sk expected: N actual: S',
    ],
    [
      { Delete: { TableName, Key: { pk: { S: 'a' } } } },
      'The provided key element does not match the schema',
    ],
    [
      {
        Update: {
          TableName,
          Key: key(1),
          UpdateExpression: 'ADD s :one',
          ExpressionAttributeValues: ONE,
        },
      },
      'An operand in the update expression has an incorrect data type',
    ],
  ];
  for (const [item, message] of cancelled) {
    const error = await write(add(5), item);
    assert.equal(error.code, 'TransactionCanceledException');
    const reasons = error.fields['CancellationReasons'] as CancellationReason[];
    assert.deepEqual(reasons, [{ Code: 'None' }, { Code: 'ValidationError', Message: message }]);
  }
  assert.deepEqual(await call('GetItem', { TableName, Key: key(5) }), {});
});

test('a token makes the second of two equal requests an answer only, for ten minutes', async () => {
  const { call, refuses, advance, store } = await open();
  const request = {
    TransactItems: [add(1)],
    ClientRequestToken: 'token',
    ReturnConsumedCapacity: 'TOTAL' as const,
  };
  const units = { TableName, CapacityUnits: 2 };
  const first = await call('TransactWriteItems', request);
  assert.deepEqual(first.ConsumedCapacity, [{ ...units, WriteCapacityUnits: 2 }]);
  const second = await call('TransactWriteItems', request);
  assert.deepEqual(second.ConsumedCapacity, [{ ...units, ReadCapacityUnits: 2 }]);
  const restarted = openTestDatabase(store);
  await restarted.call('TransactWriteItems', request);
  const other = await refuses('TransactWriteItems', { ...request, TransactItems: [add(2)] });
  assert.equal(other.code, 'IdempotentParameterMismatchException');
  const value = async () => (await call('GetItem', { TableName, Key: key(1) })).Item?.['n']?.N;
  assert.equal(await value(), '1');
  advance(TOKEN_LIFETIME_MS);
  await call('TransactWriteItems', request);
  assert.equal(await value(), '2');
});

test('concurrent transactions on the same items all count', async () => {
  const { call } = await open();
  await Promise.all(
    Array.from({ length: 50 }, () =>
      call('TransactWriteItems', { TransactItems: [add(1), add(2)] }),
    ),
  );
  for (const at of [1, 2]) {
    const { Item: item } = await call('GetItem', { TableName, Key: key(at) });
    assert.equal(item?.['n']?.N, '50');
  }
});

test('a write that a deletion of its table overtakes is not done', async () => {
  const { call, refuses, service } = await open();
  const deletion = call('DeleteTable', { TableName });
  const write = refuses('TransactWriteItems', { TransactItems: [add(1)] });
  await deletion;
  assert.equal((await write).message, 'Requested resource not found');
  await service.close();
});
