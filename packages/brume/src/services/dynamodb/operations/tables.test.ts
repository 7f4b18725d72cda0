import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateTableInput } from '../../../model/generated/dynamodb.types.ts';
import { createMemoryStore } from '../../../storage/memory/memory-store.ts';
import { openTestDatabase, TEST_CONTEXT } from '../database.fixture.ts';

const TABLE = {
  TableName: 'table',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies CreateTableInput;

const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });
const ALL = { ProjectionType: 'ALL' as const };

// Recorded from AWS 2025-10-08: test_table_crud and test_gsi_with_billing_mode.
test('a table is created, described and deleted as AWS answers it', async () => {
  const { call } = openTestDatabase();
  const created = await call('CreateTable', TABLE);
  const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/table';
  const { CreationDateTime, TableId, ...rest } = created.TableDescription ?? {};
  assert.ok(CreationDateTime instanceof Date);
  assert.match(TableId ?? '', /^[0-9a-f-]{36}$/);
  const described = {
    AttributeDefinitions: TABLE.AttributeDefinitions,
    DeletionProtectionEnabled: false,
    ItemCount: 0,
    KeySchema: TABLE.KeySchema,
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits: 0,
      WriteCapacityUnits: 0,
    },
    TableArn: arn,
    TableName: 'table',
    TableSizeBytes: 0,
  };
  assert.deepEqual(rest, {
    ...described,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    TableStatus: 'CREATING',
  });
  const { Table: table } = await call('DescribeTable', { TableName: arn });
  assert.deepEqual(table, {
    ...described,
    BillingModeSummary: {
      BillingMode: 'PAY_PER_REQUEST',
      LastUpdateToPayPerRequestDateTime: CreationDateTime,
    },
    CreationDateTime,
    TableId,
    TableStatus: 'ACTIVE',
    WarmThroughput: { ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' },
  });
  const again = await call('DeleteTable', { TableName: 'table' });
  assert.equal(again.TableDescription?.TableStatus, 'DELETING');
  assert.equal(again.TableDescription?.KeySchema, undefined);
});

test('tables that are not there, or are there already, are said so', async () => {
  const { call, refuses } = openTestDatabase();
  await call('CreateTable', TABLE);
  const exists = await refuses('CreateTable', TABLE);
  assert.deepEqual(
    [exists.code, exists.message],
    ['ResourceInUseException', 'Table already exists: table'],
  );
  for (const name of ['DescribeTable', 'DeleteTable', 'DescribeTimeToLive'] as const) {
    const missing = await refuses(name, { TableName: 'nothing' });
    assert.equal(missing.code, 'ResourceNotFoundException');
    assert.equal(missing.message, 'Requested resource not found: Table: nothing not found');
  }
  const item = await refuses('GetItem', { TableName: 'nothing', Key: { pk: { S: 'a' } } });
  assert.equal(item.message, 'Requested resource not found');
});

test('definitions that make no sense are refused in the words of AWS', async () => {
  const { refuses } = openTestDatabase();
  const invalid = 'One or more parameter values were invalid: ';
  const index = (name: string, KeySchema = [hash('pk')], Projection: object = ALL) => ({
    IndexName: name,
    KeySchema,
    Projection,
  });
  const two = { AttributeDefinitions: [string('pk'), string('sk')] };
  const cases: readonly [Partial<CreateTableInput>, string][] = [
    [
      { TableName: 'a;' },
      "2 validation errors detected: Value 'a;' at 'tableName' failed to satisfy constraint: " +
        'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; ' +
        "Value 'a;' at 'tableName' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 3',
    ],
    [
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      `${invalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when ` +
        'BillingMode is PAY_PER_REQUEST',
    ],
    [
      { BillingMode: 'PROVISIONED' },
      `${invalid}ReadCapacityUnits and WriteCapacityUnits must both be specified when ` +
        'BillingMode is PROVISIONED',
    ],
    [
      { AttributeDefinitions: [string('other')] },
      `${invalid}Some index key attributes are not defined in AttributeDefinitions. ` +
        'Keys: [pk], AttributeDefinitions: [other]',
    ],
    [
      { KeySchema: [hash('pk'), range('sk')] },
      'Invalid KeySchema: Some index key attribute have no definition',
    ],
    [
      { KeySchema: [range('pk')] },
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ],
    [
      { ...two, KeySchema: [hash('pk'), hash('sk')] },
      'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
    ],
    [
      two,
      `${invalid}Number of attributes in KeySchema does not exactly match number of attributes ` +
        'defined in AttributeDefinitions',
    ],
    [{ LocalSecondaryIndexes: [] }, `${invalid}List of LocalSecondaryIndexes is empty`],
    [{ GlobalSecondaryIndexes: [] }, `${invalid}List of GlobalSecondaryIndexes is empty`],
    [
      { LocalSecondaryIndexes: [index('lsi')] },
      `${invalid}Table KeySchema does not have a range key, which is required when specifying a ` +
        'LocalSecondaryIndex',
    ],
    [
      { GlobalSecondaryIndexes: [index('one'), index('one')] },
      `${invalid}Duplicate index name: one`,
    ],
    [
      { GlobalSecondaryIndexes: [index('one', [hash('pk')], {})] },
      `${invalid}Unknown ProjectionType: null`,
    ],
    [
      {
        GlobalSecondaryIndexes: [
          index('one', [hash('pk')], { ProjectionType: 'ALL', NonKeyAttributes: ['a'] }),
        ],
      },
      `${invalid}ProjectionType is ALL, but NonKeyAttributes is specified`,
    ],
    [
      { GlobalSecondaryIndexes: Array.from({ length: 21 }, (_, at) => index(`index${at}`)) },
      `${invalid}GlobalSecondaryIndex count exceeds the per-table limit of 20`,
    ],
  ];
  for (const [input, message] of cases) {
    const error = await refuses('CreateTable', { ...TABLE, ...input });
    assert.equal(error.message, message);
  }
});

