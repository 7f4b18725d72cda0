import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttributeMap } from '../items/attribute-value.ts';
import { INDEXED } from '../database.fixture.ts';
import { EXPIRY_SWEEP_MS } from '../limits.ts';
import {
  EAST,
  EUROPE,
  openRegions,
  refusal,
  Regions,
  sortedAttributes,
  TableName,
  WEST,
} from './global-tables.fixture.ts';
import { SOURCE_KEPT_MS } from './limits.ts';

function text(items: readonly AttributeMap[]): string {
  return JSON.stringify(items.map(sortedAttributes));
}

test('a replica has the keys, the indexes and the items of its table, and a stream', async () => {
  const regions = new Regions();
  await regions.call(EAST, 'CreateTable', { ...INDEXED, Tags: [{ Key: 'a', Value: 'b' }] });
  for (let at = 0; at < 250; at++) await regions.put(EAST, at, { g: { S: `g${at % 3}` } });
  const { TableDescription: answer } = await regions.call(EAST, 'UpdateTable', {
    TableName,
    ReplicaUpdates: [{ Create: { RegionName: WEST } }],
  });
  assert.equal(answer?.TableStatus, 'UPDATING');
  assert.deepEqual(answer?.StreamSpecification, {
    StreamEnabled: true,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  });
  const replica = (region: string, ReplicaStatus: string) => [
    {
      RegionName: region,
      ReplicaStatus,
      ReplicaArn: `arn:aws:dynamodb:${region}:000000000000:table/table`,
    },
  ];
  assert.deepEqual(answer?.Replicas, replica(WEST, 'CREATING'));
  const creating = await regions.describe(WEST);
  if (creating?.TableStatus === 'CREATING') {
    assert.match(await refusal(regions.items(WEST)), /^ResourceNotFoundException/);
  }
  await regions.database.until(
    () => regions.describe(WEST),
    (table) => table?.TableStatus === 'ACTIVE',
  );
  const [east, west] = [await regions.describe(EAST), await regions.describe(WEST)];
  assert.deepEqual(east?.Replicas, replica(WEST, 'ACTIVE'));
  assert.deepEqual(west?.Replicas, replica(EAST, 'ACTIVE'));
  assert.deepEqual(
    [east?.GlobalTableVersion, west?.GlobalTableVersion],
    ['2019.11.21', '2019.11.21'],
  );
  assert.notEqual(west?.TableId, east?.TableId);
  assert.deepEqual(west?.KeySchema, east?.KeySchema);
  assert.equal(west?.StreamSpecification?.StreamViewType, 'NEW_AND_OLD_IMAGES');
  for (const index of [undefined, 'gsi', 'lsi']) {
    const [ours, theirs] = [await regions.items(EAST, index), await regions.items(WEST, index)];
    assert.equal(text(theirs), text(ours), index);
  }
  assert.equal((await regions.items(WEST)).length, 250);
  const tags = await regions.call(WEST, 'ListTagsOfResource', {
    ResourceArn: west?.TableArn ?? '',
  });
  assert.deepEqual(tags.Tags, [], 'tags are their own');
  await regions.close();
});

test('writes of every region come to all, also to those that are made later', async () => {
  const regions = await openRegions(WEST);
  await regions.put(EAST, 1, { g: { S: 'g' } });
  await regions.put(WEST, 2);
  await regions.arrived();
  await regions.call(EAST, 'TransactWriteItems', {
    TransactItems: [
      { Delete: { TableName, Key: { pk: { S: 'a' }, sk: { N: '2' } } } },
      { Put: { TableName, Item: { pk: { S: 'a' }, sk: { N: '3' }, l: { S: 'l' } } } },
    ],
  });
  await regions.replicate(EAST, EUROPE);
  await regions.put(EUROPE, 4);
  await regions.arrived();
  for (const index of [undefined, 'gsi', 'lsi']) {
    const east = text(await regions.items(EAST, index));
    assert.equal(text(await regions.items(WEST, index)), east);
    assert.equal(text(await regions.items(EUROPE, index)), east);
  }
  const numbers = (await regions.items(WEST)).map(({ sk }) => sk?.N);
  assert.deepEqual(numbers, ['1', '3', '4']);
  await regions.close();
});

test('the last write of an item wins, a deletion too, whatever comes first', async () => {
  const regions = await openRegions(WEST, EUROPE);
  // Nothing travels before its time, so all three have written by then.
  regions.rehearse([{ fault: 'replication', ms: 1000 }]);
  await regions.put(EAST, 1, { from: { S: EAST } });
  await regions.put(EAST, 2, { from: { S: EAST } });
  regions.database.nowMs += 1;
  await regions.put(WEST, 1, { from: { S: WEST } });
  await regions.remove(WEST, 2);
  regions.database.nowMs += 1;
  await regions.put(EUROPE, 1, { from: { S: EUROPE } });
  const from = async (region: string) => {
    return (await regions.items(region)).map((item) => `${item['sk']?.N} ${item['from']?.S}`);
  };
  assert.deepEqual(await from(EAST), [`1 ${EAST}`, `2 ${EAST}`]);
  assert.deepEqual(await from(WEST), [`1 ${WEST}`]);
  regions.database.nowMs += 2000;
  regions.rehearse([]);
  await regions.arrived();
  for (const region of [EAST, WEST, EUROPE]) {
    assert.deepEqual(await from(region), [`1 ${EUROPE}`], region);
  }
  await regions.close();
});

