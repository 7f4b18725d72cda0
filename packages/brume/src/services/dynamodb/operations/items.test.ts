import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  DeleteItemInput,
  PutItemInput,
  UpdateItemInput,
} from '../../../model/generated/dynamodb.types.ts';
import { INDEXED, openTestDatabase, type TestDatabase } from '../database.fixture.ts';

const INVALID = 'One or more parameter values were invalid: ';

const KEY = { pk: { S: 'a' }, sk: { N: '1' } };

async function open(): Promise<TestDatabase> {
  const database = openTestDatabase();
  await database.call('CreateTable', INDEXED);
  return database;
}

const put = (input: Partial<PutItemInput> = {}) => ({ TableName: 'table', Item: KEY, ...input });
const update = (input: Partial<UpdateItemInput> = {}) => ({
  TableName: 'table',
  Key: KEY,
  ...input,
});

test('an item is put, got, changed and removed', async () => {
  const { call } = await open();
  const item = { ...KEY, info: { M: { nested: { L: [{ N: '01.0' }, { NULL: true }] } } } };
  assert.deepEqual(await call('PutItem', put({ Item: item })), {});
  const stored = { ...KEY, info: { M: { nested: { L: [{ N: '1' }, { NULL: true }] } } } };
  const get = { TableName: 'table', Key: { pk: { S: 'a' }, sk: { N: '1.0' } } };
  assert.deepEqual(await call('GetItem', get), { Item: stored });
  assert.deepEqual(await call('GetItem', { ...get, ProjectionExpression: 'info.nested[0]' }), {
    Item: { info: { M: { nested: { L: [{ N: '1' }] } } } },
  });
  assert.deepEqual(await call('GetItem', { ...get, AttributesToGet: ['pk', 'none'] }), {
    Item: { pk: { S: 'a' } },
  });
  assert.deepEqual(await call('PutItem', put({ ReturnValues: 'ALL_OLD' })), {
    Attributes: stored,
  });
  const removed = await call('DeleteItem', { ...get, ReturnValues: 'ALL_OLD' });
  assert.deepEqual(removed, { Attributes: KEY });
  assert.deepEqual(await call('GetItem', get), {});
  assert.deepEqual(await call('DeleteItem', { ...get, ReturnValues: 'ALL_OLD' }), {});
});

test('an update answers what it was asked for', async () => {
  const { call } = await open();
  const answer = (input: Partial<UpdateItemInput>) => call('UpdateItem', update(input));
  const set = (value: string): Partial<UpdateItemInput> => ({
    UpdateExpression: 'SET m.x = :v, n = :v REMOVE gone',
    ExpressionAttributeValues: { ':v': { N: value } },
  });
  assert.deepEqual(await answer({ ReturnValues: 'ALL_NEW' }), { Attributes: KEY });
  await call('PutItem', put({ Item: { ...KEY, m: { M: { y: { N: '0' } } }, gone: { S: 'x' } } }));
  assert.deepEqual(await answer({ ...set('1'), ReturnValues: 'UPDATED_OLD' }), {
    Attributes: { gone: { S: 'x' } },
  });
  assert.deepEqual(await answer({ ...set('2'), ReturnValues: 'UPDATED_NEW' }), {
    Attributes: { m: { M: { x: { N: '2' } } }, n: { N: '2' } },
  });
  const whole = { ...KEY, m: { M: { y: { N: '0' }, x: { N: '2' } } }, n: { N: '2' } };
  assert.deepEqual(await answer({ ...set('3'), ReturnValues: 'ALL_OLD' }), { Attributes: whole });
  assert.deepEqual(
    await answer({
      AttributeUpdates: { n: { Action: 'ADD', Value: { N: '1' } }, m: { Action: 'DELETE' } },
      ReturnValues: 'UPDATED_NEW',
    }),
    { Attributes: { n: { N: '4' } } },
  );
  assert.deepEqual(await answer({ ...set('9'), UpdateExpression: 'SET n = :v' }), {});
});

