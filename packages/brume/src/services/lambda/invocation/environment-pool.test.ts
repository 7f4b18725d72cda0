import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExecutionEnvironment } from '../execution-environment/execution-environment.ts';
import type { RuntimeInvocation } from '../runtime-api/runtime-state.ts';
import { EnvironmentPool } from './environment-pool.ts';

test('an environment that is on its way when its pool ends is ended, never started', async () => {
  const calls: string[] = [];
  const made = Promise.withResolvers<ExecutionEnvironment>();
  const pool = new EnvironmentPool(
    {
      create: () => made.promise,
      mayStart: () => true,
      changed: () => {},
      nowMs: () => 0,
      later: () => {},
    },
    3,
  );
  const invoked = pool.invoke({} as RuntimeInvocation);
  const ended = pool.end().then(() => calls.push('pool ended'));
  await assert.rejects(invoked, /closing/);
  assert.equal(calls.length, 0);
  const note = (call: string) => () => void calls.push(call);
  made.resolve({
    start: note('started'),
    end: note('environment ended'),
  } as unknown as ExecutionEnvironment);
  await ended;
  assert.deepEqual(calls, ['environment ended', 'pool ended']);
});
