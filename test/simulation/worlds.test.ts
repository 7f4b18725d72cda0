import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Trace } from './trace.ts';
import { WORLDS } from './worlds.ts';

const LONG = process.env['BRUME_TEST_LONG'] === '1';
const SEEDS = LONG ? 2000 : 30;
/** The long form looks elsewhere each time: the failure says where. */
const FIRST_SEED = LONG ? Math.floor(Math.random() * 2 ** 40) : 1;

for (const [name, run] of WORLDS) {
  test(`${name}: ${SEEDS} simulated worlds see nothing that must not be`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        await run(seed, () => {});
      } catch (error) {
        const replay = `node test/simulation/replay.ts ${seed} ${name}`;
        throw new Error(`${replay} (at commit ${commit()})`, { cause: error });
      }
    }
  });

  test(`${name}: a seed decides everything`, async () => {
    const [first, second] = [await traceHash(run, 7), await traceHash(run, 7)];
    assert.equal(first, second);
    assert.notEqual(first, await traceHash(run, 8));
  });
}

async function traceHash(
  run: (seed: number, trace: Trace) => Promise<void>,
  seed: number,
): Promise<string> {
  const hash = createHash('sha256');
  let lines = 0;
  await run(seed, (line) => {
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
