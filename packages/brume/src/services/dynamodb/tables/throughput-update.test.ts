import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UpdateTableInput } from '../../../model/generated/dynamodb.types.ts';
import { INDEXED } from '../database.fixture.ts';
import {
  DECREASE_INTERVAL_MS,
  PAY_PER_REQUEST_CHANGES_MAX,
  PAY_PER_REQUEST_CHANGES_MS,
} from '../limits.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';

const TableName = 'table';
type IndexUpdate = NonNullable<
  NonNullable<UpdateTableInput['GlobalSecondaryIndexUpdates']>[number]['Update']
>;

async function opened(): Promise<TimedDatabase> {
  const database = new TimedDatabase();
  await database.call('CreateTable', INDEXED);
  return database;
}

function ofIndex(update: Partial<IndexUpdate>) {
  return {
    TableName,
    GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'gsi', ...update } }],
  };
}

async function described(database: TimedDatabase) {
  const { Table: table } = await database.call('DescribeTable', { TableName });
  return { table, index: table?.GlobalSecondaryIndexes?.[0] };
}

function units(count: number) {
  return { ReadCapacityUnits: count, WriteCapacityUnits: count };
}

test('limits and warmth of an index merge with those that it has', async () => {
  const database = await opened();
  const update = (change: Partial<IndexUpdate>) => database.call('UpdateTable', ofIndex(change));
  await update({ OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 20 } });
  await update({ OnDemandThroughput: { MaxReadRequestUnits: 15 } });
  await update({ WarmThroughput: { ReadUnitsPerSecond: 13_000 } });
  await update({ WarmThroughput: { WriteUnitsPerSecond: 5000 } });
  await database.call('UpdateTable', { TableName, WarmThroughput: { ReadUnitsPerSecond: 14_000 } });
  const { table, index } = await described(database);
  assert.deepEqual(index?.OnDemandThroughput, {
    MaxReadRequestUnits: 15,
    MaxWriteRequestUnits: 20,
  });
  const active = { Status: 'ACTIVE' };
  assert.deepEqual(index?.WarmThroughput, {
    ReadUnitsPerSecond: 13_000,
    WriteUnitsPerSecond: 5000,
    ...active,
  });
  const ofTable = { ReadUnitsPerSecond: 14_000, WriteUnitsPerSecond: 4000, ...active };
  assert.deepEqual(table?.WarmThroughput, ofTable);
  for (const change of [
    ofIndex({ WarmThroughput: { ReadUnitsPerSecond: 12_999 } }),
    { TableName, WarmThroughput: { WriteUnitsPerSecond: 3999 } },
  ]) {
    assert.match(
      await database.refusal('UpdateTable', change),
      /is lower than current WarmThroughput, decreasing WarmThroughput is not supported$/,
    );
  }
  await update({ OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 } });
  assert.equal((await described(database)).index?.OnDemandThroughput, undefined);
  assert.match(
    await database.refusal(
      'UpdateTable',
      ofIndex({ OnDemandThroughput: { MaxReadRequestUnits: 0 } }),
    ),
    /Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range$/,
  );
  await database.close();
});

test('a table that goes over to provisioned units says those of its indexes', async () => {
  const database = await opened();
  const provisioned = { BillingMode: 'PROVISIONED', ProvisionedThroughput: units(3) } as const;
  assert.equal(
    await database.refusal('UpdateTable', { TableName, ...provisioned }),
    'ValidationException: One or more parameter values were invalid: ProvisionedThroughput must ' +
      'be specified for index: gsi',
  );
  assert.match(
    await database.refusal('UpdateTable', ofIndex({ ProvisionedThroughput: units(1) })),
    /should not be specified for index: gsi when BillingMode is PAY_PER_REQUEST$/,
  );
  const both = { ...ofIndex({ ProvisionedThroughput: units(2) }), ...provisioned };
  await database.call('UpdateTable', both);
  const { index } = await described(database);
  assert.equal(index?.ProvisionedThroughput?.WriteCapacityUnits, 2);
  assert.match(
    await database.refusal('UpdateTable', ofIndex({ ProvisionedThroughput: units(2) })),
    /The provisioned throughput for the index gsi will not change\. .* for the index: 2\./,
  );
  assert.match(
    await database.refusal(
      'UpdateTable',
      ofIndex({ OnDemandThroughput: { MaxReadRequestUnits: 1 } }),
    ),
    /cannot be specified when the table BillingMode is PROVISIONED$/,
  );
  const created = { ...INDEXED, TableName: 'other', BillingMode: 'PROVISIONED' } as const;
  assert.match(
    await database.refusal('CreateTable', {
      ...created,
      ProvisionedThroughput: units(1),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'gsi',
          KeySchema: INDEXED.GlobalSecondaryIndexes[0]?.KeySchema ?? [],
          Projection: { ProjectionType: 'ALL' },
          ProvisionedThroughput: units(1),
          OnDemandThroughput: { MaxReadRequestUnits: 1 },
        },
      ],
    }),
    /cannot be specified when table BillingMode is PROVISIONED\.$/,
  );
  await database.close();
});

