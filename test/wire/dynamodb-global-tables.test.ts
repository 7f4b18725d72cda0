/** Global tables through the real SDK, a client for each region, and through a restart. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ReplicatedWriteConflictException,
  TransactWriteItemsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';

const TableName = 'music';
const EAST = 'us-east-1';
const OHIO = 'us-east-2';
const WEST = 'us-west-2';
const Key = { artist: { S: 'Mulatu' } };

async function opened(config: Partial<Config>) {
  const brume = await createBrume({ ...config, port: 0 });
  const endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const clients = new Map(
    [EAST, OHIO, WEST].map((region) => [
      region,
      new DynamoDBClient({ region, endpoint, credentials, maxAttempts: 1 }),
    ]),
  );
  const client = (region: string) => {
    const found = clients.get(region);
    assert.ok(found, region);
    return found;
  };
  const close = async () => {
    for (const each of clients.values()) each.destroy();
    await brume.close();
  };
  const rehearse = async (plan: object) => {
    const body = JSON.stringify(plan);
    const { ok } = await fetch(`${endpoint}/_brume/faults`, { method: 'POST', body });
    assert.ok(ok, 'the faults were not set');
  };
  return { client, rehearse, close };
}

function create(client: DynamoDBClient) {
  return client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'artist', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'artist', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

/** Asks until the table can be used. */
async function active(client: DynamoDBClient): Promise<void> {
  for (;;) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName }));
    if (table?.TableStatus === 'ACTIVE') return;
    await delay(5);
  }
}

/** Asks until the item is there. */
async function arrived(client: DynamoDBClient) {
  for (;;) {
    const { Item: item } = await client.send(new GetItemCommand({ TableName, Key }));
    if (item !== undefined) return item;
    await delay(5);
  }
}

test('a write in one region comes to the other, also after a restart', async (t) => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'brume-global-'));
  t.after(() => rm(dataFolder, { recursive: true }));
  const first = await opened({ dataFolder });
  await create(first.client(EAST));
  const ReplicaUpdates = [{ Create: { RegionName: WEST } }];
  await first.client(EAST).send(new UpdateTableCommand({ TableName, ReplicaUpdates }));
  await active(first.client(WEST));
  const { Table: west } = await first.client(WEST).send(new DescribeTableCommand({ TableName }));
  assert.deepEqual(
    west?.Replicas?.map(({ RegionName: name, ReplicaStatus: status }) => `${name} ${status}`),
    [`${EAST} ACTIVE`],
  );
  // It is still on its way when Brume ends.
  await first.rehearse({ faults: [{ fault: 'replication', ms: 60_000 }] });
  const Item = { ...Key, song: { S: 'Yèkèrmo Sèw' } };
  await first.client(EAST).send(new PutItemCommand({ TableName, Item }));
  const early = await first.client(WEST).send(new GetItemCommand({ TableName, Key }));
  assert.equal(early.Item, undefined);
  await first.close();
  const second = await opened({ dataFolder });
  t.after(second.close);
  assert.deepEqual(await arrived(second.client(WEST)), Item);
});

test('strong consistency: what is written anywhere is there at once', async (t) => {
  const { client, rehearse, close } = await opened({ memory: true });
  t.after(close);
  await create(client(EAST));
  await client(EAST).send(
    new UpdateTableCommand({
      TableName,
      ReplicaUpdates: [{ Create: { RegionName: OHIO } }],
      GlobalTableWitnessUpdates: [{ Create: { RegionName: WEST } }],
      MultiRegionConsistency: 'STRONG',
    }),
  );
  const Item = { ...Key, song: { S: 'Tezeta' } };
  await client(OHIO).send(new PutItemCommand({ TableName, Item }));
  const read = new GetItemCommand({ TableName, Key, ConsistentRead: true });
  assert.deepEqual((await client(EAST).send(read)).Item, Item);
  const transacted = new TransactWriteItemsCommand({
    TransactItems: [{ Put: { TableName, Item } }],
  });
  await assert.rejects(client(EAST).send(transacted), { name: 'ValidationException' });
  await rehearse({ fault: 'replicatedConflict' });
  await assert.rejects(
    client(EAST).send(new PutItemCommand({ TableName, Item })),
    ReplicatedWriteConflictException,
  );
});
