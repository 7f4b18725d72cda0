/**
 * Concurrent clients over HTTP of a Brume that is killed at random moments and started again on what is
 * left: whatever was answered, before and after, is of one history.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../packages/brume/src/environment/prng.ts';
import { startBrume, temporaryFolder } from '../wire/brume-process.ts';
import { httpDatabase, TABLE_INPUT } from './database.ts';
import { Workload } from './workload.ts';

const LONG = process.env['BRUME_TEST_LONG'] === '1';
const KILLS = LONG ? 300 : 6;
const KILLS_OF_HISTORY = 6;
const CLIENTS = 8;
const STEPS_MAX = 400;

for (let history = 0; history < KILLS / KILLS_OF_HISTORY; history++) {
  // The seed decides what clients do and when Brume is killed, but not how far their calls are then.
  const seed = Number(process.env['BRUME_TEST_SEED'] ?? history + 1);
  test(`${KILLS_OF_HISTORY} kills leave one history (BRUME_TEST_SEED=${seed})`, async (t) => {
    const folder = await temporaryFolder(t);
    let brume = await startBrume(t, folder);
    const workload = new Workload(httpDatabase(() => brume.endpoint));
    const database = httpDatabase(() => brume.endpoint);
    await database('CreateTable', TABLE_INPUT);
    const prng = new Prng(seed);
    for (let kill = 0; kill < KILLS_OF_HISTORY; kill++) {
      let steps = 1 + prng.below(STEPS_MAX);
      let killed: Promise<unknown> | undefined;
      await workload.run(CLIENTS, prng.fork(), async () => {
        // The other clients are in the middle of theirs.
        if (--steps <= 0) killed ??= brume.stop('SIGKILL');
        return killed === undefined;
      });
      await killed;
      brume = await startBrume(t, folder);
    }
    await workload.check();
    assert.ok(workload.callCount > KILLS_OF_HISTORY * 20, `only ${workload.callCount} calls`);
    t.diagnostic(`${workload.callCount} calls`);
    await brume.stop();
  });
}
