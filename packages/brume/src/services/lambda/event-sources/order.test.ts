/**
 * Whatever fails, and whenever Brume is killed: no record is left out, records of a key come in their
 * order, and a record is never tried more often than its mapping says.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../environment/prng.ts';
import { NotInvoked, World, type TestEvent } from './event-sources.fixture.ts';
import type { MappingSettings } from './mapping-record.ts';

const RUNS = process.env['BRUME_TEST_LONG'] === '1' ? 3000 : 60;
const SEED = Number(process.env['BRUME_TEST_SEED'] ?? Date.now() % 1_000_000);

function randomSettings(chance: Prng): Partial<MappingSettings> {
  const isWindowed = chance.fraction() < 0.2;
  return {
    BatchSize: 1 + Math.floor(chance.fraction() * 8),
    MaximumBatchingWindowInSeconds: chance.fraction() < 0.3 ? 2 : 0,
    ParallelizationFactor: isWindowed ? 1 : 1 + Math.floor(chance.fraction() * 4),
    BisectBatchOnFunctionError: chance.fraction() < 0.5,
    FunctionResponseTypes: chance.fraction() < 0.5 ? ['ReportBatchItemFailures'] : [],
    MaximumRetryAttempts: Math.floor(chance.fraction() * 4) - 1,
    TumblingWindowInSeconds: isWindowed ? 5 : 0,
  };
}

/** Puts, resharding, kills and changes of the mapping, all at random times. */
async function disturb(world: World, chance: Prng, isDisturbed: boolean): Promise<number> {
  let [count, open] = [0, 0];
  for (let step = 0; step < 15; step++) {
    const keys = Array.from({ length: Math.floor(chance.fraction() * 12) }, () => {
      return `k${Math.floor(chance.fraction() * 6)}`;
    });
    world.stream.put(keys, { shard: String(open) });
    count += keys.length;
    if (chance.fraction() < 0.2) {
      world.stream.open(String(open + 1), String(open));
      world.stream.close(String(open++));
    }
    await world.pass(chance.fraction() * 3000);
    if (isDisturbed && chance.fraction() < 0.3) world.restart();
    else if (
      isDisturbed &&
      chance.fraction() < 0.2 &&
      !world.mapping.settings.TumblingWindowInSeconds
    ) {
      const ParallelizationFactor = 1 + Math.floor(chance.fraction() * 4);
      const settings = { ...world.mapping.settings, ParallelizationFactor };
      await world.map({ settings, state: 'Updating' });
    }
  }
  return count;
}

async function play(seed: number): Promise<void> {
  const chance = new Prng(seed);
  const isDisturbed = chance.fraction() < 0.5;
  // Who is disturbed may give a record up twice, or give up what was done: that cannot be counted.
  const settings = { ...randomSettings(chance), ...(isDisturbed && { MaximumRetryAttempts: -1 }) };
  const done: number[] = [];
  const keyOf = new Map<number, string>();
  const tries = new Map<number, number>();
  const behave = async ({ Records }: TestEvent) => {
    if (chance.fraction() < 0.1) throw new NotInvoked('Rate Exceeded.');
    for (const { n, key } of Records) {
      keyOf.set(n, key);
      tries.set(n, (tries.get(n) ?? 0) + 1);
    }
    const took = chance.fraction() * 400;
    await new Promise<void>((resolve) => world.simulation.timers.after(took, resolve));
    if (chance.fraction() < 0.2) throw new Error('failing');
    const reports = settings.FunctionResponseTypes?.length === 1;
    const failedAt = reports && chance.fraction() < 0.3 ? Math.floor(chance.fraction() * 8) : -1;
    const failed = Records[failedAt];
    for (const { n } of failed ? Records.slice(0, failedAt) : Records) done.push(n);
    return { state: {}, batchItemFailures: failed ? [{ itemIdentifier: `r${failed.n}` }] : [] };
  };
  const world = new World(settings, behave, seed);
  await world.map();
  const count = await disturb(world, chance, isDisturbed);
  const isOver = () => new Set(done).size + givenUp(world) === count;
  await world.until(isOver, 3_600_000);
  await world.simulation.run(world.close());

  for (const key of new Set(keyOf.values())) {
    const seen = [...new Set(done)].filter((n) => keyOf.get(n) === key);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
      `records of ${key} out of order`,
    );
  }
  if (isDisturbed) return;
  assert.equal(new Set(done).size, done.length, 'a record was done twice');
  const retries = settings.MaximumRetryAttempts ?? -1;
  if (retries < 0) return assert.equal(givenUp(world), 0);
  // Each time that a batch is split, its records are tried once more: at most 3 times from 8 to 1, and
  // at each record where the function splits.
  const splits = settings.BisectBatchOnFunctionError ? 8 : 0;
  for (const [n, times] of tries) assert.ok(times <= 1 + retries + splits, `${n}: ${times} tries`);
}

/** How many records were given up. */
function givenUp({ discarded }: World): number {
  return discarded.reduce((sum, { DDBStreamBatchInfo }) => {
    return sum + (DDBStreamBatchInfo as { batchSize: number }).batchSize;
  }, 0);
}

test(`${RUNS} random streams, functions and disturbances`, async () => {
  for (let seed = SEED; seed < SEED + RUNS; seed++) {
    await play(seed).catch((error: unknown) => {
      throw new Error(`BRUME_TEST_SEED=${seed}`, { cause: error });
    });
  }
});
