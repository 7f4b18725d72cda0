import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { runWorld } from './world.ts';

const LONG = process.env['BRUME_TEST_LONG'] === '1';
const SEEDS = LONG ? 2000 : 30;
/** The long form looks elsewhere each time: the failure says where. */
const FIRST_SEED = LONG ? Math.floor(Math.random() * 2 ** 40) : 1;

test(`${SEEDS} simulated worlds see nothing that must not be`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    try {
      await runWorld(seed, () => {});
    } catch (error) {
      const replay = `node test/simulation/replay.ts ${seed}`;
      throw new Error(`${replay} (at commit ${commit()})`, { cause: error });
    }
  }
});

test('a seed decides everything: the same one gives the same trace', async () => {
  const [first, second] = [await traceHash(7), await traceHash(7)];
  assert.equal(first, second);
  assert.notEqual(first, await traceHash(8));
});

async function traceHash(seed: number): Promise<string> {
  const hash = createHash('sha256');
  let lines = 0;
  await runWorld(seed, (line) => {
    hash.update(`${line}\n`);
    lines++;
  });
  assert.ok(lines > 50, `only ${lines} lines: not much of a world`);
  return hash.digest('hex');
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    // No repository: a released copy.
    return 'unknown';
  }
}
