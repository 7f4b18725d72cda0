/**
 * What AWS answered to DynamoDB's clients (recorded from June 2024 to January 2026), against what Brume
 * answers. The recordings have no requests: those are made here, from what the answers show.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  botoError,
  compare,
  matches,
  openRecorded,
  recorded,
  skip,
} from './dynamodb/recorded-answers.ts';

let client: DynamoDBClient;
let close: (() => Promise<void>) | undefined;

before(async () => {
  if (skip === false) ({ client, close } = await openRecorded());
});

after(() => close?.());

function table(TableName: string, input: Partial<CreateTableCommandInput> = {}) {
  return new CreateTableCommand({
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    ...input,
  });
}

const item = (id: string, rest: Record<string, { S: string }> = {}) => ({ id: { S: id }, ...rest });

test('test_table_crud', { skip }, async () => {
  const TableName = 'recorded-crud';
  matches('test_table_crud', 'create-table', await client.send(table(TableName)));
  const described = await client.send(new DescribeTableCommand({ TableName }));
  matches('test_table_crud', 'describe-table', described);
  const deleted = await client.send(new DeleteTableCommand({ TableName }));
  matches('test_table_crud', 'delete-table', deleted);
  const { Error: error } = recorded('test_table_crud', 'delete-non-existent-table') as {
    Error: { Code: string; Message: string };
  };
  await assert.rejects(client.send(new DeleteTableCommand({ TableName: 'non-existent' })), {
    name: error.Code,
    message: error.Message,
  });
});

test('test_table_warm_throughput', { skip }, async () => {
  const TableName = 'recorded-warm';
  const WarmThroughput = { ReadUnitsPerSecond: 1000, WriteUnitsPerSecond: 1200 };
  const created = await client.send(table(TableName, { WarmThroughput }));
  matches('test_table_warm_throughput', 'create-table', created);
  const described = await client.send(new DescribeTableCommand({ TableName }));
  matches('test_table_warm_throughput', 'describe-table', described);
});

for (const BillingMode of ['PAY_PER_REQUEST', 'PROVISIONED'] as const) {
  test(`test_gsi_with_billing_mode[${BillingMode}]`, { skip }, async () => {
    const name = `test_gsi_with_billing_mode[${BillingMode}]`;
    const TableName = `recorded-${BillingMode}`;
    const isProvisioned = BillingMode === 'PROVISIONED';
    const units = (count: number) => ({ ReadCapacityUnits: count, WriteCapacityUnits: count });
    const created = await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode,
        AttributeDefinitions: ['TID', 'TRID'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        KeySchema: [{ AttributeName: 'TID', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'TransactionRecordID',
            KeySchema: [{ AttributeName: 'TRID', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
            ...(isProvisioned && { ProvisionedThroughput: units(1) }),
          },
        ],
        ...(isProvisioned && { ProvisionedThroughput: units(5) }),
      }),
    );
    matches(name, 'create-table-with-gsi', created);
    const described = await client.send(new DescribeTableCommand({ TableName }));
    matches(name, 'describe-table', described);
  });
}

test('test_create_duplicate_table and test_dynamodb_pay_per_request', { skip }, async () => {
  await client.send(table('recorded-twice'));
  const error = await botoError('CreateTable', client.send(table('recorded-twice')));
  compare('Error', recorded('test_create_duplicate_table', 'Error'), error);
  const both = client.send(table('recorded-both', { BillingMode: 'PAY_PER_REQUEST' }));
  const refused = await botoError('CreateTable', both);
  compare('Error', recorded('test_dynamodb_pay_per_request', 'Error'), refused);
});

test('test_return_values_in_put_item', { skip }, async () => {
  const TableName = 'recorded-returned';
  await client.send(table(TableName));
  const put = (id: string, ReturnValues?: 'ALL_OLD' | 'NONE') =>
    new PutItemCommand({
      TableName,
      Item: item(id, { data: { S: 'foobar' } }),
      ...(ReturnValues && { ReturnValues }),
    });
  for (const [step, command] of [
    ['PutFirstItem', put('id1', 'ALL_OLD')],
    ['PutFirstItemOLD', put('id1', 'ALL_OLD')],
    ['PutFirstItemB', put('id1', 'ALL_OLD')],
    ['PutSecondItem', put('id2')],
    ['PutSecondItemReturnNone', put('id2', 'NONE')],
  ] as const) {
    matches('test_return_values_in_put_item', step, await client.send(command));
  }
});

test('test_return_values_on_conditions_check_failure', { skip }, async () => {
  const TableName = 'recorded-conditions';
  await client.send(table(TableName));
  const Item = { ...item('456', { product: { S: 'sporting goods' } }), price: { N: '650' } };
  await client.send(new PutItemCommand({ TableName, Item }));
  const { Error: expected, Item: shown } = recorded(
    'test_return_values_on_conditions_check_failure',
    'items',
  ) as { Error: { Code: string; Message: string }; Item: object };
  const sent = client.send(
    new PutItemCommand({
      TableName,
      Item,
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
  const error: unknown = await sent.catch((reason: unknown) => reason);
  assert.ok(error instanceof Error);
  assert.deepEqual([error.name, error.message], [expected.Code, expected.Message]);
  compare('Item', shown, (error as Error & { Item?: object }).Item);
});

test(
  'test_transaction_write_canceled and test_batch_write_not_existing_table',
  { skip },
  async () => {
    const TableName = 'recorded-cancelled';
    await client.send(table(TableName));
    const check = { TableName, Key: item('a'), ConditionExpression: 'attribute_exists(id)' };
    const TransactItems = [{ ConditionCheck: check }, { Put: { TableName, Item: item('b') } }];
    const cancelled = client.send(new TransactWriteItemsCommand({ TransactItems }));
    const error = await botoError('TransactWriteItems', cancelled);
    compare('Error', recorded('test_transaction_write_canceled', 'Error'), error);
    const { Error: missing } = recorded(
      'test_batch_write_not_existing_table',
      'exc-not-found-transact-write-items',
    ) as { Error: { Code: string; Message: string } };
    const put = { Put: { TableName: 'non-existent', Item: item('b') } };
    const sent = client.send(new TransactWriteItemsCommand({ TransactItems: [put] }));
    await assert.rejects(sent, { name: missing.Code, message: missing.Message });
  },
);

test('test_transact_get_items, by name and by ARN', { skip }, async () => {
  const created = await client.send(table('recorded-transact-get'));
  const { TableArn: arn, TableName: name } = created.TableDescription ?? {};
  for (const [TableName, id, step] of [
    [name, 'John', 'TransactGetItems'],
    [arn, 'Sarah', 'TransactGetItems-with-TableArn'],
  ] as const) {
    assert.ok(TableName !== undefined);
    await client.send(new PutItemCommand({ TableName, Item: item(id) }));
    const Get = { TableName, Key: item(id) };
    const got = await client.send(new TransactGetItemsCommand({ TransactItems: [{ Get }] }));
    matches('test_transact_get_items', step, got);
  }
});

test('test_batch_write_items and test_dynamodb_get_batch_items', { skip }, async () => {
  const TableName = 'recorded-batches';
  await client.send(table(TableName));
  const none = await client.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [item('a')] } } }),
  );
  const { Responses: responses, UnprocessedKeys: unprocessed } = none;
  assert.deepEqual([responses, unprocessed], [{ [TableName]: [] }, {}]);
  const written = await client.send(
    new BatchWriteItemCommand({
      RequestItems: { [TableName]: [{ PutRequest: { Item: item('a') } }] },
    }),
  );
  matches('test_batch_write_items', 'BatchWriteResponse', written);
});

test('test_valid_local_secondary_index', { skip }, async () => {
  const TableName = 'recorded-local';
  const range = (AttributeName: string) => [
    { AttributeName: 'PK', KeyType: 'HASH' as const },
    { AttributeName, KeyType: 'RANGE' as const },
  ];
  await client.send(
    table(TableName, {
      AttributeDefinitions: [
        { AttributeName: 'PK', AttributeType: 'S' },
        { AttributeName: 'SK', AttributeType: 'S' },
        { AttributeName: 'LSI1SK', AttributeType: 'N' },
      ],
      KeySchema: range('SK'),
      LocalSecondaryIndexes: [
        {
          IndexName: 'LSI1',
          KeySchema: range('LSI1SK'),
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  const Item = { PK: { S: 'test one' }, SK: { S: 'hello' }, LSI1SK: { N: '123' } };
  await client.send(new PutItemCommand({ TableName, Item }));
  const found = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'LSI1',
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'test one' } },
    }),
  );
  matches('test_valid_local_secondary_index', 'Items', found);
});
