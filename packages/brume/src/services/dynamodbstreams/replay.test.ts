/**
 * Random writes, many at once: the stream, played over an empty map, must be the table, and each
 * record must begin with what the one before it left.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeEnvironment } from '../../environment/node.ts';
import { createSqliteStore } from '../../storage/sqlite/sqlite-store.ts';
import { checkReplay } from './replay.fixture.ts';
import { HOUR_MS, key, openStreams, type StreamsDatabase } from './streams.fixture.ts';

const RUNS = process.env['BRUME_TEST_LONG'] === '1' ? 2000 : 40;
const TableName = 'table';

const pk = fc.constantFrom('a', 'b', 'c', 'd').map(key);
const value = fc.constantFrom('0', '1', '2').map((N) => ({ N }));
const write = fc.oneof(
  fc.record({ type: fc.constant('put' as const), pk, value }),
  fc.record({ type: fc.constant('update' as const), pk, value }),
  fc.record({ type: fc.constant('count' as const), pk, value }),
  fc.record({ type: fc.constant('delete' as const), pk, value }),
  fc.record({
    type: fc.constant('batch' as const),
    puts: fc.uniqueArray(pk, { minLength: 1, selector: (key) => key.pk.S }),
    value,
  }),
  fc.record({
    type: fc.constant('transact' as const),
    puts: fc.uniqueArray(pk, { minLength: 1, selector: (key) => key.pk.S }),
    value,
    isRefused: fc.boolean(),
  }),
);
type RandomWrite = typeof write extends fc.Arbitrary<infer Write> ? Write : never;
/** Writes that are made at once, and how much later the next ones follow. */
const rounds = fc.array(
  fc.record({ writes: fc.array(write, { maxLength: 8 }), hours: fc.integer({ min: 0, max: 3 }) }),
  { maxLength: 8 },
);

type Rounds = typeof rounds extends fc.Arbitrary<infer All> ? All : never;

async function perform({ call }: StreamsDatabase, change: RandomWrite): Promise<void> {
  const { value: v } = change;
  if (change.type === 'put') {
    await call('PutItem', { TableName, Item: { ...change.pk, v } });
  } else if (change.type === 'update' || change.type === 'count') {
    const UpdateExpression = change.type === 'count' ? 'ADD n :v' : 'SET v = :v';
    const ExpressionAttributeValues = { ':v': v };
    const update = { UpdateExpression, ExpressionAttributeValues };
    await call('UpdateItem', { TableName, Key: change.pk, ...update });
  } else if (change.type === 'delete') {
    await call('DeleteItem', { TableName, Key: change.pk });
  } else if (change.type === 'batch') {
    const requests = change.puts.map((key) => ({ PutRequest: { Item: { ...key, v } } }));
    await call('BatchWriteItem', { RequestItems: { [TableName]: requests } });
  } else {
    const puts = change.puts.map((key) => ({ Put: { TableName, Item: { ...key, v } } }));
    const Key = key('never');
    const ConditionExpression = 'attribute_exists(pk)';
    const refusal = { ConditionCheck: { TableName, Key, ConditionExpression } };
    const TransactItems = change.isRefused ? [...puts, refusal] : puts;
    const refused = call('TransactWriteItems', { TransactItems });
    if (change.isRefused) await assert.rejects(refused, { code: 'TransactionCanceledException' });
    else await refused;
  }
}

async function performAll(database: StreamsDatabase, all: Rounds): Promise<void> {
  for (const { writes, hours } of all) {
    await Promise.all(writes.map((change) => perform(database, change)));
    database.advance(hours * HOUR_MS);
  }
}

test('a stream played over nothing makes its table', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (all) => {
      const database = openStreams();
      const arn = await database.createTable();
      await performAll(database, all);
      await checkReplay(database, arn);
    }),
    { numRuns: RUNS },
  );
});

test('streams go on where they were when their store is opened again', async (t) => {
  const parent = await mkdtemp(path.join(tmpdir(), 'brume-replay-'));
  t.after(() => rm(parent, { recursive: true }));
  const environment = nodeEnvironment();
  const log = { log: (_level: string, message: string) => assert.fail(message) };
  let count = 0;
  const everyRound = fc.array(rounds, { minLength: 2, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(everyRound, async (openings) => {
      const storePath = path.join(parent, `store-${count++}`);
      let arn: string | undefined;
      for (const all of openings) {
        const store = await createSqliteStore({ path: storePath, environment, log });
        // Every time with the same clock: it goes back.
        const database = openStreams(store);
        arn ??= await database.createTable();
        await performAll(database, all);
        await checkReplay(database, arn);
        await database.close();
        await store.close();
      }
    }),
    { numRuns: Math.ceil(RUNS / 10) },
  );
});