test('a protected table is not deleted', async () => {
  const { call, refuses } = openTestDatabase();
  await call('CreateTable', { ...TABLE, DeletionProtectionEnabled: true });
  const error = await refuses('DeleteTable', { TableName: 'table' });
  assert.match(error.message, /^Resource cannot be deleted as it is currently protected/);
  await call('UpdateTable', { TableName: 'table', DeletionProtectionEnabled: false });
  await call('DeleteTable', { TableName: 'table' });
});

test('tables are listed by name, in pages', async () => {
  const { call } = openTestDatabase();
  for (const name of ['bbb', 'aaa', 'ccc'])
    await call('CreateTable', { ...TABLE, TableName: name });
  assert.deepEqual(await call('ListTables', { Limit: 2 }), {
    TableNames: ['aaa', 'bbb'],
    LastEvaluatedTableName: 'bbb',
  });
  assert.deepEqual(await call('ListTables', { ExclusiveStartTableName: 'bbb', Limit: 2 }), {
    TableNames: ['ccc'],
  });
});

test('tables are kept by account and region', async () => {
  const { service, call } = openTestDatabase();
  await call('CreateTable', TABLE);
  for (const elsewhere of [{ region: 'eu-west-1' }, { accountId: '111111111111' }]) {
    const context = { ...TEST_CONTEXT, ...elsewhere };
    assert.deepEqual(await service.execute('ListTables', {}, context), {
      TableNames: [],
      LastEvaluatedTableName: undefined,
    });
  }
});

test('nothing of a deleted table comes back with its name, and nothing of it stays', async () => {
  const { call, store, service } = openTestDatabase();
  const indexed: CreateTableInput = {
    ...TABLE,
    AttributeDefinitions: [string('pk'), string('g')],
    GlobalSecondaryIndexes: [{ IndexName: 'gsi', KeySchema: [hash('g')], Projection: ALL }],
  };
  await call('CreateTable', indexed);
  await call('PutItem', { TableName: 'table', Item: { pk: { S: 'a' }, g: { S: 'b' } } });
  await call('DeleteTable', { TableName: 'table' });
  await call('CreateTable', indexed);
  assert.equal((await call('Scan', { TableName: 'table' })).Count, 0);
  assert.equal((await call('Scan', { TableName: 'table', IndexName: 'gsi' })).Count, 0);
  await call('DeleteTable', { TableName: 'table' });
  await service.close();
  const again = openTestDatabase(store);
  await again.service.close();
  const left = await store.range({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 10 });
  assert.ok(left.length <= 4, 'only notes of garbage may be left when closed so early');
});

test('tables are still there when the service opens the store again', async () => {
  const store = createMemoryStore();
  const first = openTestDatabase(store);
  await first.call('CreateTable', TABLE);
  await first.call('PutItem', { TableName: 'table', Item: { pk: { S: 'a' }, n: { N: '1' } } });
  await first.service.close();
  const second = openTestDatabase(store);
  const got = await second.call('GetItem', { TableName: 'table', Key: { pk: { S: 'a' } } });
  assert.deepEqual(got.Item, { pk: { S: 'a' }, n: { N: '1' } });
});

