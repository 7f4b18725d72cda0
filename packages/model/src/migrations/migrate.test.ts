import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Executor } from '../client/client.ts';
import type { TableDescription, UpdateTableInput } from '../client/operations.ts';
import { entity } from '../entity/entity.ts';
import { toCloudFormation } from '../infrastructure/cloudformation.ts';
import { createTableInput } from '../infrastructure/create-table.ts';
import { toTerraform } from '../infrastructure/terraform.ts';
import { model } from '../model/model.ts';
import { number, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import type { TableDefinition } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { backfill } from './backfill.ts';
import type { BackfillProgress } from './backfill.ts';
import { diffTable } from './diff.ts';
import { migrate } from './migrate.ts';

const shop = table({
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  keyTypes: { total: 'N' },
  indexes: {
    byCity: { partitionKey: 'city', sortKey: 'total', projection: ['name'] },
    byTotal: { sortKey: 'total', projection: 'KEYS_ONLY' },
  },
  ttl: 'expires',
  stream: 'NEW_IMAGE',
  deletionProtection: true,
});

/** A table as DynamoDB would describe it after making it. */
function describe(definition: TableDefinition): TableDescription {
  const input = createTableInput(definition);
  return {
    ...input,
    TableStatus: 'ACTIVE',
    BillingModeSummary: { BillingMode: input.BillingMode },
    GlobalSecondaryIndexes: (input.GlobalSecondaryIndexes ?? []).map((index) => ({
      ...index,
      IndexStatus: 'ACTIVE',
    })),
  };
}

const told = (definition: TableDefinition, actual: TableDescription | undefined) => {
  const { steps, impossible } = diffTable(definition, actual, {
    TimeToLiveStatus: 'ENABLED',
    AttributeName: 'expires',
  });
  return { steps: steps.map((step) => step.told), impossible };
};

test('a table that is as it is defined needs nothing', () => {
  assert.deepEqual(told(shop, describe(shop)), { steps: [], impossible: [] });
});

test('each difference is a step of its own, as DynamoDB makes one change at a time', () => {
  const wanted = table({
    ...shop,
    capacity: { read: 5, write: 6 },
    stream: 'NEW_AND_OLD_IMAGES',
    deletionProtection: false,
    ttl: 'until',
    indexes: {
      byTotal: shop.indexes.byTotal,
      byCity: { partitionKey: 'city' },
      byName: { partitionKey: 'name', capacity: { read: 1, write: 1 } },
    },
  });
  assert.deepEqual(told(wanted, describe(shop)), {
    steps: [
      'bill PROVISIONED',
      'end the stream',
      'stream NEW_AND_OLD_IMAGES',
      'allow deletion',
      'delete index byCity, to make it anew',
      'create index byCity',
      'create index byName',
      'stop expiry by expires',
      'expire by until',
    ],
    impossible: [],
  });
});

test('what DynamoDB cannot change is said, and stops a migration', async () => {
  const wanted = table({ name: 'shop', partitionKey: 'id', keyTypes: { total: 'N' } });
  const { impossible } = told(wanted, describe(shop));
  assert.deepEqual(impossible, [
    'the keys are HASH pk, RANGE sk, not HASH id',
    'local index byTotal is not defined',
  ]);
  const client: Executor = {
    execute: async (operation) => {
      if (operation === 'DescribeTable') return { Table: describe(shop) } as never;
      if (operation === 'DescribeTimeToLive') return {};
      throw new Error('nothing may be changed');
    },
  };
  await assert.rejects(migrate(wanted, { client }), { name: 'InvalidRequest' });
});

/** Answers the table operations as DynamoDB does, becoming active after a while. */
function tableServer(): Executor & { readonly log: string[] } {
  const log: string[] = [];
  let actual: TableDescription | undefined;
  let ttl: string | undefined;
  let busy = 0;
  return {
    log,
    async execute(operation, input): Promise<never> {
      if (operation === 'DescribeTable') {
        if (!actual) throw Object.assign(new Error(), { name: 'ResourceNotFoundException' });
        return { Table: { ...actual, TableStatus: busy-- > 0 ? 'UPDATING' : 'ACTIVE' } } as never;
      }
      if (operation === 'DescribeTimeToLive') {
        const on = { TimeToLiveStatus: 'ENABLED', AttributeName: ttl };
        return { TimeToLiveDescription: ttl === undefined ? {} : on } as never;
      }
      assert.ok(busy <= 0, 'DynamoDB refuses a change during another');
      busy = 2;
      log.push(operation);
      if (operation === 'CreateTable') actual = describe(shop);
      if (operation === 'UpdateTimeToLive') ttl = 'expires';
      const updates = (input as UpdateTableInput).GlobalSecondaryIndexUpdates as {
        Create: object;
      }[];
      for (const { Create } of updates ?? []) {
        actual = {
          ...actual,
          GlobalSecondaryIndexes: [
            ...(actual?.GlobalSecondaryIndexes ?? []),
            { ...Create, IndexStatus: 'ACTIVE' },
          ],
        };
      }
      return {} as never;
    },
  };
}

test('a migration makes the table, waits for each step, and then finds nothing to do', async () => {
  const client = tableServer();
  const options = { client, wait: async () => {}, pollMs: 1000 };
  const dry = await migrate(shop, { ...options, dryRun: true });
  assert.deepEqual(
    dry.steps.map((step) => step.told),
    ['create table shop', 'expire by expires'],
  );
  assert.deepEqual(client.log, []);
  const progress: string[] = [];
  await migrate(shop, {
    ...options,
    onProgress: ({ done, total, step }) => progress.push(`${done}/${total} ${step}`),
  });
  assert.deepEqual(progress, ['0/2 create table shop', '1/2 expire by expires', '2/2 done']);
  assert.deepEqual(client.log, ['CreateTable', 'UpdateTimeToLive']);
  assert.deepEqual((await migrate(shop, options)).steps, []);
  const more = table({ ...shop, indexes: { ...shop.indexes, byName: { partitionKey: 'name' } } });
  await migrate(more, options);
  assert.deepEqual(client.log.slice(2), ['UpdateTable']);
  assert.deepEqual((await migrate(more, options)).steps, []);
});

test('definitions come out as CloudFormation and Terraform', () => {
  assert.deepEqual(toCloudFormation(shop), {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'shop',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'city', AttributeType: 'S' },
        { AttributeName: 'total', AttributeType: 'N' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byCity',
          KeySchema: [
            { AttributeName: 'city', KeyType: 'HASH' },
            { AttributeName: 'total', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'byTotal',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'total', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      DeletionProtectionEnabled: true,
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    },
  });
  const { shop: resource } = toTerraform(shop).resource.aws_dynamodb_table;
  assert.deepEqual(resource?.['local_secondary_index'], [
    { name: 'byTotal', range_key: 'total', projection_type: 'KEYS_ONLY' },
  ]);
  assert.deepEqual(resource?.['attribute'], [
    { name: 'pk', type: 'S' },
    { name: 'sk', type: 'S' },
    { name: 'city', type: 'S' },
    { name: 'total', type: 'N' },
  ]);
  assert.deepEqual(resource?.['ttl'], { attribute_name: 'expires', enabled: true });
});

test('a backfill adds defaults and keys of new indexes, and overwrites no one', async () => {
  const zoo = table({
    name: 'zoo',
    partitionKey: 'id',
    entityAttribute: 'kind',
    indexes: { byKeeper: { partitionKey: 'keeperKey' } },
  });
  const Old = entity({ name: 'cat', table: zoo, attributes: { id: string(), keeper: string() } });
  const New = entity({
    name: 'cat',
    table: zoo,
    attributes: { id: string(), keeper: string(), lives: number().default(9) },
    keys: { keeperKey: 'KEEPER#{keeper}' },
  });
  const described = (operation: string) =>
    operation === 'DescribeTable' ? { Table: { ItemCount: 4 } } : undefined;
  let disturb = false;
  const memory: MemoryDynamoDB = new MemoryDynamoDB([zoo], {
    intercept(operation, input) {
      const { Key } = input as { Key?: { id: { S: string } } };
      if (operation === 'UpdateItem' && disturb && Key?.id.S === 'c1') {
        disturb = false;
        const Item = { id: { S: 'c1' }, keeper: { S: 'eve' }, kind: { S: 'cat' } };
        void memory.execute('PutItem', { TableName: 'zoo', Item });
      }
      return described(operation);
    },
  });
  for (const id of ['c1', 'c2', 'c3'])
    await model(Old, { client: memory }).put({ id, keeper: 'ada' });
  const cats = model(New, { client: memory });
  const dry = await backfill(cats, { dryRun: true });
  assert.deepEqual(dry, { read: 3, written: 3, overtaken: 0, total: 4 });
  assert.equal((await cats.query({ keeper: 'ada' }).all()).length, 0);

  disturb = true;
  let last: BackfillProgress | undefined;
  await backfill(cats, { segments: 2, onProgress: (progress) => (last = progress) });
  assert.deepEqual(last, { read: 3, written: 2, overtaken: 1, total: 4 });
  assert.deepEqual(await backfill(cats), { read: 3, written: 1, overtaken: 0, total: 4 });
  assert.deepEqual(
    (await cats.query({ keeper: 'ada' }).all()).map(({ id, lives }) => [id, lives]),
    [
      ['c2', 9],
      ['c3', 9],
    ],
  );
  assert.equal((await cats.query({ keeper: 'eve' }).all()).length, 1);
  assert.equal((await backfill(cats)).written, 0);
  const changed = await backfill(cats, { change: (cat) => ({ ...cat, lives: 7 }) as never });
  assert.equal(changed.written, 3);
});
