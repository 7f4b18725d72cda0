import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { nodeEnvironment } from '../../../environment/node.ts';
import { ENVIRONMENT_IDLE_MS, IDLE_CHECK_MS } from '../limits.ts';
import { isRunning, startLambda, until } from '../service.fixture.ts';

const FILES = {
  'index.mjs':
    'let n = 0; export const handler = async (e) => { console.log("runs"); if (e.ms) await new Promise((r) => setTimeout(r, e.ms)); return { pid: process.pid, n: n++ }; };',
};

interface Run {
  readonly pid: number;
  readonly n: number;
}

test('an environment that was idle for long is ended, and only then', async (t) => {
  const { clock, timers, ...rest } = nodeEnvironment();
  let elapsedMs = 0;
  const checks: (() => void)[] = [];
  const lambda = await startLambda(t, {
    environment: {
      ...rest,
      clock: { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs() + elapsedMs },
      timers: {
        nextTurn: (task) => timers.nextTurn(task),
        after(delayMs, task) {
          if (delayMs === IDLE_CHECK_MS) checks.push(task);
          return timers.after(delayMs, task);
        },
      },
    },
  });
  await lambda.create('fn', FILES);
  const { pid } = (await lambda.invoke('fn')).payload as Run;
  // An environment is idle a moment after its answer.
  const checkOften = async () => {
    for (let i = 0; i < 20; i++) {
      checks.shift()?.();
      await setTimeout(2);
    }
  };
  elapsedMs = ENVIRONMENT_IDLE_MS / 2;
  await checkOften();
  assert.deepEqual((await lambda.invoke('fn')).payload, { pid, n: 1 });
  elapsedMs += ENVIRONMENT_IDLE_MS / 2 + 1;
  await checkOften();
  assert.deepEqual((await lambda.invoke('fn')).payload, { pid, n: 2 });
  await checkOften();
  elapsedMs += ENVIRONMENT_IDLE_MS + 1;
  await checkOften();
  await until(() => !isRunning(pid));
  assert.equal(((await lambda.invoke('fn')).payload as Run).n, 0);
});

test('at the limit the environment that was idle longest makes room', async (t) => {
  const lambda = await startLambda(t, { environmentsMax: 2 });
  for (const name of ['a', 'b', 'c']) await lambda.create(name, FILES);
  const run = async (name: string) => (await lambda.invoke(name)).payload as Run;
  const [a, b] = [await run('a'), await run('b')];
  await run('c');
  await until(() => !isRunning(a.pid));
  assert.deepEqual(await run('b'), { pid: b.pid, n: 1 });
});

test('at the limit invocations wait until an environment is free, of another function too', async (t) => {
  const lambda = await startLambda(t, { environmentsMax: 1 });
  for (const name of ['a', 'b']) await lambda.create(name, FILES);
  const names = ['a', 'a', 'b', 'a', 'b'];
  const runs = await Promise.all(names.map((name) => lambda.invoke(name, { ms: 20 })));
  assert.ok(runs.every(({ functionError }) => functionError === undefined));
});

test('closing ends what runs, and refuses what comes', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', FILES);
  const { pid } = (await lambda.invoke('fn')).payload as Run;
  lambda.logged.length = 0;
  const running = lambda.invoke('fn', { ms: 60_000 });
  await until(() => lambda.logged.some((line) => line.endsWith('\truns')));
  await lambda.service.close();
  assert.equal((await running).functionError, 'Unhandled');
  await until(() => !isRunning(pid));
  await assert.rejects(lambda.invoke('fn'), /Brume is closing/);
});