test('a table goes over to billing by request four times a day', async () => {
  const database = await opened();
  const provision = () =>
    database.call('UpdateTable', {
      ...ofIndex({ ProvisionedThroughput: units(1) }),
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: units(1),
    });
  const byRequest = { TableName, BillingMode: 'PAY_PER_REQUEST' } as const;
  for (let change = 0; change < PAY_PER_REQUEST_CHANGES_MAX; change++) {
    await provision();
    await database.call('UpdateTable', byRequest);
  }
  await provision();
  assert.match(
    await database.refusal('UpdateTable', byRequest),
    /^LimitExceededException: .* Next update can be made at Mon, 23 Nov 2026 00:00:00 GMT$/,
  );
  database.nowMs += PAY_PER_REQUEST_CHANGES_MS;
  await database.call('UpdateTable', byRequest);
  await database.close();
});

test('units are decreased four times a day, and then once an hour', async () => {
  const database = await opened();
  const all = (count: number) => ({
    ...ofIndex({ ProvisionedThroughput: units(count) }),
    ProvisionedThroughput: units(count),
  });
  await database.call('UpdateTable', { ...all(20), BillingMode: 'PROVISIONED' });
  for (let count = 19; count > 15; count--) await database.call('UpdateTable', all(count));
  const { table, index } = await described(database);
  assert.equal(table?.ProvisionedThroughput?.NumberOfDecreasesToday, 4);
  assert.equal(index?.ProvisionedThroughput?.NumberOfDecreasesToday, 4);
  assert.equal(
    await database.refusal('UpdateTable', all(15)),
    'LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are ' +
      'limited within a given UTC day. After the first 4 decreases, each subsequent decrease in ' +
      'the same UTC day can be performed at most once every 3600 seconds. Number of decreases ' +
      'today: 4. Last decrease at Sunday, November 22, 2026 at 12:00:00 AM Coordinated Universal ' +
      'Time. Next decrease can be made at Sunday, November 22, 2026 at 1:00:00 AM Coordinated ' +
      'Universal Time',
  );
  await database.call('UpdateTable', all(30));
  database.nowMs += DECREASE_INTERVAL_MS;
  await database.call('UpdateTable', all(15));
  assert.match(await database.refusal('UpdateTable', all(14)), /Number of decreases today: 5\./);
  database.nowMs += 24 * DECREASE_INTERVAL_MS;
  const { table: tomorrow } = await described(database);
  assert.equal(tomorrow?.ProvisionedThroughput?.NumberOfDecreasesToday, 0);
  await database.call('UpdateTable', all(13));
  await database.close();
});

test('insights of an index go with it', async () => {
  const database = await opened();
  const insights = { TableName, IndexName: 'gsi' };
  await database.call('UpdateContributorInsights', {
    ...insights,
    ContributorInsightsAction: 'ENABLE',
  });
  const [gsi] = INDEXED.GlobalSecondaryIndexes;
  await database.call('UpdateTable', {
    TableName,
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'gsi' } }],
  });
  await database.call('UpdateTable', {
    TableName,
    AttributeDefinitions: INDEXED.AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create: gsi }],
  });
  const { ContributorInsightsStatus: status } = await database.call(
    'DescribeContributorInsights',
    insights,
  );
  assert.equal(status, 'DISABLED');
  await database.close();
});
