/**
 * Kills a process while jobs on whole tables run in it and others write: each goes on after the next
 * start until it has ended, and at no time can half of what it makes be seen.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { openJobDatabase } from './job-database.ts';
import { JOB_KINDS, type JobKind } from './job-kinds.ts';

const LONG = process.env['BRUME_TEST_LONG'] === '1';
const ROUNDS = LONG ? 12 : 1;
/** Of each job, as long as it has not ended by itself. */
const KILLS = LONG ? 4 : 2;
const RUN_MS_MAX = 100;

test(`up to ${ROUNDS * KILLS * JOB_KINDS.size} kills leave no job half done`, async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'brume-jobs-'));
  const [live, buckets] = [join(parent, 'live'), join(parent, 'buckets')];
  await Promise.all([mkdir(live), mkdir(buckets)]);
  const words = [join(live, 'database.sqlite'), buckets] as const;
  try {
    assert.equal(await run([...words]), 0);
    let kills = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, kind] of JOB_KINDS) {
        const job = [...words, name, String(round)];
        for (let kill = 0; kill < KILLS && (await run(job, true)) === null; kill++) {
          kills++;
          await checkCopy(parent, kind, String(round));
        }
        assert.equal(await run(job), 0, `${name} did not end`);
        await checkCopy(parent, kind, String(round));
      }
    }
    t.diagnostic(`${kills} kills before a job had ended`);
    assert.ok(kills >= ROUNDS, `only ${kills} kills came before a job had ended`);
  } finally {
    await rm(parent, { recursive: true });
  }
});

/** Resolves with the exit code of the worker; null where it was killed before it ended. */
async function run(words: readonly string[], kills = false): Promise<number | null> {
  const worker = join(import.meta.dirname, 'job-worker.ts');
  const child = spawn(process.execPath, [worker, ...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  if (kills) {
    await Promise.race([once(child, 'message'), exited]);
    await Promise.race([delay(Math.random() * RUN_MS_MAX), exited]);
    child.kill('SIGKILL');
  }
  return (await exited)[0];
}

/** A copy, so that the jobs of the one that lives on are not seen to their end by looking. */
async function checkCopy(parent: string, kind: JobKind, round: string): Promise<void> {
  const copy = join(parent, 'copy');
  await cp(join(parent, 'live'), join(copy, 'live'), { recursive: true });
  await cp(join(parent, 'buckets'), join(copy, 'buckets'), { recursive: true });
  const database = await openJobDatabase(
    join(copy, 'live', 'database.sqlite'),
    join(copy, 'buckets'),
  );
  try {
    await kind.check(database, round);
  } finally {
    await database.close();
    await rm(copy, { recursive: true });
  }
}