test('what time to live removes in one region goes in the others, marked only there', async () => {
  const regions = await openRegions(WEST);
  await regions.call(EAST, 'UpdateTimeToLive', {
    TableName,
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'due' },
  });
  const { TimeToLiveDescription: described } = await regions.call(WEST, 'DescribeTimeToLive', {
    TableName,
  });
  assert.equal(described?.TimeToLiveStatus, 'ENABLED');
  const seconds = Math.floor(regions.database.nowMs / 1000);
  await regions.put(WEST, 1, { due: { N: String(seconds + 60) } });
  await regions.arrived();
  const streams = [await regions.stream(EAST), await regions.stream(WEST)];
  regions.database.nowMs += 61_000 + EXPIRY_SWEEP_MS;
  await regions.database.reopen();
  await regions.database.until(
    async () => [...(await regions.items(EAST)), ...(await regions.items(WEST))],
    (items) => items.length === 0,
  );
  const marks = [];
  for (const stream of streams) {
    const records = await regions.records(stream);
    assert.deepEqual(
      records.map(({ eventName }) => eventName),
      ['INSERT', 'REMOVE'],
    );
    marks.push(records.map(({ expired }) => expired));
  }
  assert.deepEqual(marks, [
    [false, false],
    [false, true],
  ]);
  await regions.close();
});

test('every replica records what came to it in its own stream, once', async () => {
  const regions = await openRegions(WEST);
  await regions.put(EAST, 1);
  await regions.arrived();
  await regions.put(WEST, 1, { n: { N: '1' } });
  await regions.put(WEST, 1, { n: { N: '1' } });
  await regions.arrived();
  await regions.remove(EAST, 1);
  await regions.remove(EAST, 1);
  await regions.arrived();
  for (const region of [EAST, WEST]) {
    const records = await regions.records(await regions.stream(region));
    assert.deepEqual(
      records.map(({ eventName, region: of }) => `${eventName} ${of}`),
      [`INSERT ${region}`, `MODIFY ${region}`, `REMOVE ${region}`],
    );
  }
  await regions.close();
});

test('billing, indexes and limits are the same everywhere, reads where a replica has no own', async () => {
  const regions = await openRegions();
  await regions.call(EAST, 'UpdateTable', {
    TableName,
    ReplicaUpdates: [
      {
        Create: {
          RegionName: WEST,
          OnDemandThroughputOverride: { MaxReadRequestUnits: 7 },
          TableClassOverride: 'STANDARD_INFREQUENT_ACCESS',
        },
      },
    ],
  });
  await regions.database.until(
    () => regions.describe(WEST),
    (table) => table?.TableStatus === 'ACTIVE',
  );
  await regions.put(WEST, 1, { x: { S: 'x' } });
  await regions.arrived();
  await regions.call(EAST, 'UpdateTable', {
    TableName,
    OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 20 },
    AttributeDefinitions: [{ AttributeName: 'x', AttributeType: 'S' }],
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          IndexName: 'added',
          KeySchema: [{ AttributeName: 'x', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      },
    ],
  });
  const west = await regions.database.until(
    () => regions.describe(WEST),
    (table) =>
      table?.GlobalSecondaryIndexes?.every(({ Backfilling: filling }) => !filling) === true,
  );
  assert.deepEqual(west?.OnDemandThroughput, {
    MaxReadRequestUnits: 7,
    MaxWriteRequestUnits: 20,
  });
  assert.equal(west?.TableClassSummary?.TableClass, 'STANDARD_INFREQUENT_ACCESS');
  assert.equal((await regions.items(WEST, 'added')).length, 1);
  const east = await regions.describe(EAST);
  assert.deepEqual(east?.Replicas?.[0]?.OnDemandThroughputOverride, { MaxReadRequestUnits: 7 });
  await regions.call(WEST, 'UpdateTable', {
    TableName,
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'added' } }],
    TableClass: 'STANDARD',
    DeletionProtectionEnabled: true,
  });
  const after = await regions.describe(EAST);
  assert.equal(after?.GlobalSecondaryIndexes?.length, 1);
  assert.equal(after?.DeletionProtectionEnabled, false, 'protection is its own');
  await regions.close();
});

