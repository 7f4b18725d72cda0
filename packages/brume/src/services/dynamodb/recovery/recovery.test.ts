/** Point-in-time recovery: to any second, against a naive model that remembers every state. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { CreateTableInput } from '../../../model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';
import { DAY_MS } from './limits.ts';

const RUNS = process.env['BRUME_TEST_LONG'] === '1' ? 500 : 15;
const TABLE = {
  TableName: 'source',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'g', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    {
      IndexName: 'gsi',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
} satisfies CreateTableInput;

const enabled = { PointInTimeRecoveryEnabled: true };

async function withRecovery(days?: number): Promise<TimedDatabase> {
  const database = new TimedDatabase();
  await database.call('CreateTable', TABLE);
  await database.call('UpdateContinuousBackups', {
    TableName: 'source',
    PointInTimeRecoverySpecification: { ...enabled, ...(days && { RecoveryPeriodInDays: days }) },
  });
  return database;
}

async function put(database: TimedDatabase, pk: string, v: string) {
  await database.call('PutItem', { TableName: 'source', Item: { pk: { S: pk }, v: { S: v } } });
}

async function restored(database: TimedDatabase, name: string, ms: number | undefined) {
  await database.call('RestoreTableToPointInTime', {
    SourceTableName: 'source',
    TargetTableName: name,
    ...(ms === undefined ? { UseLatestRestorableTime: true } : { RestoreDateTime: new Date(ms) }),
  });
  await database.active(name);
  return database.items(name);
}

const writes = fc.record({
  /** The clock may go back. */
  afterMs: fc.constantFrom(0, 1, 400, 1000, 60_000, -300),
  items: fc.uniqueArray(
    fc.record({
      pk: fc.constantFrom('a', 'b', 'c', 'ü\u0000', ...Array.from('0123456789')),
      g: fc.option(fc.constantFrom('g', 'h'), { nil: undefined }),
      /** Where absent, the item is deleted. */
      v: fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 4, selector: ({ pk }) => pk },
  ),
});

test('a table restored to any second is what it was at that second', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(writes, { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }),
      async (steps, moments) => {
        const database = await withRecovery();
        const startMs = database.nowMs;
        const model = new Map<string, AttributeMap>();
        const states = [{ ms: startMs, items: new Map(model) }];
        for (const { afterMs, items } of steps) {
          database.nowMs = Math.max(startMs, database.nowMs + afterMs);
          const requests = items.map(({ pk, g, v }) => {
            const key = { pk: { S: pk } };
            if (v === undefined) {
              model.delete(pk);
              return { Delete: { TableName: 'source', Key: key } };
            }
            const Item = { ...key, v: { S: v }, ...(g && { g: { S: g } }) };
            model.set(pk, Item);
            return { Put: { TableName: 'source', Item } };
          });
          await database.call('TransactWriteItems', { TransactItems: requests });
          // A write that changes nothing is none, whenever it was.
          const last = states.at(-1);
          if (isDeepStrictEqual(last?.items, model)) continue;
          const ms = Math.max(database.nowMs, last?.ms ?? 0);
          states.push({ ms, items: new Map(model) });
        }
        const spanMs = database.nowMs - startMs;
        for (const [at, moment] of moments.entries()) {
          const ms = startMs + Math.floor((spanMs * moment) / 1000);
          const items = await restored(database, `target-${at}`, ms);
          const expected = states.findLast((state) => state.ms <= ms)?.items ?? new Map();
          assert.deepEqual(byKey(items), byKey([...expected.values()]));
          const indexed = await database.items(`target-${at}`, 'gsi');
          assert.deepEqual(byKey(indexed), byKey(items.filter(({ g }) => g !== undefined)));
        }
      },
    ),
    { numRuns: RUNS },
  );
});

function byKey(items: readonly AttributeMap[]): Map<string | undefined, AttributeMap> {
  return new Map(items.map((item) => [item['pk']?.S, item] as const));
}

