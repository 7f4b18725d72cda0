import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttributeMap } from '../items/attribute-value.ts';
import { INDEXED, openTestDatabase } from '../database.fixture.ts';

const key = (at: number): AttributeMap => ({ pk: { S: 'a' }, sk: { N: String(at) } });

async function open() {
  const database = openTestDatabase();
  await database.call('CreateTable', INDEXED);
  return database;
}

test('a batch puts and removes items, and says what it costs', async () => {
  const { call } = await open();
  await call('PutItem', { TableName: 'table', Item: { ...key(0), l: { S: 'l' } } });
  const puts = Array.from({ length: 24 }, (_, at) => ({
    PutRequest: { Item: { ...key(at + 1), n: { N: '01' } } },
  }));
  const written = await call('BatchWriteItem', {
    RequestItems: { table: [...puts, { DeleteRequest: { Key: key(0) } }] },
    ReturnConsumedCapacity: 'INDEXES',
    ReturnItemCollectionMetrics: 'SIZE',
  });
  assert.deepEqual(written, {
    UnprocessedItems: {},
    ItemCollectionMetrics: {
      table: [{ ItemCollectionKey: { pk: { S: 'a' } }, SizeEstimateRangeGB: [0, 1] }],
    },
    ConsumedCapacity: [
      {
        TableName: 'table',
        CapacityUnits: 26,
        Table: { CapacityUnits: 25 },
        LocalSecondaryIndexes: { lsi: { CapacityUnits: 1 } },
      },
    ],
  });
  const got = await call('BatchGetItem', {
    RequestItems: {
      table: { Keys: [key(0), key(1), key(24)], ProjectionExpression: 'sk, n' },
    },
    ReturnConsumedCapacity: 'TOTAL',
  });
  assert.deepEqual(got, {
    Responses: {
      table: [
        { sk: { N: '1' }, n: { N: '1' } },
        { sk: { N: '24' }, n: { N: '1' } },
      ],
    },
    UnprocessedKeys: {},
    ConsumedCapacity: [{ TableName: 'table', CapacityUnits: 1.5 }],
  });
});

test('what does not fit into 16 MB is left for the next batch', async () => {
  const { call } = await open();
  const info = { S: 'x'.repeat(400_000) };
  for (let at = 0; at < 45; at++) {
    await call('PutItem', { TableName: 'table', Item: { ...key(at), info } });
  }
  const Keys = Array.from({ length: 45 }, (_, at) => key(at));
  const got = await call('BatchGetItem', { RequestItems: { table: { Keys } } });
  assert.equal(got.Responses?.['table']?.length, 41);
  assert.deepEqual(got.UnprocessedKeys?.['table']?.Keys, Keys.slice(41));
});

test('what batches cannot take is refused in the words of AWS', async () => {
  const { refuses } = await open();
  const duplicates = 'Provided list of item keys contains duplicates';
  const get = async (Keys: AttributeMap[]) =>
    (await refuses('BatchGetItem', { RequestItems: { table: { Keys } } })).message;
  assert.equal(await get([key(1), { pk: { S: 'a' }, sk: { N: '1.0' } }]), duplicates);
  assert.equal(
    await get([{ pk: { S: 'a' } }]),
    'The provided key element does not match the schema',
  );
  const write = async (...requests: object[]) =>
    (await refuses('BatchWriteItem', { RequestItems: { table: requests } })).message;
  const put = (Item: AttributeMap) => ({ PutRequest: { Item } });
  assert.equal(await write(put(key(1)), { DeleteRequest: { Key: key(1) } }), duplicates);
  assert.equal(
    await write(put({ ...key(1), sk: { S: '1' } })),
    'The provided key element does not match the schema',
  );
  assert.equal(
    (await refuses('BatchWriteItem', { RequestItems: { nothing: [put(key(1))] } })).message,
    'Requested resource not found',
  );
  assert.equal(
    (await refuses('BatchGetItem', { RequestItems: {} })).message,
    'The requestItems parameter is required for BatchGetItem',
  );
});