test('a replica that goes has brought all it had to the others', async () => {
  const regions = await openRegions(WEST);
  regions.rehearse([{ fault: 'replication', ms: 1000 }]);
  await regions.put(WEST, 1);
  const { TableDescription: answer } = await regions.call(EAST, 'UpdateTable', {
    TableName,
    ReplicaUpdates: [{ Delete: { RegionName: WEST } }],
  });
  assert.equal(answer?.Replicas?.[0]?.ReplicaStatus, 'DELETING');
  assert.equal((await regions.describe(EAST))?.TableStatus, 'UPDATING');
  assert.match(await refusal(regions.put(WEST, 2)), /^ResourceNotFoundException/);
  assert.equal((await regions.describe(WEST))?.TableStatus, 'DELETING');
  assert.deepEqual(await regions.items(EAST), []);
  regions.database.nowMs += 2000;
  regions.rehearse([]);
  const east = await regions.database.until(
    () => regions.describe(EAST),
    (table) => table?.Replicas === undefined,
  );
  assert.equal(east?.GlobalTableVersion, undefined);
  assert.equal((await regions.items(EAST)).length, 1);
  assert.match(await refusal(regions.describe(WEST)), /^ResourceNotFoundException/);
  await regions.replicate(EAST, WEST);
  assert.equal((await regions.items(WEST)).length, 1);
  await regions.close();
});

test('nobody leaves while a replica is being filled', async () => {
  const regions = await openRegions(WEST);
  for (let at = 0; at < 150; at++) await regions.put(EAST, at);
  await regions.arrived();
  await regions.call(EAST, 'UpdateTable', {
    TableName,
    ReplicaUpdates: [{ Create: { RegionName: EUROPE } }],
  });
  const remove = (region: string) =>
    regions.call(EAST, 'UpdateTable', {
      TableName,
      ReplicaUpdates: [{ Delete: { RegionName: region } }],
    });
  for (const region of [WEST, EUROPE]) {
    assert.match(await refusal(remove(region)), /^ResourceInUseException: /, region);
  }
  await regions.database.reopen();
  await regions.database.until(
    () => regions.describe(EUROPE),
    (table) => table?.TableStatus === 'ACTIVE',
  );
  assert.equal((await regions.items(EUROPE)).length, 150);
  await remove(WEST);
  await regions.close();
});

test('a table that others were made from stays for a day', async () => {
  const regions = await openRegions(WEST);
  assert.match(
    await refusal(regions.call(EAST, 'DeleteTable', { TableName })),
    /^ValidationException: Replica cannot be deleted because it has acted as a source region/,
  );
  regions.database.nowMs += SOURCE_KEPT_MS;
  await regions.call(EAST, 'DeleteTable', { TableName });
  const west = await regions.database.until(
    () => regions.describe(WEST),
    (table) => table?.Replicas === undefined,
  );
  assert.equal(west?.TableStatus, 'ACTIVE');
  await regions.call(WEST, 'DeleteTable', { TableName });
  await regions.close();
});

test('replicas that cannot be are refused', async () => {
  const regions = await openRegions(WEST);
  const update = (change: object, region = EAST) =>
    refusal(regions.call(region, 'UpdateTable', { TableName, ...change }));
  const create = (RegionName: string) => ({ ReplicaUpdates: [{ Create: { RegionName } }] });
  assert.match(
    await update(create(EAST)),
    /^ValidationException: Cannot add, delete, or update the/,
  );
  assert.match(await update(create(WEST)), /one or more replicas already existed as tables\.$/);
  assert.match(await update(create('nowhere')), /Invalid region: nowhere$/);
  assert.match(
    await update({ ReplicaUpdates: [{ Delete: { RegionName: EUROPE } }] }),
    /has no replica in the region eu-west-1/,
  );
  assert.match(await update({ ReplicaUpdates: [{}] }), /Only one replica can be/);
  assert.match(
    await update({ ...create(EUROPE), BillingMode: 'PAY_PER_REQUEST' }),
    /cannot be changed together with other settings/,
  );
  assert.match(
    await update({ ...create(EUROPE), MultiRegionConsistency: 'STRONG' }),
    /MultiRegionConsistency of a global table cannot be changed/,
  );
  assert.match(
    await update({ StreamSpecification: { StreamEnabled: false } }),
    /The stream of a replica of a global table cannot be changed/,
  );
  const other = { ...INDEXED, TableName: 'other' };
  await regions.call(EAST, 'CreateTable', {
    ...other,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  });
  assert.match(await update({ TableName: 'other', ...create(WEST) }), /NEW_AND_OLD_IMAGES/);
  await regions.call(EAST, 'CreateTable', {
    TableName: 'provisioned',
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
  assert.equal(
    await update({ TableName: 'provisioned', ...create(WEST) }),
    'ValidationException: Table write capacity should either be Pay-Per-Request or AutoScaled.',
  );
  await regions.close();
});
