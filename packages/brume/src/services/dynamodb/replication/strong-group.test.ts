import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  CreateTableInput,
  UpdateTableInput,
} from '../../../model/generated/dynamodb.types.ts';
import { EAST, EUROPE, refusal, Regions, TableName, WEST } from './global-tables.fixture.ts';

const OHIO = 'us-east-2';
const TABLE: CreateTableInput = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'g', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'gsi',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};
const STREAM = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } as const;

function strong(regions: Regions, change: Partial<UpdateTableInput>, region = EAST) {
  return regions.call(region, 'UpdateTable', { TableName, ...change });
}

const create = (...names: readonly string[]) => ({
  ReplicaUpdates: names.map((RegionName) => ({ Create: { RegionName } })),
});
const remove = (...names: readonly string[]) => ({
  ReplicaUpdates: names.map((RegionName) => ({ Delete: { RegionName } })),
});
const STRONG = { MultiRegionConsistency: 'STRONG' } as const;
const WITNESS = { GlobalTableWitnessUpdates: [{ Create: { RegionName: WEST } }] };

async function openStrong(): Promise<Regions> {
  const regions = new Regions();
  await regions.call(EAST, 'CreateTable', { ...TABLE, StreamSpecification: STREAM });
  await strong(regions, { ...create(OHIO, WEST), ...STRONG });
  return regions;
}

test('what is written in one region is there in all, and in the streams of all', async () => {
  const regions = await openStrong();
  const described = await regions.describe(OHIO);
  assert.equal(described?.MultiRegionConsistency, 'STRONG');
  assert.deepEqual(
    described?.Replicas?.map(({ RegionName: name, ReplicaStatus: status }) => `${name} ${status}`),
    [`${EAST} ACTIVE`, `${WEST} ACTIVE`],
  );
  await strong(regions, { StreamSpecification: STREAM }, OHIO);
  await regions.put(WEST, 1, { g: { S: 'g' } });
  for (const region of [EAST, OHIO, WEST]) {
    assert.equal((await regions.items(region)).length, 1, region);
    assert.equal((await regions.items(region, 'gsi')).length, 1, region);
  }
  await regions.remove(OHIO, 1);
  assert.deepEqual(await regions.items(WEST, 'gsi'), []);
  for (const region of [EAST, OHIO]) {
    const records = await regions.records(await regions.stream(region));
    assert.deepEqual(
      records.map(({ eventName, region: of }) => `${eventName} ${of}`),
      [`INSERT ${region}`, `REMOVE ${region}`],
    );
  }
  await regions.close();
});