test('a global index added later is filled with what is there', async () => {
  const { call, refuses } = openTestDatabase();
  await call('CreateTable', TABLE);
  for (let at = 0; at < 250; at++) {
    const g = at % 2 === 0 ? { g: { S: 'even' } } : {};
    await call('PutItem', { TableName: 'table', Item: { pk: { S: `item${at}` }, ...g } });
  }
  const query = {
    TableName: 'table',
    IndexName: 'gsi',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': { S: 'even' } },
  };
  const updated = await call('UpdateTable', {
    TableName: 'table',
    AttributeDefinitions: [string('g'), string('unused')],
    GlobalSecondaryIndexUpdates: [
      { Create: { IndexName: 'gsi', KeySchema: [hash('g')], Projection: ALL } },
    ],
  });
  const { TableStatus: status, GlobalSecondaryIndexes: indexes = [] } =
    updated.TableDescription ?? {};
  assert.equal(status, 'UPDATING');
  assert.deepEqual([indexes[0]?.IndexStatus, indexes[0]?.Backfilling], ['CREATING', true]);
  await refuses('Query', query);
  await call('DeleteItem', { TableName: 'table', Key: { pk: { S: 'item0' } } });
  await call('PutItem', { TableName: 'table', Item: { pk: { S: 'new' }, g: { S: 'even' } } });
  for (;;) {
    const { Table: table } = await call('DescribeTable', { TableName: 'table' });
    if (table?.GlobalSecondaryIndexes?.[0]?.IndexStatus === 'ACTIVE') break;
    await new Promise((resolve) => void setImmediate(resolve));
  }
  assert.equal((await call('Query', query)).Count, 125);
  const { Table: table } = await call('DescribeTable', { TableName: 'table' });
  assert.deepEqual(table?.AttributeDefinitions, [string('pk'), string('g')]);
  await call('UpdateTable', {
    TableName: 'table',
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'gsi' } }],
  });
  const gone = await refuses('Query', query);
  assert.equal(gone.message, 'The table does not have the specified index: gsi');
  const { Table: after } = await call('DescribeTable', { TableName: 'table' });
  assert.deepEqual(after?.AttributeDefinitions, [string('pk')]);
});

test('what an update of a table cannot do is refused in the words of AWS', async () => {
  const { call, refuses } = openTestDatabase();
  const provisioned = { ReadCapacityUnits: 2, WriteCapacityUnits: 1 };
  await call('CreateTable', {
    ...TABLE,
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: provisioned,
  });
  const update = (input: object) => refuses('UpdateTable', { TableName: 'table', ...input });
  assert.match((await update({})).message, /^At least one of ProvisionedThroughput, BillingMode/);
  assert.match(
    (await update({ ProvisionedThroughput: provisioned })).message,
    /^The provisioned throughput for the table will not change\. .*Requested ReadCapacityUnits: 2\./,
  );
  const many = await update({
    GlobalSecondaryIndexUpdates: ['one', 'two'].map((name) => ({
      Create: { IndexName: name, KeySchema: [hash('pk')], Projection: ALL },
    })),
    AttributeDefinitions: [string('pk')],
  });
  assert.deepEqual(
    [many.code, many.message],
    [
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously ' +
        'per table',
    ],
  );
  await call('UpdateTable', { TableName: 'table', BillingMode: 'PAY_PER_REQUEST' });
  const { Table: table } = await call('DescribeTable', { TableName: 'table' });
  assert.equal(table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
  assert.equal(table?.ProvisionedThroughput?.ReadCapacityUnits, 0);
});

test('tags are kept with the table', async () => {
  const { call, refuses } = openTestDatabase();
  const { TableDescription: { TableArn: arn = '' } = {} } = await call('CreateTable', {
    ...TABLE,
    Tags: [{ Key: 'a', Value: '1' }],
  });
  await call('TagResource', {
    ResourceArn: arn,
    Tags: [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '3' },
    ],
  });
  await call('UntagResource', { ResourceArn: arn, TagKeys: ['b', 'c'] });
  assert.deepEqual(await call('ListTagsOfResource', { ResourceArn: arn }), {
    Tags: [{ Key: 'a', Value: '2' }],
  });
  const missing = await refuses('ListTagsOfResource', { ResourceArn: `${arn}s` });
  assert.equal(missing.message, `Requested resource not found: ResourcArn: ${arn}s not found`);
  const bad = await refuses('ListTagsOfResource', { ResourceArn: 'table' });
  assert.equal(bad.message, 'Invalid TableArn: Invalid ResourceArn provided as input table');
});

test('limits and endpoints are told', async () => {
  const { call } = openTestDatabase();
  assert.deepEqual(await call('DescribeEndpoints', {}), {
    Endpoints: [{ Address: '127.0.0.1:4566', CachePeriodInMinutes: 1440 }],
  });
  const limits = await call('DescribeLimits', {});
  assert.equal(limits.TableMaxReadCapacityUnits, 40_000);
});
