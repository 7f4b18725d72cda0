/** Concurrent clients in this process: histories of what Brume answers, and of what broken ones do. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { Prng } from '../../packages/brume/src/environment/prng.ts';
import { createDynamoDB } from '../../packages/brume/src/services/dynamodb/service.ts';
import type { OrderedStore } from '../../packages/brume/src/storage/ordered-store.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { BREAKS, slowStore } from './broken-stores.ts';
import { serviceDatabase, TABLE_INPUT } from './database.ts';
import { Workload } from './workload.ts';

const LONG = process.env['BRUME_TEST_LONG'] === '1';
const SEEDS = LONG ? 200 : 3;
const FIRST_SEED = Number(
  process.env['BRUME_TEST_SEED'] ?? (LONG ? Math.floor(Math.random() * 2 ** 40) : 1),
);
const CLIENTS = 8;
const STEPS = 1000;
/** A broken store that so many seeds do not tell from a good one is not found. */
const BREAK_SEEDS_MAX = 10;

const environment = nodeEnvironment();
const log = { log: (_: string, message: string) => assert.fail(message) };

async function runHistory(store: OrderedStore, seed: number): Promise<number> {
  const service = createDynamoDB({ store, environment, log });
  const database = serviceDatabase(service);
  try {
    while ((await database('CreateTable', TABLE_INPUT)).type === 'refused');
    const workload = new Workload(database);
    let steps = 0;
    await workload.run(CLIENTS, new Prng(seed), () => Promise.resolve(steps++ < STEPS));
    await workload.check();
    return workload.callCount;
  } finally {
    await service.close();
    await store.close();
  }
}

async function eachSeed(run: (seed: number) => Promise<number>): Promise<void> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    try {
      const calls = await run(seed);
      assert.ok(calls > STEPS / 2, `only ${calls} calls: no history to speak of`);
    } catch (cause) {
      throw new Error(`BRUME_TEST_SEED=${seed}`, { cause });
    }
  }
}

test('concurrent clients of a store on disk see one order of everything', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'brume-isolation-'));
  try {
    await eachSeed(async (seed) => {
      const path = join(folder, `${seed}.sqlite`);
      return runHistory(await createSqliteStore({ path, environment, log }), seed);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('concurrent clients of a slow store in memory see one order of everything', async () => {
  await eachSeed((seed) => runHistory(slowStore(new Prng(seed)), seed));
});

for (const [name, breakStore] of BREAKS) {
  test(`a store is found out in which ${name}`, async (t) => {
    for (let seed = 1; seed <= BREAK_SEEDS_MAX; seed++) {
      const prng = new Prng(seed);
      const found = await runHistory(breakStore(slowStore(prng), prng), seed).catch(
        (error: unknown) => error as Error,
      );
      if (typeof found === 'number') continue;
      t.diagnostic(`seed ${seed}: ${found.message.split('\n', 1)[0]}`);
      assert.match(found.message, /not linearizable|\(G|orders|twice|without its new end/);
      return;
    }
    assert.fail('it was not');
  });
}