test('increments of all regions are all counted', async () => {
  const regions = await openStrong();
  const places = [EAST, OHIO, WEST];
  await Promise.all(
    Array.from({ length: 60 }, (_, at) =>
      regions.call(places[at % 3] ?? EAST, 'UpdateItem', {
        TableName,
        Key: { pk: { S: 'a' }, sk: { N: '1' } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    ),
  );
  for (const region of places) {
    assert.equal((await regions.items(region))[0]?.['n']?.N, '60', region);
  }
  await regions.close();
});

test('writes can be refused as where another region writes to the item', async () => {
  const regions = await openStrong();
  await regions.call(EAST, 'CreateTable', { ...TABLE, TableName: 'alone' });
  regions.rehearse([{ fault: 'replicatedConflict' }]);
  assert.match(
    await refusal(regions.put(WEST, 1)),
    /^ReplicatedWriteConflictException: The request/,
  );
  assert.deepEqual(await regions.items(EAST), [], "reads are in nobody's way");
  const Item = { pk: { S: 'a' }, sk: { N: '1' } };
  await regions.call(EAST, 'PutItem', { TableName: 'alone', Item });
  await regions.close();
});

test('while a region writes to an item, the others are refused, and it itself is not', async () => {
  const regions = await openStrong();
  regions.rehearse([{ fault: 'contention', ms: 50 }]);
  const running = regions.put(EAST, 1);
  const again = regions.put(EAST, 1, { again: { BOOL: true } });
  assert.match(await refusal(regions.put(WEST, 1)), /^ReplicatedWriteConflictException: /);
  await regions.put(WEST, 2);
  await Promise.all([running, again]);
  regions.rehearse([]);
  await regions.put(WEST, 1);
  await regions.close();
});

test('an index that one region adds is filled for all, and goes for all', async () => {
  const regions = await openStrong();
  await regions.put(WEST, 1, { x: { S: 'x' } });
  await strong(regions, {
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
  for (const region of [EAST, OHIO, WEST]) {
    await regions.database.until(
      () => regions.describe(region),
      (table) => table?.GlobalSecondaryIndexes?.every(({ Backfilling: on }) => !on) === true,
    );
    assert.equal((await regions.items(region, 'added')).length, 1, region);
  }
  await strong(
    regions,
    { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'added' } }] },
    OHIO,
  );
  assert.equal((await regions.describe(WEST))?.GlobalSecondaryIndexes?.length, 1);
  await regions.close();
});

test('a witness is named, and has no table', async () => {
  const regions = new Regions();
  await regions.call(EAST, 'CreateTable', TABLE);
  await strong(regions, { ...create(OHIO), ...WITNESS, ...STRONG });
  assert.deepEqual((await regions.describe(OHIO))?.GlobalTableWitnesses, [
    { RegionName: WEST, WitnessStatus: 'ACTIVE' },
  ]);
  assert.match(await refusal(regions.describe(WEST)), /^ResourceNotFoundException/);
  await regions.put(OHIO, 1);
  assert.match(await refusal(strong(regions, remove(OHIO))), /added and deleted together\.$/);
  await strong(regions, {
    ...remove(OHIO),
    GlobalTableWitnessUpdates: [{ Delete: { RegionName: WEST } }],
  });
  assert.match(await refusal(regions.describe(OHIO)), /^ResourceNotFoundException/);
  assert.equal((await regions.items(EAST)).length, 1, 'who stays keeps the items');
  await regions.close();
});

test('who stays keeps the items, whichever region the table was made in', async () => {
  const regions = await openStrong();
  await regions.put(EAST, 1);
  assert.match(
    await refusal(regions.call(WEST, 'DeleteTable', { TableName })),
    /has replicas, which are deleted first\.$/,
  );
  await strong(regions, remove(EAST, OHIO), WEST);
  assert.equal((await regions.describe(WEST))?.Replicas, undefined);
  await regions.put(WEST, 2);
  await regions.database.reopen();
  assert.equal((await regions.items(WEST)).length, 2);
  await regions.call(EAST, 'CreateTable', TABLE);
  assert.deepEqual(await regions.items(EAST), []);
  await regions.call(WEST, 'DeleteTable', { TableName });
  await regions.close();
});

test('who stayed can have replicas with items of their own', async () => {
  const regions = await openStrong();
  await regions.put(EAST, 1);
  await strong(regions, remove(EAST, OHIO), WEST);
  await strong(
    regions,
    { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } },
    WEST,
  );
  await regions.replicate(WEST, EAST);
  regions.rehearse([{ fault: 'replication', ms: 60_000 }]);
  await regions.put(EAST, 2);
  assert.equal((await regions.items(EAST)).length, 2);
  assert.equal((await regions.items(WEST)).length, 1);
  regions.rehearse([]);
  await regions.arrived();
  assert.equal((await regions.items(WEST)).length, 2);
  await regions.close();
});

test('what strong consistency does not have is refused', async () => {
  const regions = await openStrong();
  const Key = { pk: { S: 'a' }, sk: { N: '1' } };
  const Put = { TableName, Item: Key };
  assert.match(
    await refusal(regions.call(EAST, 'TransactWriteItems', { TransactItems: [{ Put }] })),
    /^ValidationException: .*has no transactions/,
  );
  assert.match(
    await refusal(
      regions.call(EAST, 'TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] }),
    ),
    /has no transactions/,
  );
  const statements = [
    `INSERT INTO "table" VALUE {'pk': 'a', 'sk': 1}`,
    `SELECT * FROM "table" WHERE pk = 'a' AND sk = 1`,
  ];
  for (const Statement of statements) {
    assert.match(
      await refusal(
        regions.call(WEST, 'ExecuteTransaction', { TransactStatements: [{ Statement }] }),
      ),
      /has no transactions/,
    );
  }
  assert.match(
    await refusal(
      regions.call(EAST, 'UpdateTimeToLive', {
        TableName,
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'due' },
      }),
    ),
    /has no time to live/,
  );
  assert.match(
    await refusal(
      regions.call(EAST, 'UpdateContinuousBackups', {
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ),
    /^NotImplemented: /,
  );
  assert.match(await refusal(strong(regions, create(EUROPE))), /added and deleted together\.$/);
  assert.match(
    await refusal(strong(regions, { ...remove(OHIO, WEST), MultiRegionConsistency: 'EVENTUAL' })),
    /MultiRegionConsistency of a global table cannot be changed/,
  );
  await regions.close();
});

test('only an empty table of three regions of one set becomes strongly consistent', async () => {
  const regions = new Regions();
  await regions.call(EAST, 'CreateTable', TABLE);
  const attempt = (change: object) => refusal(strong(regions, { ...change, ...STRONG }));
  for (const names of [[OHIO], [OHIO, WEST, 'us-west-1'], [OHIO, OHIO]]) {
    assert.match(await attempt(create(...names)), /added and deleted together\.$/);
  }
  assert.match(await attempt(create(OHIO, EUROPE)), /in one set of regions\.$/);
  await regions.put(EAST, 1);
  assert.match(await attempt(create(OHIO, WEST)), /made of a table without items\.$/);
  await regions.remove(EAST, 1);
  await regions.call(OHIO, 'CreateTable', TABLE);
  assert.match(await attempt(create(OHIO, WEST)), /already existed as tables\.$/);
  await regions.call(OHIO, 'DeleteTable', { TableName });
  await regions.call(EAST, 'UpdateTimeToLive', {
    TableName,
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'due' },
  });
  assert.match(await attempt(create(OHIO, WEST)), /has no time to live/);
  await regions.close();
});
