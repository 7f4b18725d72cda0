/** Durable functions, written with AWS's own SDK for them, through the real client. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  CheckpointDurableExecutionCommand,
  CreateFunctionCommand,
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
  ListDurableExecutionsByFunctionCommand,
  PublishVersionCommand,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
  StopDurableExecutionCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';

const Role = 'arn:aws:iam::000000000000:role/r';
const SDK = createRequire(import.meta.url).resolve('@aws/durable-execution-sdk-js');
const ARN =
  /^arn:aws:lambda:us-east-1:000000000000:function:[\w-]+:1\/durable-execution\/[\w-]+\/[\w-]+$/;

async function cloud(t: TestContext, config: Partial<Config> = { memory: true }) {
  const brume = await createBrume({ port: 0, ...config });
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  t.after(() => client.destroy());
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= brume.close());
  t.after(stop);
  const moveClock = (minutes: number) =>
    fetch(`${endpoint}/_brume/clock`, {
      method: 'POST',
      body: JSON.stringify({ advanceMs: minutes * 60_000 }),
    });
  return { client, endpoint, moveClock, stop };
}

/** Creates version 1 of a function whose handler is made by AWS's SDK. */
async function create(client: LambdaClient, FunctionName: string, body: string, timeout = 600) {
  const code = `
    const { withDurableExecution } = require('./sdk.cjs');
    exports.handler = withDurableExecution(async (event, context) => { ${body} });`;
  const files = { 'index.js': code, 'sdk.cjs': await readFile(SDK, 'utf8') };
  await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 60,
      Code: { ZipFile: zipFiles(files) },
      DurableConfig: { ExecutionTimeout: timeout, RetentionPeriodInDays: 1 },
    }),
  );
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName });
  await client.send(new PublishVersionCommand({ FunctionName }));
  return `${FunctionName}:1`;
}

async function invoke(
  client: LambdaClient,
  FunctionName: string,
  event: unknown = {},
  name?: string,
) {
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await client.send(
    new InvokeCommand({ FunctionName, Payload, DurableExecutionName: name }),
  );
  const payload: unknown = JSON.parse(answer.Payload?.transformToString() ?? '');
  return { ...answer, payload };
}

async function begin(client: LambdaClient, FunctionName: string, event: unknown = {}) {
  const Payload = Buffer.from(JSON.stringify(event));
  const input = { FunctionName, Payload, InvocationType: 'Event' } as const;
  const answer = await client.send(new InvokeCommand(input));
  assert.equal(answer.StatusCode, 202);
  assert.match(answer.DurableExecutionArn ?? '', ARN);
  return answer.DurableExecutionArn;
}

const get = (client: LambdaClient, DurableExecutionArn: string | undefined) =>
  client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));

async function history(client: LambdaClient, DurableExecutionArn: string | undefined) {
  const input = { DurableExecutionArn, IncludeExecutionData: true };
  const { Events = [] } = await client.send(new GetDurableExecutionHistoryCommand(input));
  return Events;
}

async function eventually<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await setTimeout(20);
  }
}

const ended = (client: LambdaClient, arn: string | undefined) =>
  eventually(async () => {
    const execution = await get(client, arn);
    return execution.Status === 'RUNNING' ? undefined : execution;
  });

const openCallback = (client: LambdaClient, arn: string | undefined) =>
  eventually(async () => {
    const events = await history(client, arn);
    return events.find(({ EventType }) => EventType === 'CallbackStarted')?.CallbackStartedDetails
      ?.CallbackId;
  });

