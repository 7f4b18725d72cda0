/**
 * Kills a process while it counts what API keys use: what was kept stays, counting goes on from it, and
 * nothing is kept that was not counted.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { KEYS, recordsOn } from './usage-keys.ts';

const KILLS = process.env['BRUME_TEST_LONG'] === '1' ? 60 : 3;
const RUN_MS_MAX = 1_200;

test(`${KILLS} kills forget nothing of the usage that was kept`, async () => {
  const parent = await mkdtemp(join(tmpdir(), 'brume-usage-'));
  const [live, copy, output] = [join(parent, 'live'), join(parent, 'copy'), join(parent, 'output')];
  await mkdir(live);
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      await countUntilKilled(join(live, 'database.sqlite'), output);
      await cp(live, copy, { recursive: true });
      await check(join(copy, 'database.sqlite'), await readFile(output, 'utf8'));
      await rm(copy, { recursive: true });
    }
  } finally {
    await rm(parent, { recursive: true });
  }
});

async function countUntilKilled(database: string, output: string): Promise<void> {
  const words = [join(import.meta.dirname, 'usage-writer.ts'), database, output];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  await Promise.race([once(child, 'message'), exited]);
  await delay(Math.random() * RUN_MS_MAX);
  assert.ok(child.kill('SIGKILL'), 'the writer ended by itself');
  await exited;
}

async function check(database: string, output: string): Promise<void> {
  const log = { log: (_: string, message: string) => assert.fail(message) };
  const store = await createSqliteStore({ path: database, environment: nodeEnvironment(), log });
  try {
    for (const key of KEYS) {
      const last = (what: string) => {
        const lines = [...output.matchAll(new RegExp(`^${what} ${key.keyId} (\\d+)$`, 'gm'))];
        const numbers = lines.map(([, number]) => Number(number));
        // Of what a start counts on from, nothing is counted again.
        assert.deepEqual(
          numbers,
          numbers.toSorted((left, right) => left - right),
        );
        return numbers.at(-1) ?? 0;
      };
      const { used = 0 } = (await recordsOn(store).find(key, key.planId, key.keyId)) ?? {};
      assert.ok(last('kept') > 0, 'nothing was kept');
      assert.ok(used >= last('kept'), `${used} of ${last('kept')} are left`);
      assert.ok(used <= last('counted'), `${used}, but ${last('counted')} were counted`);
    }
  } finally {
    await store.close();
  }
}