test('a restore is of one moment though items change while it goes on', async () => {
  const database = await withRecovery();
  const names = Array.from({ length: 450 }, (_, at) => `item-${at}`);
  for (const name of names) await put(database, name, 'before');
  await database.call('RestoreTableToPointInTime', {
    SourceTableName: 'source',
    TargetTableName: 'target',
    UseLatestRestorableTime: true,
  });
  for (const name of names) await put(database, name, 'after');
  for (const name of names) await put(database, `${name}-new`, 'after');
  for (const pk of names.slice(0, 200)) {
    await database.call('DeleteItem', { TableName: 'source', Key: { pk: { S: pk } } });
  }
  await database.active('target');
  const items = await database.items('target');
  assert.deepEqual(new Set(items.map(({ pk }) => pk?.S)), new Set(names));
  assert.deepEqual(new Set(items.map(({ v }) => v?.S)), new Set(['before']));
});

test('an item that changed more often than a page of changes holds is found as it was', async () => {
  const database = await withRecovery();
  for (let version = 0; version < 1200; version++) await put(database, 'often', String(version));
  await put(database, 'other', 'old');
  const atMs = database.nowMs;
  database.nowMs += 1000;
  await put(database, 'often', 'later');
  await put(database, 'other', 'later');
  const items = await restored(database, 'target', atMs);
  assert.deepEqual(new Set(items.map(({ v }) => v?.S)), new Set(['1199', 'old']));
});

test('a table can be restored from when recovery was enabled, or its period began, until now', async () => {
  const database = await withRecovery(2);
  const sinceMs = database.nowMs;
  const describe = async () => {
    const answer = await database.call('DescribeContinuousBackups', { TableName: 'source' });
    return answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  };
  await put(database, 'a', '1');
  database.nowMs += DAY_MS;
  assert.deepEqual(await describe(), {
    PointInTimeRecoveryStatus: 'ENABLED',
    RecoveryPeriodInDays: 2,
    EarliestRestorableDateTime: new Date(sinceMs),
    LatestRestorableDateTime: new Date(database.nowMs),
  });
  database.nowMs += 2 * DAY_MS;
  const earliest = database.nowMs - 2 * DAY_MS;
  assert.deepEqual((await describe())?.EarliestRestorableDateTime, new Date(earliest));
  const refusal = (ms: number) =>
    database.refusal('RestoreTableToPointInTime', {
      SourceTableName: 'source',
      TargetTableName: 'target',
      RestoreDateTime: new Date(ms),
    });
  assert.match(await refusal(earliest - 1000), /^InvalidRestoreTimeException: /);
  assert.match(await refusal(database.nowMs + 1000), /^InvalidRestoreTimeException: /);
  assert.equal((await restored(database, 'target', earliest)).length, 1);
});

test('a table without recovery costs nothing and is not restored', async () => {
  const database = new TimedDatabase();
  await database.call('CreateTable', TABLE);
  await put(database, 'a', '1');
  assert.deepEqual(await historyKinds(database), []);
  const asked = { TargetTableName: 'target', UseLatestRestorableTime: true };
  assert.equal(
    await database.refusal('RestoreTableToPointInTime', { SourceTableName: 'source', ...asked }),
    "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'source'",
  );
  assert.equal(
    await database.refusal('RestoreTableToPointInTime', { SourceTableName: 'absent', ...asked }),
    'TableNotFoundException: Table not found: absent',
  );
});

async function historyKinds({ store }: TimedDatabase): Promise<string[]> {
  const entries = await store.range({
    start: Buffer.from([0]),
    end: Buffer.from([255]),
    limit: 10_000,
  });
  return entries.flatMap(
    ({ key }) => /history[a-z-]*/.exec(Buffer.from(key).toString('latin1')) ?? [],
  );
}

