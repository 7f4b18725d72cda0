/**
 * Kills a process at random moments while it writes, and checks after each kill that all it had
 * acknowledged is there and nothing is half there. The database lives on through all the kills without
 * ever being closed: what is checked is a copy.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { checkLedger } from './ledger.ts';

const KILLS = process.env['BRUME_TEST_LONG'] === '1' ? 2500 : 30;
const DATABASE = 'ledger.sqlite';
const RUN_MS_MAX = 300;
/** Every so many kills one comes early, maybe while the database is being opened. */
const EARLY_EVERY = 6;

test(`${KILLS} kills under load lose nothing that was acknowledged`, async () => {
  const parent = await mkdtemp(join(tmpdir(), 'brume-sigkill-'));
  const [folder, copy] = [join(parent, 'live'), join(parent, 'copy')];
  await mkdir(folder);
  let counts: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await writeUntilKilled(folder, counts, kill);
    await cp(folder, copy, { recursive: true });
    try {
      counts = await openAndCheck(join(copy, DATABASE), acknowledged);
    } catch (cause) {
      throw new Error(`kill ${kill}; what it left was ${folder}`, { cause });
    }
    await rm(copy, { recursive: true });
  }
  await rm(parent, { recursive: true });
  const made = counts.reduce((sum, count) => sum + count, 0);
  assert.ok(made > KILLS * 20, `only ${made} transactions were made: no load to speak of`);
});

/** Lets a process write for a while; returns the last acknowledged number of each caller. */
async function writeUntilKilled(
  folder: string,
  counts: readonly number[],
  kill: number,
): Promise<number[]> {
  const printed = join(folder, 'printed');
  const output = await open(printed, 'w');
  const writer = [join(import.meta.dirname, 'ledger-writer.ts'), join(folder, DATABASE)];
  const child = spawn(process.execPath, writer, { stdio: ['ignore', output.fd, 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  if (kill % EARLY_EVERY !== 0) await Promise.race([once(child, 'message'), exited]);
  await delay(Math.random() * RUN_MS_MAX);
  assert.ok(child.kill('SIGKILL'), 'the writer ended by itself');
  await exited;
  await output.close();
  const acknowledged = [...counts];
  for (const line of (await readFile(printed, 'utf8')).split('\n').slice(0, -1)) {
    const [caller = NaN, number = NaN] = line.split(' ').map(Number);
    assert.equal(number, (acknowledged[caller] ?? 0) + 1, 'acknowledged out of order');
    acknowledged[caller] = number;
  }
  return acknowledged;
}

async function openAndCheck(path: string, acknowledged: readonly number[]): Promise<number[]> {
  const log = { log: (_: string, message: string) => assert.fail(message) };
  const store = await createSqliteStore({ path, environment: nodeEnvironment(), log });
  try {
    return await checkLedger(store, acknowledged);
  } finally {
    await store.close();
  }
}
