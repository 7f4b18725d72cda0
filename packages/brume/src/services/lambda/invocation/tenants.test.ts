/** Functions that keep their tenants apart: an environment only ever sees one of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLambda, until, type TestLambda } from '../service.fixture.ts';

const FunctionName = 'fn';
const CODE = {
  'index.mjs': `
    let count = 0;
    export const handler = async (event, { tenantId }) => ({ tenantId, count: ++count });`,
};
const TenancyConfig = { TenantIsolationMode: 'PER_TENANT' };

async function call(lambda: TestLambda, TenantId?: string) {
  const { Payload = [] } = await lambda.call('Invoke', { FunctionName, TenantId });
  return JSON.parse(Buffer.from(Payload).toString()) as { tenantId?: string; count: number };
}

test('each tenant has environments of its own, until the function changes', async (t) => {
  const lambda = await startLambda(t);
  const created = await lambda.create(FunctionName, CODE, { TenancyConfig });
  assert.deepEqual(created.TenancyConfig, TenancyConfig);
  assert.deepEqual(await call(lambda, 'blue'), { tenantId: 'blue', count: 1 });
  assert.deepEqual(await call(lambda, 'green'), { tenantId: 'green', count: 1 });
  assert.deepEqual(await call(lambda, 'blue'), { tenantId: 'blue', count: 2 });
  await lambda.call('UpdateFunctionConfiguration', { FunctionName, MemorySize: 256 });
  assert.deepEqual(await call(lambda, 'blue'), { tenantId: 'blue', count: 1 });
});

test('a tenant is a must where they are kept apart, and refused elsewhere', async (t) => {
  const lambda = await startLambda(t);
  const refused = { code: 'InvalidParameterValueException' };
  await lambda.create(FunctionName, CODE, { TenancyConfig });
  await assert.rejects(call(lambda), refused);
  await lambda.call('DeleteFunction', { FunctionName });
  await lambda.create(FunctionName, CODE);
  await assert.rejects(call(lambda, 'blue'), refused);
  assert.deepEqual(await call(lambda), { count: 1 });
});

test('an event keeps its tenant', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create(FunctionName, CODE, { TenancyConfig });
  await lambda.call('Invoke', { FunctionName, InvocationType: 'Event', TenantId: 'blue' });
  // Its environment is the tenant's: the second invocation finds that it ran.
  await until(async () => (await call(lambda, 'blue')).count > 1);
});

test('URLs and provisioned concurrency do not go with tenants', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create(FunctionName, CODE, { TenancyConfig });
  await lambda.call('PublishVersion', { FunctionName });
  const refused = { code: 'InvalidParameterValueException' };
  const AuthType = 'NONE' as const;
  await assert.rejects(lambda.call('CreateFunctionUrlConfig', { FunctionName, AuthType }), refused);
  const provisioned = { FunctionName, Qualifier: '1', ProvisionedConcurrentExecutions: 1 };
  await assert.rejects(lambda.call('PutProvisionedConcurrencyConfig', provisioned), refused);
});