test('a condition that does not hold changes nothing, and shows the item where asked to', async () => {
  const { call, refuses } = await open();
  await call('PutItem', put({ Item: { ...KEY, n: { N: '1' } } }));
  const failed = await refuses(
    'PutItem',
    put({
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
  assert.equal(failed.code, 'ConditionalCheckFailedException');
  assert.equal(failed.message, 'The conditional request failed');
  assert.ok('Item' in failed.fields);
  const expected = { n: { ComparisonOperator: 'GT' as const, AttributeValueList: [{ N: '1' }] } };
  for (const condition of [
    { Expected: expected },
    { Expected: { n: { Exists: false } } },
    { Expected: { n: { Value: { N: '2' } } } },
    { ConditionExpression: 'n > :one', ExpressionAttributeValues: { ':one': { N: '1' } } },
  ]) {
    for (const name of ['PutItem', 'UpdateItem', 'DeleteItem'] as const) {
      const input = name === 'PutItem' ? put(condition) : update(condition);
      const error = await refuses(name, input as PutItemInput & DeleteItemInput);
      assert.equal(error.code, 'ConditionalCheckFailedException', name);
      assert.equal('Item' in error.fields, false);
    }
  }
  const { Item: item } = await call('GetItem', { TableName: 'table', Key: KEY });
  assert.deepEqual(item, { ...KEY, n: { N: '1' } });
});

test('what a put cannot take is refused in the words of AWS', async () => {
  const { refuses } = await open();
  const enveloped = '1 validation error detected: ';
  const notValid = 'One or more parameter values are not valid. ';
  const cases: readonly [Partial<PutItemInput>, string][] = [
    [{ Item: { pk: { S: 'a' } } }, `${INVALID}Missing the key sk in the item`],
    [
      { Item: { pk: { N: '1' }, sk: { N: '1' } } },
      `${INVALID}Type mismatch for key pk expected: S actual: N`,
    ],
    [
      { Item: { pk: { S: '' }, sk: { N: '1' } } },
      `${notValid}The AttributeValue for a key attribute cannot contain an empty string value. ` +
        'Key: pk',
    ],
    [
      { Item: { pk: { S: 'x'.repeat(2049) }, sk: { N: '1' } } },
      `${INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
    ],
    [
      { Item: { ...KEY, g: { N: '1' } } },
      `${INVALID}Type mismatch for Index Key g Expected: S Actual: N IndexName: gsi`,
    ],
    [
      { Item: { ...KEY, l: { S: '' } } },
      `${notValid}A value specified for a secondary index key is not supported. ` +
        'The AttributeValue for a key attribute cannot contain an empty string value. ' +
        'IndexName: lsi, IndexKey: l',
    ],
    [{ ReturnValues: 'ALL_NEW' }, `${enveloped}ReturnValues can only be ALL_OLD or NONE`],
    [
      { Expected: {}, ConditionExpression: 'a = :a' },
      `${enveloped}Can not use both expression and non-expression parameters in the same request: ` +
        'Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    ],
    [
      { ExpressionAttributeNames: { '#a': 'a' } },
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
    [
      { ExpressionAttributeValues: { ':a': { S: 'a' } } },
      `${enveloped}ExpressionAttributeValues can only be specified when using expressions: ` +
        'ConditionExpression is null',
    ],
    [
      { ConditionExpression: 'attribute_exists(pk.x)' },
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not " +
        'allowed: Key: pk',
    ],
    [
      { ConditionalOperator: 'OR' },
      `${INVALID}ConditionalOperator cannot be used without Filter or Expected`,
    ],
  ];
  for (const [input, message] of cases) {
    assert.equal((await refuses('PutItem', put(input))).message, message);
  }
});

test('an item may have 409,600 bytes and no more', async () => {
  const { call, refuses } = await open();
  // pk, sk and info count 2 + 1, 2 + 2 and 4 bytes beside the text itself.
  const sized = (bytes: number) => ({ ...KEY, info: { S: 'x'.repeat(bytes - 11) } });
  await call('PutItem', put({ Item: sized(409_600) }));
  const error = await refuses('PutItem', put({ Item: sized(409_601) }));
  assert.equal(error.message, 'Item size has exceeded the maximum allowed size');
  const grown = await refuses(
    'UpdateItem',
    update({ UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': { S: '' } } }),
  );
  assert.equal(grown.message, 'Item size to update has exceeded the maximum allowed size');
});

test('keys are refused in the words of AWS', async () => {
  const { refuses } = await open();
  const mismatch = 'The provided key element does not match the schema';
  for (const Key of [
    { pk: { S: 'a' } },
    { ...KEY, x: { S: 'x' } },
    { pk: { S: 'a' }, sk: { S: '1' } },
    {},
  ]) {
    for (const name of ['GetItem', 'DeleteItem', 'UpdateItem'] as const) {
      assert.equal((await refuses(name, { TableName: 'table', Key })).message, mismatch);
    }
  }
  const touched = await refuses(
    'UpdateItem',
    update({ UpdateExpression: 'SET sk = :v', ExpressionAttributeValues: { ':v': { N: '2' } } }),
  );
  assert.equal(
    touched.message,
    `${INVALID}Cannot update attribute sk. This attribute is part of the key`,
  );
});

test('writes cost what AWS charges, index by index', async () => {
  const { call } = await open();
  const cost = async (Item: PutItemInput['Item']) => {
    const answer = await call('PutItem', put({ Item, ReturnConsumedCapacity: 'INDEXES' }));
    const { CapacityUnits, Table, LocalSecondaryIndexes, GlobalSecondaryIndexes } =
      answer.ConsumedCapacity ?? {};
    return [
      CapacityUnits,
      Table?.CapacityUnits,
      LocalSecondaryIndexes?.['lsi']?.CapacityUnits,
      GlobalSecondaryIndexes?.['gsi']?.CapacityUnits,
    ];
  };
  assert.deepEqual(await cost(KEY), [1, 1, undefined, undefined]);
  const indexed = { ...KEY, g: { S: 'g' }, l: { S: 'l' } };
  assert.deepEqual(await cost(indexed), [3, 1, 1, 1], 'new in both indexes');
  assert.deepEqual(await cost({ ...indexed, covert: { S: 'x' } }), [1, 1, undefined, undefined]);
  assert.deepEqual(await cost({ ...indexed, shown: { S: 'x' } }), [2, 1, undefined, 1]);
  assert.deepEqual(await cost({ ...indexed, g: { S: 'other' } }), [3, 1, undefined, 2], 'moved');
  assert.deepEqual(await cost({ ...indexed, g: { S: 'h' }, big: { S: 'x'.repeat(2000) } }), [
    4,
    2,
    undefined,
    2,
  ]);
  assert.deepEqual(await cost(KEY), [4, 2, 1, 1], 'removed, and sized by what was there');
  const total = await call('PutItem', put({ ReturnConsumedCapacity: 'TOTAL' }));
  assert.deepEqual(total.ConsumedCapacity, { TableName: 'table', CapacityUnits: 1 });
});

test('reads cost by four kilobytes, half where they may be stale', async () => {
  const { call } = await open();
  await call('PutItem', put({ Item: { ...KEY, info: { S: 'x'.repeat(5000) } } }));
  const get = { TableName: 'table', Key: KEY, ReturnConsumedCapacity: 'TOTAL' as const };
  const units = async (input: object) =>
    (await call('GetItem', { ...get, ...input })).ConsumedCapacity?.CapacityUnits;
  assert.equal(await units({}), 1);
  assert.equal(await units({ ConsistentRead: true }), 2);
  assert.equal(await units({ ProjectionExpression: 'pk' }), 1);
  assert.equal(await units({ Key: { ...KEY, sk: { N: '9' } } }), 0.5);
});

test('the size of a collection is estimated where the table has local indexes', async () => {
  const { call } = await open();
  const answer = await call('PutItem', put({ ReturnItemCollectionMetrics: 'SIZE' }));
  assert.deepEqual(answer.ItemCollectionMetrics, {
    ItemCollectionKey: { pk: { S: 'a' } },
    SizeEstimateRangeGB: [0, 1],
  });
});
