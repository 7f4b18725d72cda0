/**
 * Kills a process at random moments while it writes to a table and follows the table's stream: all that
 * was acknowledged reaches the function, records of a key in their order, however often some come again.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';

const KILLS = process.env['BRUME_TEST_LONG'] === '1' ? 200 : 6;
const RUN_MS_MAX = 300;
const FOLLOWER = join(import.meta.dirname, 'event-source-follower.ts');

test(`${KILLS} kills leave out no record, and bring none out of order`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'brume-event-sources-'));
  const words = [FOLLOWER, join(folder, 'database.sqlite'), join(folder, 'output')] as const;
  try {
    for (let kill = 0; kill < KILLS; kill++) await runUntilKilled(words);
    const killed = check(await readFile(words[2], 'utf8'));
    const { acknowledged } = killed;
    // What was delivered and noted need not come again.
    const wanted = [...acknowledged]
      .filter(([caller, number]) => (killed.delivered.get(caller) ?? 0) < number)
      .map(([caller, number]) => `${caller} ${number}`);
    if (wanted.length > 0) await runToEnd([...words, wanted.join(',')]);
    const { delivered, again } = check(await readFile(words[2], 'utf8'));
    for (const [caller, number] of acknowledged) {
      assert.ok((delivered.get(caller) ?? 0) >= number, 'an acknowledged write was not delivered');
    }
    assert.ok(acknowledged.size > 0 && delivered.size > 0, 'nothing was written');
    const count = [...delivered.values()].reduce((sum, number) => sum + number, 0);
    assert.ok(again < count, `${again} of ${count} records came again: checkpoints do not help`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** The last number of each caller that was written, and that was seen; none was left out between. */
function check(output: string) {
  const acknowledged = new Map<string, number>();
  const delivered = new Map<string, number>();
  let again = 0;
  for (const line of output.split('\n').slice(0, -1)) {
    const [what, caller = '', text] = line.split(' ');
    const number = Number(text);
    if (what === 'put') acknowledged.set(caller, number);
    else {
      const last = delivered.get(caller) ?? 0;
      assert.ok(number <= last + 1, `${caller}: ${number} came after ${last}`);
      if (number <= last) again++;
      delivered.set(caller, Math.max(last, number));
    }
  }
  return { acknowledged, delivered, again };
}

async function runUntilKilled(words: readonly [string, string, string]): Promise<void> {
  const before = await readFile(words[2], 'utf8').catch(() => '');
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  const hasWritten = async () =>
    existsSync(words[2]) && (await readFile(words[2], 'utf8')).length > before.length;
  while (child.exitCode === null && !(await hasWritten())) await delay(5);
  await delay(Math.random() * RUN_MS_MAX);
  assert.ok(child.kill('SIGKILL'), 'the follower ended by itself');
  await exited;
}

async function runToEnd(words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, 0);
}
