import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDEXED } from '../database.fixture.ts';
import {
  EAST,
  EUROPE,
  refusal,
  Regions,
  TableName,
  WEST,
} from '../replication/global-tables.fixture.ts';

const GlobalTableName = TableName;
const JOINABLE = {
  ...INDEXED,
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
} as const;

async function opened(...regions: readonly string[]): Promise<Regions> {
  const all = new Regions();
  for (const region of regions) await all.call(region, 'CreateTable', JOINABLE);
  return all;
}

const group = (...regions: readonly string[]) => ({
  GlobalTableName,
  ReplicationGroup: regions.map((RegionName) => ({ RegionName })),
});

test('tables that are joined have the same items from then on', async () => {
  const regions = await opened(EAST, WEST);
  const { GlobalTableDescription: created } = await regions.call(
    EAST,
    'CreateGlobalTable',
    group(EAST, WEST),
  );
  const replicas = [EAST, WEST].map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' }));
  assert.deepEqual(created, {
    GlobalTableName,
    GlobalTableArn: 'arn:aws:dynamodb::000000000000:global-table/table',
    GlobalTableStatus: 'CREATING',
    CreationDateTime: new Date(regions.database.nowMs),
    ReplicationGroup: replicas,
  });
  await regions.put(EAST, 1);
  await regions.put(WEST, 2);
  await regions.arrived();
  assert.deepEqual(await regions.items(WEST), await regions.items(EAST));
  assert.equal((await regions.items(WEST)).length, 2);
  const { GlobalTableDescription: described } = await regions.call(WEST, 'DescribeGlobalTable', {
    GlobalTableName,
  });
  assert.deepEqual(described, { ...created, GlobalTableStatus: 'ACTIVE' });
  const { GlobalTables: listed } = await regions.call(WEST, 'ListGlobalTables', {});
  assert.deepEqual(listed, [group(EAST, WEST)]);
  const elsewhere = await regions.call(WEST, 'ListGlobalTables', { RegionName: EUROPE });
  assert.deepEqual(elsewhere.GlobalTables, []);
  assert.equal((await regions.describe(EAST))?.GlobalTableVersion, undefined);
  await regions.close();
});

test('tables join later with what is there, and leave with what they have', async () => {
  const regions = await opened(EAST, WEST, EUROPE);
  await regions.call(EAST, 'CreateGlobalTable', group(EAST, WEST));
  for (let at = 0; at < 120; at++) await regions.put(WEST, at);
  await regions.arrived();
  const update = (ReplicaUpdates: object[]) =>
    regions.call(EAST, 'UpdateGlobalTable', { GlobalTableName, ReplicaUpdates });
  await update([{ Create: { RegionName: EUROPE } }]);
  await regions.database.until(
    () => regions.items(EUROPE),
    (items) => items.length === 120,
  );
  await update([{ Delete: { RegionName: WEST } }]);
  await regions.put(EAST, 200);
  await regions.put(WEST, 300);
  await regions.arrived();
  assert.equal((await regions.items(EUROPE)).length, 121);
  assert.equal((await regions.items(WEST)).length, 121);
  assert.match(
    await refusal(update([{ Create: { RegionName: WEST } }])),
    /^ValidationException: Replica tables must be empty/,
  );
  await regions.call(WEST, 'DeleteTable', { TableName });
  await regions.call(WEST, 'CreateTable', JOINABLE);
  await update([{ Create: { RegionName: WEST } }]);
  await regions.database.until(
    () => regions.items(WEST),
    (items) => items.length === 121,
  );
  await regions.close();
});

test('tables that cannot be joined are refused', async () => {
  const regions = await opened(EAST);
  const create = (...names: readonly string[]) =>
    refusal(regions.call(EAST, 'CreateGlobalTable', group(...names)));
  assert.match(await create(EAST, WEST), /^TableNotFoundException: /);
  assert.match(await create(EAST, EAST), /^ValidationException: /);
  assert.match(await create(), /^ValidationException: /);
  await regions.call(WEST, 'CreateTable', INDEXED);
  assert.match(await create(EAST, WEST), /NEW_AND_OLD_IMAGES/);
  await regions.call(EUROPE, 'CreateTable', {
    ...JOINABLE,
    GlobalSecondaryIndexes: [{ ...INDEXED.GlobalSecondaryIndexes[0], IndexName: 'renamed' }],
  } as never);
  assert.match(await create(EAST, EUROPE), /must have the same keys/);
  const missing = regions.call(EAST, 'DescribeGlobalTable', { GlobalTableName });
  assert.match(await refusal(missing), /^GlobalTableNotFoundException: /);
  await regions.call(EAST, 'CreateGlobalTable', group(EAST));
  assert.match(await create(EAST), /^GlobalTableAlreadyExistsException: /);
  const update = (ReplicaUpdates: object[]) =>
    refusal(regions.call(EAST, 'UpdateGlobalTable', { GlobalTableName, ReplicaUpdates }));
  const east = { RegionName: EAST };
  assert.match(await update([{ Create: east }]), /^ReplicaAlreadyExistsException: /);
  assert.match(await update([{ Delete: { RegionName: WEST } }]), /^ReplicaNotFoundException: /);
  assert.match(await update([{}]), /^ValidationException: /);
  await regions.close();
});

