/**
 * Kills a process at random moments while it writes to a table with a stream and an index, and checks
 * after each kill that table, stream and index tell the same, and all that was acknowledged. The
 * database lives on through all the kills without ever being closed: what is checked is a copy.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { checkReplay } from '../../packages/brume/src/services/dynamodbstreams/replay.fixture.ts';
import { openStreams } from '../../packages/brume/src/services/dynamodbstreams/streams.fixture.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { COUNTERS, writeUntilKilled } from './stream-counters.ts';

const LONG = process.env['BRUME_TEST_LONG'] === '1';
/** Several, because each is read whole after every kill. */
const DATABASES = LONG ? 10 : 1;
const KILLS = LONG ? 50 : 8;
const DATABASE = 'counters.sqlite';
const { TableName } = COUNTERS;

for (let database = 1; database <= DATABASES; database++) {
  test(`${KILLS} kills leave table, stream and index in step (${database})`, killOften);
}

async function killOften(): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'brume-streams-'));
  const [folder, copy] = [join(parent, 'live'), join(parent, 'copy')];
  await mkdir(folder);
  const acknowledged = new Map<string, number>();
  let records = 0;
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      await writeUntilKilled(['stream-writer.ts', join(folder, DATABASE)], acknowledged);
      await cp(folder, copy, { recursive: true });
      records = await openAndCheck(join(copy, DATABASE), acknowledged);
      await rm(copy, { recursive: true });
    }
  } finally {
    await rm(parent, { recursive: true });
  }
  assert.ok(records > KILLS * 20, `only ${records} records were written: no load to speak of`);
}

async function openAndCheck(path: string, acknowledged: Map<string, number>): Promise<number> {
  const log = { log: (_: string, message: string) => assert.fail(message) };
  const store = await createSqliteStore({ path, environment: nodeEnvironment(), log });
  const database = openStreams(store);
  try {
    const { Streams = [] } = await database.call('ListStreams', {});
    const records = await checkReplay(database, Streams[0]?.StreamArn ?? '', 1000);
    const counts = new Map<string, number>();
    for (const { dynamodb } of records) {
      const { pk, n } = dynamodb?.NewImage ?? {};
      const caller = pk?.S ?? '';
      const number = Number(n?.N);
      assert.equal(number, (counts.get(caller) ?? 0) + 1, 'a record is missing, or there twice');
      counts.set(caller, number);
    }
    for (const [caller, number] of acknowledged) {
      assert.ok((counts.get(caller) ?? 0) >= number, 'an acknowledged write left no record');
    }
    await checkIndex(database);
    return records.length;
  } finally {
    await database.close();
    await store.close();
  }
}

async function checkIndex({ call }: ReturnType<typeof openStreams>): Promise<void> {
  const byKey = async (IndexName?: string) => {
    const { Items = [] } = await call('Scan', { TableName, IndexName });
    return new Map(Items.map((item) => [item['pk']?.S, item]));
  };
  assert.deepEqual(await byKey('index'), await byKey());
}
