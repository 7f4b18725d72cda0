/**
 * Takes the power from a simulated disk at moments that the seed decides, under load, and opens what
 * is left with the real engine: all that was acknowledged is there and nothing is half there. Each
 * seed has several lives, one on the remains of the other.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Simulation } from '../../packages/brume/src/environment/simulated.ts';
import type { SimulatedEnvironment } from '../../packages/brume/src/environment/simulated.ts';
import { inLives } from '../simulation/scratch.ts';
import { openSimulatedStore, planPowerCut } from '../simulation/simulated-store.ts';
import { CALLERS, checkLedger, makeTransaction } from './ledger.ts';

const FIRST_SEED = Number(process.env['BRUME_TEST_SEED'] ?? 1);
const SEEDS = process.env['BRUME_TEST_LONG'] === '1' ? 1000 : 25;
const LIVES = 5;
const STEPS_MAX = 120;
const PAUSE_MS_MAX = 10;

test(`${SEEDS * LIVES} power cuts under load lose nothing that was acknowledged`, async () => {
  let made = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    try {
      made += await liveAndDie(seed);
    } catch (error) {
      throw new Error(`replay with BRUME_TEST_SEED=${seed}`, { cause: error });
    }
  }
  assert.ok(made > SEEDS * LIVES * 50, `only ${made} transactions: no load to speak of`);
});

async function liveAndDie(seed: number): Promise<number> {
  const simulation = new Simulation(seed);
  let counts: number[] = [];
  await inLives(LIVES, async (folder, next) => {
    counts = await simulation.run(liveOnce(simulation, folder, next, counts));
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Returns what was acknowledged before the power went. */
async function liveOnce(
  simulation: Simulation,
  folder: string,
  next: string,
  acknowledged: readonly number[],
): Promise<number[]> {
  const environment = simulation.environment(folder);
  const store = await openSimulatedStore(environment);
  const counts = await checkLedger(store, acknowledged);
  const power = { on: true };
  planPowerCut(environment, 1 + simulation.prng.below(STEPS_MAX), next, () => (power.on = false));
  const calling = async (caller: number) => {
    while (power.on) {
      await pause(environment);
      const number = await makeTransaction(store, caller);
      // What is heard after the cut was never said.
      if (power.on) counts[caller] = number;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => calling(caller)));
  await store.close();
  return counts;
}

/** So that the callers do not march in step: some commit while others wait for a sync. */
function pause({ random, timers }: SimulatedEnvironment): Promise<void> {
  return new Promise((resolve) => {
    timers.after(random.fraction() * PAUSE_MS_MAX, resolve);
  });
}