test('steps run once each, in one execution of several invocations', async (t) => {
  const { client } = await cloud(t);
  const name = await create(
    client,
    'steps',
    `const first = await context.step('first', async () => event.n + 1);
     await context.wait('pause', { seconds: 1 });
     const second = await context.step('second', async () => first * 10);
     return { first, second };`,
  );
  const answer = await invoke(client, name, { n: 1 }, 'order-1');
  assert.deepEqual(answer.payload, { first: 2, second: 20 });
  assert.equal(answer.FunctionError, undefined);
  const arn = answer.DurableExecutionArn;
  assert.match(arn ?? '', /\/durable-execution\/order-1\//);

  const execution = await get(client, arn);
  assert.equal(execution.Status, 'SUCCEEDED');
  assert.equal(execution.InputPayload, '{"n":1}');
  assert.equal(execution.Result, '{"first":2,"second":20}');
  assert.deepEqual(execution.DurableConfig, { ExecutionTimeout: 600, RetentionPeriodInDays: 1 });
  const events = await history(client, arn);
  const types = events.map(({ EventType }) => EventType);
  const steps = types.filter((type) => type !== 'InvocationCompleted');
  assert.deepEqual(steps, [
    'ExecutionStarted',
    'StepStarted',
    'StepSucceeded',
    'WaitStarted',
    'WaitSucceeded',
    'StepStarted',
    'StepSucceeded',
    'ExecutionSucceeded',
  ]);
  assert.deepEqual(
    events.map(({ EventId }) => EventId),
    events.map((_, at) => at + 1),
  );
  const stepped = events.find(
    ({ Name, EventType }) => Name === 'first' && EventType === 'StepSucceeded',
  );
  assert.equal(stepped?.StepSucceededDetails?.Result?.Payload, '2');

  // The same name and payload are the same execution; another payload is refused.
  assert.equal((await invoke(client, name, { n: 1 }, 'order-1')).DurableExecutionArn, arn);
  await assert.rejects(invoke(client, name, { n: 2 }, 'order-1'), {
    name: 'DurableExecutionAlreadyStartedException',
  });
  const list = new ListDurableExecutionsByFunctionCommand({
    FunctionName: 'steps',
    Statuses: ['SUCCEEDED'],
  });
  const { DurableExecutions = [] } = await client.send(list);
  assert.deepEqual(
    DurableExecutions.map(({ DurableExecutionArn }) => DurableExecutionArn),
    [arn],
  );
});

test('a step is tried again after its delay; an error that remains is that of the execution', async (t) => {
  const { client, moveClock } = await cloud(t);
  const name = await create(
    client,
    'retries',
    `return context.step('flaky', async ({ attempt }) => {
       if (attempt < event.succeedAt) throw new RangeError('attempt ' + attempt);
       return attempt;
     }, { retryStrategy: (error, attempt) => ({ shouldRetry: attempt < 3, delay: { hours: 1 } }) });`,
    36_000,
  );
  const tried = (arn: string | undefined, times: number) =>
    eventually(async () => {
      const events = await history(client, arn);
      const done = events.filter(({ EventType }) => EventType === 'InvocationCompleted').length;
      const failures = events.filter(({ EventType }) => EventType === 'StepFailed').length;
      return (failures >= times && done >= times) || undefined;
    });
  const good = await begin(client, name, { succeedAt: 2 });
  const bad = await begin(client, name, { succeedAt: 9 });
  await Promise.all([tried(good, 1), tried(bad, 1)]);
  await moveClock(60);
  assert.equal((await ended(client, good)).Result, '2');
  await tried(bad, 2);
  await moveClock(60);
  const { Status, Error: error } = await ended(client, bad);
  assert.equal(Status, 'FAILED');
  assert.match(error?.ErrorMessage ?? '', /attempt 3/);
});

test('callbacks: answered, failed, kept alive, too late', async (t) => {
  const { client, moveClock } = await cloud(t);
  const name = await create(
    client,
    'approval',
    `const [promise] = await context.createCallback('approve', {
       timeout: { hours: 2 }, heartbeatTimeout: { hours: 1 } });
     return await promise;`,
    36_000,
  );
  const approved = await begin(client, name);
  const id = await openCallback(client, approved);
  const Result = Buffer.from('"yes"');
  await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId: id, Result }));
  assert.equal((await ended(client, approved)).Status, 'SUCCEEDED');
  await assert.rejects(
    client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId: id, Result })),
    { name: 'CallbackTimeoutException' },
  );

  const refused = await begin(client, name);
  const CallbackId = await openCallback(client, refused);
  const failure = { CallbackId, Error: { ErrorMessage: 'no', ErrorType: 'Refused' } };
  await client.send(new SendDurableExecutionCallbackFailureCommand(failure));
  assert.equal((await ended(client, refused)).Error?.ErrorMessage, 'no');

  const late = await begin(client, name);
  const alive = { CallbackId: await openCallback(client, late) };
  await moveClock(50);
  await client.send(new SendDurableExecutionCallbackHeartbeatCommand(alive));
  await moveClock(50);
  assert.equal((await get(client, late)).Status, 'RUNNING');
  await moveClock(30);
  assert.equal((await ended(client, late)).Status, 'FAILED');
  const events = (await history(client, late)).map(({ EventType }) => EventType);
  assert.ok(events.includes('CallbackTimedOut'));
});

