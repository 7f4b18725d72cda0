import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Environment } from '../../../environment/environment.ts';
import { nodeEnvironment } from '../../../environment/node.ts';
import { prefixRange } from '../../../storage/key-encoding.ts';
import { EVENT_BACKOFF_MAX_MS, IDLE_CHECK_MS } from '../limits.ts';
import { startLambda, until, type TestLambda } from '../service.fixture.ts';

const FunctionName = 'fn';
/** Longer than the look for idle environments, shorter than the wait for a second attempt. */
const SKIPPED_MS = 2 * IDLE_CHECK_MS - 5000;

/** An environment in which a wait for another attempt is over at once. */
function skippingWaits(): Environment {
  const environment = nodeEnvironment();
  const { clock, timers } = environment;
  let skippedMs = 0;
  return {
    ...environment,
    clock: {
      nowMs: () => clock.nowMs() + skippedMs,
      monotonicMs: () => clock.monotonicMs(),
    },
    timers: {
      nextTurn: (task) => timers.nextTurn(task),
      after(delayMs, task) {
        const isAttempt = delayMs >= SKIPPED_MS && delayMs <= EVENT_BACKOFF_MAX_MS;
        if (!isAttempt) return timers.after(delayMs, task);
        return timers.after(1, () => {
          skippedMs += delayMs;
          task();
        });
      },
    },
  };
}

/** A function that writes each request id to a file, and fails as often as the event says. */
async function recording(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'brume-events-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'runs');
  const code = `
    import { appendFileSync, readFileSync } from 'node:fs';
    export const handler = async (event, context) => {
      appendFileSync(${JSON.stringify(file)}, context.awsRequestId + '\\n');
      const runs = readFileSync(${JSON.stringify(file)}, 'utf8').trim().split('\\n').length;
      if (runs <= event.failures) throw new Error('not yet');
    };`;
  const runs = async () =>
    (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return { files: { 'index.mjs': code }, runs };
}

const event = (failures: number) => ({
  FunctionName,
  InvocationType: 'Event' as const,
  Payload: Buffer.from(JSON.stringify({ failures })),
});

test('an event is accepted at once and runs', async (t) => {
  const lambda = await startLambda(t);
  const { files, runs } = await recording(t);
  await lambda.create(FunctionName, files);
  const { StatusCode, Payload, ExecutedVersion } = await lambda.call('Invoke', event(0));
  assert.deepEqual(
    { StatusCode, ExecutedVersion },
    { StatusCode: 202, ExecutedVersion: undefined },
  );
  assert.equal(Payload?.length, 0);
  await until(async () => (await runs()).length === 1);
});

test('an event whose function fails is tried three times, with one request id', async (t) => {
  const environment = skippingWaits();
  const lambda = await startLambda(t, { environment });
  const { files, runs } = await recording(t);
  await lambda.create(FunctionName, files, { Timeout: 10 });
  await lambda.call('Invoke', event(5));
  await until(() => lambda.logged.includes('warn An event is given up'));
  const ids = await runs();
  assert.equal(ids.length, 3);
  assert.equal(new Set(ids).size, 1);
});

test('an event that succeeds at the second attempt is not tried again', async (t) => {
  const lambda = await startLambda(t, { environment: skippingWaits() });
  const { files, runs } = await recording(t);
  await lambda.create(FunctionName, files, { Timeout: 10 });
  await lambda.call('Invoke', event(1));
  await until(async () => (await runs()).length === 2 && (await queued(lambda)) === 0);
  assert.ok(!lambda.logged.includes('warn An event is given up'));
});

test('an event that was accepted runs after a restart', async (t) => {
  const { files, runs } = await recording(t);
  const first = await startLambda(t);
  const { store, blobs } = first;
  await first.create(FunctionName, files);
  await first.service.close();
  await first.call('Invoke', event(0));
  assert.equal(await queued(first), 1);
  await startLambda(t, { store, blobs });
  await until(async () => (await runs()).length === 1);
});

test('an event for a function that is not there is refused; one that is gone ends', async (t) => {
  const lambda = await startLambda(t);
  await assert.rejects(lambda.call('Invoke', event(0)), { code: 'ResourceNotFoundException' });
  const { files, runs } = await recording(t);
  await lambda.create(FunctionName, files);
  await lambda.call('Invoke', event(1));
  await until(async () => (await runs()).length === 1);
  await lambda.call('DeleteFunction', { FunctionName });
  const { store, blobs } = lambda;
  await lambda.service.close();
  const second = await startLambda(t, { store, blobs, environment: skippingWaits() });
  await until(async () => (await queued(second)) === 0);
  assert.equal((await runs()).length, 1);
});

test('the attempts and the age of an event are those of its configuration', async (t) => {
  const lambda = await startLambda(t, { environment: skippingWaits() });
  const { files, runs } = await recording(t);
  await lambda.create(FunctionName, files, { Timeout: 10 });
  const configure = (settings: object) =>
    lambda.call('PutFunctionEventInvokeConfig', { FunctionName, ...settings });
  const givenUp = () => lambda.logged.filter((line) => line === 'warn An event is given up').length;
  await configure({ MaximumRetryAttempts: 0 });
  await lambda.call('Invoke', event(9));
  await until(() => givenUp() === 1);
  assert.equal((await runs()).length, 1);
  await configure({ MaximumRetryAttempts: 1 });
  await lambda.call('Invoke', event(9));
  await until(() => givenUp() === 2);
  assert.equal((await runs()).length, 3);
  // The first retry would be a minute after the failure: too late.
  await configure({ MaximumEventAgeInSeconds: 60 });
  await lambda.call('Invoke', event(9));
  await until(() => givenUp() === 3);
  assert.equal((await runs()).length, 4);
});

test('an event of more than 1 MB is refused', async (t) => {
  const lambda = await startLambda(t);
  const Payload = Buffer.from(JSON.stringify('x'.repeat(1024 * 1024)));
  await lambda.create(FunctionName, { 'index.mjs': '' });
  await assert.rejects(lambda.call('Invoke', { ...event(0), Payload }), {
    code: 'RequestEntityTooLargeException',
    message:
      '1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
  });
});

async function queued({ store }: TestLambda): Promise<number> {
  return (await store.range({ ...prefixRange(['lambda', 'events']), limit: 10 })).length;
}
