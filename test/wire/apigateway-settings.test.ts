/** What stages and accounts are told by patches, through the real SDK. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateAccountCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import { createBrume } from '../../packages/brume/src/brume.ts';

async function staged(t: TestContext) {
  const brume = await createBrume({ memory: true });
  const client = new APIGatewayClient({
    region: 'us-east-1',
    credentials: brume.root,
    requestHandler: brume.requestHandler,
    maxAttempts: 1,
  });
  t.after(() => brume.close());
  const { id: restApiId, rootResourceId: resourceId } = await client.send(
    new CreateRestApiCommand({ name: 'staged' }),
  );
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  await client.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await client.send(new PutIntegrationCommand({ ...method, type: 'MOCK' }));
  const stage = { restApiId, stageName: 'dev' };
  const { id: deploymentId } = await client.send(new CreateDeploymentCommand(stage));
  const patch = (...patchOperations: PatchOperation[]) =>
    client.send(new UpdateStageCommand({ ...stage, patchOperations }));
  return { client, restApiId, deploymentId, patch };
}

const replace = (path: string, value: string) => ({ op: 'replace' as const, path, value });

test('a cache is there as soon as it is switched on, in the smallest size', async (t) => {
  const { client, restApiId, deploymentId, patch } = await staged(t);
  const on = await patch(replace('/cacheClusterEnabled', 'true'));
  assert.deepEqual([on.cacheClusterStatus, on.cacheClusterSize], ['AVAILABLE', '0.5']);
  const larger = await patch(replace('/cacheClusterSize', '1.6'));
  assert.equal(larger.cacheClusterSize, '1.6');
  await assert.rejects(patch(replace('/cacheClusterSize', '2')), { name: 'BadRequestException' });
  const off = await patch(replace('/cacheClusterEnabled', 'false'));
  assert.equal(off.cacheClusterStatus, 'NOT_AVAILABLE');
  const cached = { restApiId, deploymentId, stageName: 'cached', cacheClusterEnabled: true };
  const created = await client.send(new CreateStageCommand(cached));
  assert.equal(created.cacheClusterStatus, 'AVAILABLE');
});

// Developer guide, "Update a canary release".
test('a canary forgets variables one by one', async (t) => {
  const { patch } = await staged(t);
  const variables = '/canarySettings/stageVariableOverrides';
  const remove = { op: 'remove' as const, path: `${variables}/one` };
  await assert.rejects(patch(remove), { name: 'BadRequestException' });
  await patch(replace(`${variables}/one`, '1'), replace(`${variables}/two`, '2'));
  const { canarySettings } = await patch(remove);
  assert.deepEqual(canarySettings?.stageVariableOverrides, { two: '2' });
});

// Seen from AWS: aws-sdk-java#1823, 2018-12.
test('a setting that methods do not have is refused with those that they have', async (t) => {
  const { patch } = await staged(t);
  await assert.rejects(patch(replace('/*/*/accessLogSettings/format', 'test')), {
    name: 'BadRequestException',
    message:
      'Invalid method setting path: accessLogSettings/format. Must be one of: [.../metrics/enabled, .../logging/dataTrace, .../logging/loglevel,.../throttling/burstLimit, .../throttling/rateLimit, .../caching/ttlInSeconds, .../caching/enabled, .../caching/dataEncrypted, .../caching/requireAuthorizationForCacheControl, .../caching/unauthorizedCacheControlHeaderStrategy]',
  });
});

test('an access log has one line a request', async (t) => {
  const { patch } = await staged(t);
  const format = (value: string) => patch(replace('/accessLogSettings/format', value));
  assert.equal((await format('$context.requestId\n')).accessLogSettings?.format?.length, 19);
  await assert.rejects(format('$context.requestId\n$context.status'), {
    message:
      'Access Log format must be single line, new line character is allowed only at end of the format',
  });
});

test('an account has usage plans, for good', async (t) => {
  const { client } = await staged(t);
  const update = (op: 'add' | 'remove', value: string) => {
    const patchOperations = [{ op, path: '/features', value }];
    return client.send(new UpdateAccountCommand({ patchOperations }));
  };
  assert.deepEqual((await update('add', 'UsagePlans')).features, ['UsagePlans']);
  await assert.rejects(update('remove', 'UsagePlans'), { name: 'BadRequestException' });
  await assert.rejects(update('add', 'Others'), { name: 'BadRequestException' });
});
