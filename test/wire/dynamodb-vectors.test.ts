/** Vector indexes through the real SDK, across a restart. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  SearchVectorsCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { createBrume } from '../../packages/brume/src/brume.ts';

const TableName = 'Products';
const DIMENSIONS = 64;

const vectorOf = (at: number) =>
  Array.from({ length: DIMENSIONS }, (_, position) => ({ N: String(Math.sin(at * position)) }));

async function opened(dataFolder: string) {
  const brume = await createBrume({ dataFolder, port: 0 });
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(await brume.listen()).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return { client, close: () => brume.close() };
}

async function nearest(client: DynamoDBClient, at: number, TopK: number) {
  const { SearchResults = [] } = await client.send(
    new SearchVectorsCommand({
      TableName,
      IndexName: 'embeddings',
      SearchVector: vectorOf(at),
      SearchConditionExpression: '#c = :c',
      ExpressionAttributeNames: { '#c': 'Category' },
      ExpressionAttributeValues: { ':c': { S: 'even' } },
      TopK,
    }),
  );
  return SearchResults.map(({ Item, Score = NaN }) => [Item?.['Id']?.S, Score] as const);
}

test('the SDK makes a vector index, writes to it and searches it, before and after a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'brume-vectors-'));
  t.after(() => rm(folder, { recursive: true }));
  const first = await opened(folder);
  await first.client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'Id', AttributeType: 'S' },
        { AttributeName: 'Category', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      VectorIndexes: [
        {
          IndexName: 'embeddings',
          VectorAttribute: { AttributeName: 'Embedding' },
          SearchSchema: [{ AttributeName: 'Category', SearchSchemaElementType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
          Dimensions: DIMENSIONS,
          DistanceFunction: 'COSINE',
        },
      ],
    }),
  );
  await waitUntilTableExists({ client: first.client, maxWaitTime: 60 }, { TableName });
  const puts = Array.from({ length: 20 }, (_, at) => ({
    PutRequest: {
      Item: {
        Id: { S: String(at) },
        Category: { S: at % 2 === 0 ? 'even' : 'odd' },
        Embedding: { L: vectorOf(at) },
      },
    },
  }));
  await first.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
  const found = await nearest(first.client, 6, 3);
  assert.equal(found.length, 3);
  assert.equal(found[0]?.[0], '6');
  assert.ok(Math.abs(found[0]?.[1] ?? NaN) < 1e-6);
  await assert.rejects(nearest(first.client, 6, 101), (error) => {
    assert.ok(error instanceof DynamoDBServiceException);
    assert.match(error.message, /^Provided TopK value '101' is out of valid range/);
    return error.name === 'ValidationException';
  });
  await assert.rejects(nearest(first.client, 6, 0), /Member must have value greater than or equal/);
  await first.close();
  const second = await opened(folder);
  assert.deepEqual(await nearest(second.client, 6, 3), found);
  await second.close();
});
