/** Streams through the real SDK: enabled, written to, read, disabled, and still there after a restart. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  DynamoDBClient,
  EnableKinesisStreamingDestinationCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';

const TABLE: CreateTableCommandInput = {
  TableName: 'people',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

async function opened(t: TestContext, config: Partial<Config>) {
  const brume = await createBrume({ ...config, port: 0 });
  const endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const options = { region: 'us-east-1', endpoint, credentials };
  const tables = new DynamoDBClient(options);
  const streams = new DynamoDBStreamsClient(options);
  let closing: Promise<void> | undefined;
  const close = () => {
    tables.destroy();
    streams.destroy();
    return (closing ??= brume.close());
  };
  t.after(close);
  return { tables, streams, close };
}

/** All records of a stream, shard by shard, read in pages of two. */
async function readAll(streams: DynamoDBStreamsClient, StreamArn: string) {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const records: StreamRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const position = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand(position));
    while (ShardIterator !== undefined) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
      records.push(...(page.Records ?? []));
      ShardIterator = page.Records?.length ? page.NextShardIterator : undefined;
    }
  }
  return { records, status: StreamDescription?.StreamStatus };
}

// Recorded from AWS 2025-10-08: test_transact_write_items_streaming.
test('the records of puts, updates, deletes and transactions are those of AWS', async (t) => {
  const { tables, streams } = await opened(t, { memory: true });
  const { TableDescription } = await tables.send(new CreateTableCommand(TABLE));
  const arn = TableDescription?.LatestStreamArn ?? '';
  assert.match(arn, /^arn:aws:dynamodb:us-east-1:000000000000:table\/people\/stream\/20.*\.\d{3}$/);
  assert.equal(arn.split('/').at(-1), TableDescription?.LatestStreamLabel);
  assert.deepEqual(TableDescription?.StreamSpecification, TABLE.StreamSpecification);
  const TableName = 'people';
  const [Fred, NewKey] = [{ id: { S: 'Fred' } }, { id: { S: 'NewKey' } }];
  const put = (Item: typeof Fred) => tables.send(new PutItemCommand({ TableName, Item }));
  await put(Fred);
  await put(Fred);
  await put(NewKey);
  const attributes = { ':a': { S: 'value1' }, ':b': { S: 'value2' } };
  const update = { TableName, UpdateExpression: 'SET attr1 = :a, attr2 = :b' };
  await tables.send(
    new UpdateItemCommand({ ...update, Key: NewKey, ExpressionAttributeValues: attributes }),
  );
  const named = { id: { S: 'Fred' }, name: { S: 'Fred' } };
  await tables.send(
    new TransactWriteItemsCommand({
      TransactItems: [{ Delete: { TableName, Key: NewKey } }, { Put: { TableName, Item: named } }],
    }),
  );
  await tables.send(new DeleteItemCommand({ TableName, Key: NewKey }));
  const { records, status } = await readAll(streams, arn);
  assert.equal(status, 'ENABLED');
  const changed = { ...NewKey, attr1: { S: 'value1' }, attr2: { S: 'value2' } };
  assert.deepEqual(
    records.map(({ eventName, dynamodb: change }) => {
      return [eventName, change?.Keys, change?.OldImage, change?.NewImage, change?.SizeBytes];
    }),
    [
      ['INSERT', Fred, undefined, Fred, 12],
      ['INSERT', NewKey, undefined, NewKey, 16],
      ['MODIFY', NewKey, NewKey, changed, 46],
      ['REMOVE', NewKey, changed, undefined, 38],
      ['MODIFY', Fred, Fred, named, 26],
    ],
  );
  for (const { eventID, eventVersion, eventSource, awsRegion, dynamodb, ...rest } of records) {
    assert.match(eventID ?? '', /^[0-9a-f]{32}$/);
    assert.deepEqual([eventVersion, eventSource, awsRegion], ['1.1', 'aws:dynamodb', 'us-east-1']);
    assert.equal(dynamodb?.ApproximateCreationDateTime?.getMilliseconds(), 0);
    assert.equal(dynamodb?.StreamViewType, 'NEW_AND_OLD_IMAGES');
    assert.deepEqual(Object.keys(rest), ['eventName']);
  }
  const numbers = records.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => Number(a - b)),
  );
  assert.equal(new Set(numbers).size, numbers.length);
  assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length);
});