test('settings of writes are those of all replicas, of reads each one has its own', async () => {
  const regions = new Regions();
  const units = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  for (const region of [EAST, WEST]) {
    await regions.call(region, 'CreateTable', {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ProvisionedThroughput: units,
      GlobalSecondaryIndexes: [
        {
          IndexName: 'gsi',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
          ProvisionedThroughput: units,
        },
      ],
      StreamSpecification: JOINABLE.StreamSpecification,
    });
  }
  await regions.call(EAST, 'CreateGlobalTable', group(EAST, WEST));
  const policy = { TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } };
  const { ReplicaSettings: changed } = await regions.call(EAST, 'UpdateGlobalTableSettings', {
    GlobalTableName,
    GlobalTableProvisionedWriteCapacityUnits: 5,
    GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate: {
      MinimumUnits: 5,
      MaximumUnits: 10,
      ScalingPolicyUpdate: policy,
    },
    GlobalTableGlobalSecondaryIndexSettingsUpdate: [
      { IndexName: 'gsi', ProvisionedWriteCapacityUnits: 4 },
    ],
    ReplicaSettingsUpdate: [
      {
        RegionName: WEST,
        ReplicaProvisionedReadCapacityUnits: 9,
        ReplicaGlobalSecondaryIndexSettingsUpdate: [
          { IndexName: 'gsi', ProvisionedReadCapacityUnits: 8 },
        ],
      },
    ],
  });
  const { ReplicaSettings: described } = await regions.call(WEST, 'DescribeGlobalTableSettings', {
    GlobalTableName,
  });
  const byRegion = (settings: typeof described) =>
    settings?.toSorted((a, b) => (a.RegionName < b.RegionName ? -1 : 1));
  assert.deepEqual(byRegion(described), byRegion(changed));
  const [east, west] = byRegion(described) ?? [];
  const numbers = (settings: typeof east) => {
    const [index] = settings?.ReplicaGlobalSecondaryIndexSettings ?? [];
    return [
      settings?.ReplicaProvisionedReadCapacityUnits,
      settings?.ReplicaProvisionedWriteCapacityUnits,
      index?.ProvisionedReadCapacityUnits,
      index?.ProvisionedWriteCapacityUnits,
    ];
  };
  assert.deepEqual(numbers(east), [1, 5, 1, 4]);
  assert.deepEqual(numbers(west), [9, 5, 8, 4]);
  const scaling = west?.ReplicaProvisionedWriteCapacityAutoScalingSettings;
  assert.deepEqual([scaling?.MinimumUnits, scaling?.MaximumUnits], [5, 10]);
  assert.equal(
    scaling?.ScalingPolicies?.[0]?.PolicyName,
    'DynamoDBWriteCapacityUtilization:table/table',
  );
  assert.deepEqual(west?.ReplicaProvisionedReadCapacityAutoScalingSettings, {
    AutoScalingDisabled: true,
  });
  const unknown = { GlobalTableName, ReplicaSettingsUpdate: [{ RegionName: EUROPE }] };
  assert.match(
    await refusal(regions.call(EAST, 'UpdateGlobalTableSettings', unknown)),
    /^ReplicaNotFoundException: /,
  );
  const index = {
    GlobalTableName,
    GlobalTableGlobalSecondaryIndexSettingsUpdate: [{ IndexName: 'none' }],
  };
  assert.match(
    await refusal(regions.call(EAST, 'UpdateGlobalTableSettings', index)),
    /^ValidationException: |^IndexNotFoundException: /,
  );
  await regions.close();
});

test('a provisioned table may have replicas once its writes are scaled', async () => {
  const regions = new Regions();
  await regions.call(EAST, 'CreateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 3 },
  });
  const create = {
    TableName,
    ReplicaUpdates: [
      {
        Create: { RegionName: WEST, ProvisionedThroughputOverride: { ReadCapacityUnits: 7 } },
      },
    ],
  };
  assert.match(await refusal(regions.call(EAST, 'UpdateTable', create)), /AutoScaled\.$/);
  const writes = { MinimumUnits: 1, MaximumUnits: 10 };
  await regions.call(EAST, 'UpdateTableReplicaAutoScaling', {
    TableName,
    ProvisionedWriteCapacityAutoScalingUpdate: writes,
  });
  await regions.call(EAST, 'UpdateTable', create);
  await regions.database.until(
    () => regions.describe(WEST),
    (table) => table?.TableStatus === 'ACTIVE',
  );
  await regions.call(EAST, 'UpdateTableReplicaAutoScaling', {
    TableName,
    ReplicaUpdates: [
      {
        RegionName: WEST,
        ReplicaProvisionedReadCapacityAutoScalingUpdate: { MinimumUnits: 1, MaximumUnits: 2 },
      },
    ],
  });
  const { TableAutoScalingDescription: described } = await regions.call(
    WEST,
    'DescribeTableReplicaAutoScaling',
    { TableName },
  );
  const replicas = new Map(described?.Replicas?.map((each) => [each.RegionName, each]));
  const read = (region: string) =>
    replicas.get(region)?.ReplicaProvisionedReadCapacityAutoScalingSettings?.MaximumUnits;
  const write = (region: string) =>
    replicas.get(region)?.ReplicaProvisionedWriteCapacityAutoScalingSettings?.MaximumUnits;
  assert.deepEqual([read(EAST), read(WEST)], [undefined, 2]);
  assert.deepEqual([write(EAST), write(WEST)], [10, 10]);
  const west = await regions.describe(WEST);
  assert.equal(west?.ProvisionedThroughput?.ReadCapacityUnits, 7);
  await regions.call(EAST, 'UpdateTable', {
    TableName,
    ProvisionedThroughput: { ReadCapacityUnits: 4, WriteCapacityUnits: 5 },
  });
  const after = (await regions.describe(WEST))?.ProvisionedThroughput;
  assert.deepEqual([after?.ReadCapacityUnits, after?.WriteCapacityUnits], [7, 5]);
  const reversed = { TableName, ProvisionedWriteCapacityAutoScalingUpdate: { MinimumUnits: 11 } };
  assert.match(
    await refusal(regions.call(EAST, 'UpdateTableReplicaAutoScaling', reversed)),
    /^ValidationException: /,
  );
  await regions.close();
});