test('changes older than the period go, and all of them when recovery is disabled', async () => {
  const database = await withRecovery(1);
  await put(database, 'a', '1');
  database.nowMs += DAY_MS / 2;
  await put(database, 'a', '2');
  assert.deepEqual((await historyKinds(database)).toSorted(), [
    'history',
    'history',
    'history-head',
    'history-time',
    'history-time',
  ]);
  database.nowMs += DAY_MS / 2 + 1;
  await database.reopen();
  await database.until(
    () => historyKinds(database),
    (kinds) => kinds.toSorted().join() === 'history,history-head,history-time',
  );
  await database.call('UpdateContinuousBackups', {
    TableName: 'source',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
  });
  await database.until(
    () => historyKinds(database),
    (kinds) => kinds.length === 0,
  );
});

test('a restored table has what the request says instead of what the source has', async () => {
  const database = await withRecovery();
  await database.call('TagResource', {
    ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/source',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  const { TableDescription: created } = await database.call('RestoreTableToPointInTime', {
    SourceTableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/source',
    TargetTableName: 'target',
    UseLatestRestorableTime: true,
    BillingModeOverride: 'PROVISIONED',
    ProvisionedThroughputOverride: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 },
    GlobalSecondaryIndexOverride: [],
  });
  assert.equal(created?.TableStatus, 'CREATING');
  assert.deepEqual(created?.RestoreSummary, {
    SourceTableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/source',
    RestoreDateTime: new Date(database.nowMs),
    RestoreInProgress: true,
  });
  const table = await database.active('target');
  assert.equal(table?.RestoreSummary?.RestoreInProgress, false);
  assert.equal(table?.GlobalSecondaryIndexes, undefined);
  assert.deepEqual(table?.AttributeDefinitions, [{ AttributeName: 'pk', AttributeType: 'S' }]);
  assert.equal(table?.ProvisionedThroughput?.WriteCapacityUnits, 4);
  const tags = await database.call('ListTagsOfResource', { ResourceArn: table?.TableArn ?? '' });
  assert.deepEqual(tags.Tags, []);
});

test('a table is neither used before it is full nor deleted while it is restored from', async () => {
  const database = await withRecovery();
  for (let at = 0; at < 250; at++) await put(database, String(at), 'v');
  const asked = { SourceTableName: 'source', UseLatestRestorableTime: true };
  await database.call('RestoreTableToPointInTime', { ...asked, TargetTableName: 'target' });
  assert.match(
    await database.refusal('RestoreTableToPointInTime', { ...asked, TargetTableName: 'target' }),
    /^TableAlreadyExistsException: Table already exists: target$/,
  );
  const key = { pk: { S: '1' } };
  const refusals = [
    await database.refusal('GetItem', { TableName: 'target', Key: key }),
    await database.refusal('DeleteTable', { TableName: 'target' }),
    await database.refusal('DeleteTable', { TableName: 'source' }),
  ];
  assert.deepEqual(refusals, [
    'ResourceNotFoundException: Requested resource not found',
    'ResourceInUseException: Attempt to change a resource which is still in use: ' +
      'Table is being created: target',
    'ResourceInUseException: Attempt to change a resource which is still in use: ' +
      'Table is being backed up or restored: source',
  ]);
  await database.active('target');
  assert.equal((await database.items('target')).length, 250);
});

test('a table is restored into another region', async () => {
  const database = await withRecovery();
  await put(database, 'a', '1');
  const context = { region: 'eu-west-1' };
  await database.call(
    'RestoreTableToPointInTime',
    {
      SourceTableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/source',
      TargetTableName: 'target',
      UseLatestRestorableTime: true,
    },
    context,
  );
  await database.until(
    () => database.call('DescribeTable', { TableName: 'target' }, context),
    ({ Table }) => Table?.TableStatus === 'ACTIVE',
  );
  const { Items } = await database.call('Scan', { TableName: 'target' }, context);
  assert.deepEqual(Items, [{ pk: { S: 'a' }, v: { S: '1' } }]);
});
