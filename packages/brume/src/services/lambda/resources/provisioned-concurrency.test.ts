/** Environments that are kept initialised: how many there are, who gets them, and what they cost. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ARN, startLambda, until, type TestLambda } from '../service.fixture.ts';

const FunctionName = 'fn';

/** A function that tells how its environment came to be, and waits for a file where it is told to. */
const CODE = {
  'index.mjs': `
    import { existsSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { randomUUID } from 'node:crypto';
    const id = randomUUID();
    export const handler = async ({ until }) => {
      while (until && !existsSync(until)) await setTimeout(5);
      return { id, type: process.env.AWS_LAMBDA_INITIALIZATION_TYPE };
    };`,
};

async function published(t: TestContext, code: Record<string, string> = CODE) {
  const lambda = await startLambda(t);
  await lambda.create(FunctionName, code, { Timeout: 60 });
  await lambda.call('PublishVersion', { FunctionName });
  return lambda;
}

const put = (lambda: TestLambda, count: number, Qualifier = '1') =>
  lambda.call('PutProvisionedConcurrencyConfig', {
    FunctionName,
    Qualifier,
    ProvisionedConcurrentExecutions: count,
  });

const get = (lambda: TestLambda, Qualifier = '1') =>
  lambda.call('GetProvisionedConcurrencyConfig', { FunctionName, Qualifier });

const ready = (lambda: TestLambda, Qualifier = '1') =>
  until(async () => (await get(lambda, Qualifier)).Status === 'READY');

async function call(lambda: TestLambda, Qualifier: string, event: object = {}) {
  const Payload = Buffer.from(JSON.stringify(event));
  const result = await lambda.call('Invoke', { FunctionName, Qualifier, Payload });
  return JSON.parse(Buffer.from(result.Payload ?? []).toString()) as { id: string; type: string };
}

test('a version has environments before it is invoked, and others when they are all busy', async (t) => {
  const lambda = await published(t);
  const folder = await mkdtemp(join(tmpdir(), 'brume-provisioned-'));
  t.after(() => rm(folder, { recursive: true }));
  const gate = join(folder, 'open');
  const { Status, AllocatedProvisionedConcurrentExecutions: none } = await put(lambda, 1);
  assert.deepEqual([Status, none], ['IN_PROGRESS', 0]);
  await ready(lambda);
  const first = call(lambda, '1', { until: gate });
  assert.equal((await call(lambda, '1')).type, 'on-demand');
  await writeFile(gate, '');
  assert.equal((await first).type, 'provisioned-concurrency');
  assert.deepEqual(await call(lambda, '1'), await first);
  assert.equal((await call(lambda, '$LATEST')).type, 'on-demand');
});

test('an alias takes its environments along when it moves', async (t) => {
  const lambda = await published(t);
  const Name = 'live';
  await lambda.call('CreateAlias', { FunctionName, Name, FunctionVersion: '1' });
  await put(lambda, 1, Name);
  await ready(lambda, Name);
  const before = await call(lambda, Name);
  assert.equal(before.type, 'provisioned-concurrency');
  assert.equal((await call(lambda, '1')).type, 'on-demand');
  await lambda.call('UpdateFunctionConfiguration', { FunctionName, Description: 'new' });
  await lambda.call('PublishVersion', { FunctionName });
  await lambda.call('UpdateAlias', { FunctionName, Name, FunctionVersion: '2' });
  await ready(lambda, Name);
  const after = await call(lambda, Name);
  assert.equal(after.type, 'provisioned-concurrency');
  assert.notEqual(after.id, before.id);
  await lambda.call('DeleteAlias', { FunctionName, Name });
  const list = await lambda.call('ListProvisionedConcurrencyConfigs', { FunctionName });
  assert.deepEqual(list.ProvisionedConcurrencyConfigs, []);
  assert.equal((await call(lambda, '2')).type, 'on-demand');
});

test('code that fails while it is initialised makes the configuration fail', async (t) => {
  const lambda = await published(t, { 'index.mjs': "throw new Error('no');" });
  await put(lambda, 2);
  await until(async () => (await get(lambda)).Status === 'FAILED');
  assert.equal((await get(lambda)).StatusReason, 'FUNCTION_ERROR_INIT_FAILURE');
});

test('an environment that ends is replaced', async (t) => {
  const ending = "export const handler = async ({ end }) => end ? process.exit() : 'here';";
  const lambda = await published(t, { 'index.mjs': ending });
  await put(lambda, 1);
  await ready(lambda);
  const Payload = Buffer.from('{"end":1}');
  const { FunctionError } = await lambda.call('Invoke', {
    FunctionName,
    Qualifier: '1',
    Payload,
  });
  assert.equal(FunctionError, 'Unhandled');
  await until(async () => (await get(lambda)).Status === 'IN_PROGRESS');
  await ready(lambda);
});

test('what is provisioned is there again after a restart', async (t) => {
  const first = await published(t);
  await put(first, 2);
  const { store, blobs } = first;
  await first.service.close();
  const second = await startLambda(t, { store, blobs });
  await ready(second);
  const list = await second.call('ListProvisionedConcurrencyConfigs', { FunctionName });
  const [config] = list.ProvisionedConcurrencyConfigs ?? [];
  assert.equal(config?.FunctionArn, `${ARN}:fn:1`);
  assert.equal(config?.AvailableProvisionedConcurrentExecutions, 2);
  await second.call('DeleteProvisionedConcurrencyConfig', { FunctionName, Qualifier: '1' });
  await assert.rejects(get(second), { code: 'ProvisionedConcurrencyConfigNotFoundException' });
});

test('it is taken from the reservation of the function, or else from the account', async (t) => {
  const lambda = await published(t);
  const unreserved = async () =>
    (await lambda.call('GetAccountSettings', {})).AccountLimit?.UnreservedConcurrentExecutions;
  await put(lambda, 2);
  assert.equal(await unreserved(), 998);
  await lambda.call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 5 });
  assert.equal(await unreserved(), 995);
  await assert.rejects(put(lambda, 6), { code: 'InvalidParameterValueException' });
  await put(lambda, 5);
  // Nothing of the reservation is left for the others (recorded 2025-11-24).
  await assert.rejects(call(lambda, '$LATEST'), { code: 'TooManyRequestsException' });
  await lambda.call('DeleteFunctionConcurrency', { FunctionName });
  assert.equal(await unreserved(), 995);
  await lambda.call('DeleteFunction', { FunctionName });
  assert.equal(await unreserved(), 1000);
});

test('versions that are not published have none', async (t) => {
  const lambda = await published(t);
  await assert.rejects(put(lambda, 1, '$LATEST'), { code: 'InvalidParameterValueException' });
  await assert.rejects(put(lambda, 1, '9'), { code: 'ResourceNotFoundException' });
  await assert.rejects(put(lambda, 1, 'no'), { message: /^Cannot find alias arn/ });
});