test('a disabled stream can still be read, and enabling makes another one', async (t) => {
  const { tables, streams } = await opened(t, { memory: true });
  const TableName = 'people';
  const { StreamSpecification: _none, ...unstreamed } = TABLE;
  await tables.send(new CreateTableCommand(unstreamed));
  const change = (StreamEnabled: boolean, StreamViewType?: 'KEYS_ONLY') =>
    tables.send(
      new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled, StreamViewType } }),
    );
  await change(true, 'KEYS_ONLY');
  await tables.send(new PutItemCommand({ TableName, Item: { id: { S: 'a' }, b: { N: '1' } } }));
  await assert.rejects(change(true, 'KEYS_ONLY'), {
    name: 'ValidationException',
    message: 'Table already has an enabled stream: TableName: people',
  });
  await change(false);
  const { Table } = await tables.send(new DescribeTableCommand({ TableName }));
  assert.equal(Table?.StreamSpecification, undefined);
  const first = Table?.LatestStreamArn ?? '';
  const { TableDescription } = await change(true, 'KEYS_ONLY');
  const second = TableDescription?.LatestStreamArn ?? '';
  assert.notEqual(second, first);
  const { records, status } = await readAll(streams, first);
  assert.equal(status, 'DISABLED');
  assert.deepEqual(records[0]?.dynamodb?.Keys, { id: { S: 'a' } });
  assert.equal(records[0]?.dynamodb?.NewImage, undefined);
  assert.deepEqual((await readAll(streams, second)).records, []);
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName }));
  assert.deepEqual(
    Streams?.map(({ StreamArn }) => StreamArn),
    [first, second],
  );
});

test('streams are read on where they were left when Brume is started again', async (t) => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'brume-streams-'));
  t.after(() => rm(dataFolder, { recursive: true }));
  const before = await opened(t, { dataFolder });
  await before.tables.send(new CreateTableCommand(TABLE));
  const put = (tables: DynamoDBClient, id: string) =>
    tables.send(new PutItemCommand({ TableName: 'people', Item: { id: { S: id } } }));
  for (const id of ['a', 'b']) await put(before.tables, id);
  const { Streams } = await before.streams.send(new ListStreamsCommand({}));
  const arn = Streams?.[0]?.StreamArn ?? '';
  await before.close();
  const after = await opened(t, { dataFolder });
  // The streams are asked for first, before any table.
  const { records: old } = await readAll(after.streams, arn);
  for (const id of ['c', 'd', 'e']) await put(after.tables, id);
  const { records } = await readAll(after.streams, arn);
  assert.deepEqual(
    records.map(({ dynamodb }) => dynamodb?.Keys?.['id']?.S),
    ['a', 'b', 'c', 'd', 'e'],
  );
  assert.deepEqual(records.slice(0, 2), old);
});

test('what the stream API refuses comes with its name, and Kinesis is not there', async (t) => {
  const { tables, streams } = await opened(t, { memory: true });
  await tables.send(new CreateTableCommand(TABLE));
  const missing =
    'arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2026-01-01T00:00:00.000';
  await assert.rejects(streams.send(new DescribeStreamCommand({ StreamArn: missing })), {
    name: 'ResourceNotFoundException',
    message: `Requested resource not found: Stream: ${missing} not found`,
  });
  await assert.rejects(streams.send(new GetRecordsCommand({ ShardIterator: 'nonsense' })), {
    name: 'ValidationException',
  });
  const kinesis = {
    TableName: 'people',
    StreamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
  };
  await tables.send(new EnableKinesisStreamingDestinationCommand(kinesis));
  const { KinesisDataStreamDestinations: destinations } = await tables.send(
    new DescribeKinesisStreamingDestinationCommand({ TableName: 'people' }),
  );
  assert.match(destinations?.[0]?.DestinationStatusDescription ?? '', /has no Kinesis/);
});
