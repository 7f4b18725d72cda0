/** What AWS's streams answered (recorded from June 2024 to January 2026), against what Brume answers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type DynamoDBStreamsClient,
} from '@aws-sdk/client-dynamodb-streams';
import { compare, matches, openRecorded, recorded, skip } from './dynamodb/recorded-answers.ts';

let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
let close: (() => Promise<void>) | undefined;

before(async () => {
  if (skip === false) ({ client, streams, close } = await openRecorded());
});

after(() => close?.());

const STREAM = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
const id = (text: string) => ({ id: { S: text } });

/** A table as the recorded ones, whose stream is described as theirs. */
async function streamed(scenario: string, TableName: string) {
  const created = await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      StreamSpecification: STREAM,
    }),
  );
  matches(scenario, 'create-table', created);
  const StreamArn = created.TableDescription?.LatestStreamArn;
  const described = await streams.send(new DescribeStreamCommand({ StreamArn }));
  matches(scenario, 'describe-stream', described);
  const [shard] = described.StreamDescription?.Shards ?? [];
  const position = { StreamArn, ShardId: shard?.ShardId } as const;
  const iterator = await streams.send(
    new GetShardIteratorCommand({ ...position, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  return {
    iterator,
    records: async () => {
      const { ShardIterator } = iterator;
      return (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? [];
    },
  };
}

/** What is recorded of a stream's records, but for the paging around them. */
function matchRecords(scenario: string, records: readonly object[]): void {
  const { Records: expected } = recorded(scenario, 'get-records') as { Records: object[] };
  compare('Records', expected, records);
}

test('test_batch_write_items_streaming', { skip }, async () => {
  const scenario = 'test_batch_write_items_streaming';
  const TableName = 'recorded-batch-stream';
  const { records } = await streamed(scenario, TableName);
  const put = await client.send(new PutItemCommand({ TableName, Item: id('Fred') }));
  matches(scenario, 'put-item-1', put);
  const write = (requests: object[]) =>
    client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  const Item = id('NewKey');
  const overwritten = await write([{ PutRequest: { Item: id('Fred') } }, { PutRequest: { Item } }]);
  matches(scenario, 'batch-write-response-overwrite-item-1', overwritten);
  const deleted = await write([
    { DeleteRequest: { Key: Item } },
    { PutRequest: { Item: { ...id('Fred'), name: { S: 'Fred' } } } },
  ]);
  matches(scenario, 'batch-write-response-delete', deleted);
  matchRecords(scenario, await records());
});

test('test_transact_write_items_streaming', { skip }, async () => {
  const scenario = 'test_transact_write_items_streaming';
  const TableName = 'recorded-transact-stream';
  const { records } = await streamed(scenario, TableName);
  matches(
    scenario,
    'put-item-1',
    await client.send(new PutItemCommand({ TableName, Item: id('Fred') })),
  );
  const write = async (step: string, TransactItems: object[]) => {
    const answer = await client.send(new TransactWriteItemsCommand({ TransactItems }));
    matches(scenario, step, answer);
  };
  const put = (Item: object) => ({ Put: { TableName, Item } });
  const update = (Key: object, values: Record<string, string>) => {
    const names = Object.keys(values);
    return {
      Update: {
        TableName,
        Key,
        UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
        ExpressionAttributeValues: Object.fromEntries(
          names.map((name) => [`:${name}`, { S: values[name] }]),
        ),
      },
    };
  };
  const first = { attr1: 'value1' };
  const both = { ...first, attr2: 'value2' };
  await write('transact-write-response-overwrite', [put(id('Fred')), put(id('NewKey'))]);
  await write('transact-write-response-update', [update(id('NewKey'), both)]);
  await write('transact-write-update-insert', [update(id('NonExistentKey'), first)]);
  await write('transact-write-response-delete', [
    { Delete: { TableName, Key: id('NewKey') } },
    put({ ...id('Fred'), name: { S: 'Fred' } }),
  ]);
  matchRecords(scenario, await records());
});

test('test_dynamodb_stream_records_with_update_item', { skip }, async () => {
  const scenario = 'test_dynamodb_stream_records_with_update_item';
  const TableName = 'recorded-update-stream';
  const { iterator, records } = await streamed(scenario, TableName);
  matches(scenario, 'get-shard-iterator', iterator);
  for (const [one, two] of [
    ['value1', 'value2'],
    ['value2', 'value3'],
  ] as const) {
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: id('my-item-id'),
        UpdateExpression: 'SET attr1 = :one, attr2 = :two',
        ExpressionAttributeValues: { ':one': { S: one }, ':two': { S: two } },
      }),
    );
  }
  matchRecords(scenario, await records());
});

test('test_data_encoding_consistency', { skip }, async () => {
  const scenario = 'test_data_encoding_consistency';
  const TableName = 'recorded-encoding';
  // Nothing of the table is recorded but that it has a stream.
  const { TableDescription: table } = await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: STREAM,
    }),
  );
  const StreamArn = table?.LatestStreamArn;
  const described = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const [shard] = described.StreamDescription?.Shards ?? [];
  const latest = async () => {
    const position = { StreamArn, ShardId: shard?.ShardId } as const;
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ ...position, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records: all } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    return all?.at(-1)?.dynamodb?.NewImage;
  };
  const data = { B: Uint8Array.of(0x90) };
  await client.send(
    new PutItemCommand({ TableName, Item: { ...id('id1'), version: { N: '1' }, data } }),
  );
  const get = async () => {
    return (await client.send(new GetItemCommand({ TableName, Key: id('id1') }))).Item;
  };
  const holds = (step: string, item: object | undefined) => {
    compare(step, recorded(scenario, step), inPython(item));
  };
  holds('GetItem', await get());
  holds('GetRecords', await latest());
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key: id('id1'),
      UpdateExpression: 'SET version = :v',
      ExpressionAttributeValues: { ':v': { N: '2' } },
    }),
  );
  holds('GetItemAfterUpdate', await get());
  holds('GetRecordsAfterUpdate', await latest());
});

/** Bytes as Python prints them, which is how they were recorded. */
function inPython(item: object | undefined): object {
  assert.ok(item !== undefined);
  const shown = Object.entries(item).map(([name, value]) => {
    const { B: bytes } = value as { B?: Uint8Array };
    return [name, bytes ? { B: `b'\\x${Buffer.from(bytes).toString('hex')}'` } : value];
  });
  return Object.fromEntries(shown) as object;
}

test('test_table_v2_stream', { skip }, async () => {
  const TableName = 'recorded-v2';
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: STREAM,
    }),
  );
  const described = await client.send(new DescribeTableCommand({ TableName }));
  matches('test_table_v2_stream', 'global-table-v2', described);
});