test('executions of another account are out of reach, for who knows their names too', async (t) => {
  const { client, endpoint } = await cloud(t);
  const body = 'const [promise] = await context.createCallback("go"); return promise;';
  const DurableExecutionArn = await begin(client, await create(client, 'mine', body));
  const CallbackId = await openCallback(client, DurableExecutionArn);
  const credentials = { accessKeyId: '111111111111', secretAccessKey: 'test' };
  const other = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  t.after(() => other.destroy());
  const denied = { name: 'AccessDeniedException' };
  await assert.rejects(get(other, DurableExecutionArn), denied);
  await assert.rejects(history(other, DurableExecutionArn), denied);
  const stop = new StopDurableExecutionCommand({ DurableExecutionArn });
  await assert.rejects(other.send(stop), denied);
  const answer = new SendDurableExecutionCallbackSuccessCommand({ CallbackId });
  await assert.rejects(other.send(answer), denied);
  assert.equal((await get(client, DurableExecutionArn)).Status, 'RUNNING');
  await client.send(answer);
  assert.equal((await ended(client, DurableExecutionArn)).Status, 'SUCCEEDED');
});

test('parallel branches, child contexts and other functions', async (t) => {
  const { client } = await cloud(t);
  const child = await create(
    client,
    'child',
    `await context.wait({ seconds: 1 }); return event.n * 2;`,
  );
  const name = await create(
    client,
    'parent',
    `const results = await context.map([1, 2, 3], async (context, n) =>
       context.invoke('double ' + n, '${child}', { n }));
     const sum = await context.runInChildContext('sum', async (inner) =>
       inner.step(async () => results.getResults().reduce((a, b) => a + b)));
     return sum;`,
  );
  const answer = await invoke(client, name);
  assert.equal(answer.payload, 12);
  const chained = (await history(client, answer.DurableExecutionArn)).filter(
    ({ EventType }) => EventType === 'ChainedInvokeSucceeded',
  );
  assert.equal(chained.length, 3);
});

test('an execution ends by its time, or by a word', async (t) => {
  const { client, moveClock } = await cloud(t);
  const name = await create(client, 'long', `await context.wait({ days: 30 });`, 3600);
  const stopped = await begin(client, name);
  const late = await begin(client, name);
  const Error = { ErrorMessage: 'enough', ErrorType: 'Operator' };
  const input = { DurableExecutionArn: stopped, Error };
  const { StopTimestamp } = await client.send(new StopDurableExecutionCommand(input));
  const execution = await get(client, stopped);
  assert.equal(execution.Status, 'STOPPED');
  assert.deepEqual(execution.EndTimestamp, StopTimestamp);
  assert.deepEqual(execution.Error, Error);
  await moveClock(60);
  assert.equal((await ended(client, late)).Status, 'TIMED_OUT');
  // A day later nothing is left of either.
  await moveClock(2 * 24 * 60);
  await eventually(async () => {
    const forgotten = await get(client, late).then(
      () => undefined,
      (error: Error) => error.name,
    );
    return forgotten === 'ResourceNotFoundException' || undefined;
  });
});

test('an execution goes on where it was when Brume starts again', async (t) => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'brume-durable-'));
  t.after(() => rm(dataFolder, { recursive: true, force: true }));
  const before = await cloud(t, { dataFolder });
  const name = await create(
    before.client,
    'again',
    `const first = await context.step(async () => process.hrtime.bigint().toString());
     const [promise] = await context.createCallback('go');
     await promise;
     return { first, again: await context.step(async () => 'done') };`,
  );
  const arn = await begin(before.client, name);
  const CallbackId = await openCallback(before.client, arn);
  const noted = (await history(before.client, arn)).find(
    ({ EventType }) => EventType === 'StepSucceeded',
  )?.StepSucceededDetails?.Result?.Payload;
  await before.stop();

  const after = await cloud(t, { dataFolder });
  await after.client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId }));
  const { Result, Status } = await ended(after.client, arn);
  assert.equal(Status, 'SUCCEEDED');
  assert.deepEqual(JSON.parse(Result ?? ''), { first: JSON.parse(noted ?? ''), again: 'done' });
});

test('what is refused', async (t) => {
  const { client } = await cloud(t);
  const name = await create(client, 'picky', `await context.wait({ hours: 1 });`, 3600);
  await assert.rejects(invoke(client, 'picky'), /using an unqualified ARN/);
  await assert.rejects(invoke(client, name), /executionTimeout greater than 15 minutes/);
  const arn = await begin(client, name);
  const checkpoint = { DurableExecutionArn: arn, CheckpointToken: 'bm9uZQ==' };
  await assert.rejects(client.send(new CheckpointDurableExecutionCommand(checkpoint)), {
    name: 'InvalidParameterValueException',
    message: 'Invalid Checkpoint Token',
  });
  await assert.rejects(get(client, `${arn}0`), { name: 'ResourceNotFoundException' });
  const plain = new CreateFunctionCommand({
    FunctionName: 'plain',
    Role,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipFiles({ 'index.js': 'exports.handler = async () => {};' }) },
  });
  await client.send(plain);
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName: 'plain' });
  await assert.rejects(invoke(client, 'plain', {}, 'named'), /is not durable/);
});
