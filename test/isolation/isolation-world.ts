/**
 * Concurrent clients of DynamoDB in process, on a disk that loses its power: all that was answered in
 * all lives is of one history. One seed decides everything.
 */
import assert from 'node:assert/strict';
import { Simulation } from '../../packages/brume/src/environment/simulated.ts';
import { createDynamoDB } from '../../packages/brume/src/services/dynamodb/service.ts';
import { inLives } from '../simulation/scratch.ts';
import { openSimulatedStore, planPowerCut } from '../simulation/simulated-store.ts';
import type { Trace } from '../simulation/trace.ts';
import { serviceDatabase, TABLE_INPUT, type Database } from './database.ts';
import { Workload } from './workload.ts';

const LIVES = 3;
const CLIENTS = 6;
const STEPS_MAX = 250;
const PAUSE_MS_MAX = 8;

/** What is answered without power is answered to nobody. */
interface Life {
  readonly database: Database;
  powered: boolean;
}

export async function runIsolationWorld(seed: number, trace: Trace): Promise<void> {
  const simulation = new Simulation(seed);
  let life: Life | undefined;
  const workload = new Workload(async (operation, input) => {
    const asked = life as Life;
    const outcome = await asked.database(operation, input);
    if (!asked.powered) return { type: 'unknown' };
    trace(`${simulation.elapsedMs.toFixed(3)} ms ${operation} ${JSON.stringify([input, outcome])}`);
    return outcome;
  });
  await inLives(LIVES + 1, async (folder, next, at) => {
    trace(`life ${at}`);
    const isLast = at === LIVES;
    await simulation.run(
      live(simulation, folder, isLast ? undefined : next, async (begun, pause) => {
        life = begun;
        if (isLast) return workload.check();
        await createTable(begun);
        await workload.run(CLIENTS, simulation.prng.fork(), pause);
      }),
    );
  });
}

/** Until the power goes, whose remains are then in `next`. */
async function live(
  simulation: Simulation,
  folder: string,
  next: string | undefined,
  use: (life: Life, pause: () => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const environment = simulation.environment(folder);
  const store = await openSimulatedStore(environment);
  const log = { log: (_: string, message: string) => assert.fail(message) };
  const service = createDynamoDB({ store, environment, log });
  const life: Life = { database: serviceDatabase(service), powered: true };
  if (next !== undefined) {
    planPowerCut(environment, 1 + simulation.prng.below(STEPS_MAX), next, () => {
      life.powered = false;
    });
  }
  const { random, timers } = environment;
  await use(life, async () => {
    await new Promise<void>((resolve) => {
      timers.after(random.fraction() * PAUSE_MS_MAX, resolve);
    });
    return life.powered;
  });
  await service.close();
  await store.close();
}

/** The lives before may have lost the table, but only while nobody had heard of it. */
async function createTable({ database }: Life): Promise<void> {
  await database('CreateTable', TABLE_INPUT).catch((error: unknown) => {
    if (!String(error).includes('ResourceInUseException')) throw error;
  });
}
