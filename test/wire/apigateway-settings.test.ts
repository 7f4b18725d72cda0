/** What stages and accounts are told by patches, through the real SDK. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateBasePathMappingCommand,
  CreateDomainNameCommand,
  CreateStageCommand,
  CreateUsagePlanCommand,
  DeleteBasePathMappingCommand,
  DeleteRestApiCommand,
  DeleteUsagePlanCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateAccountCommand,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import * as v2 from '@aws-sdk/client-apigatewayv2';
import { createBrume } from '../../packages/brume/src/brume.ts';

async function staged(t: TestContext) {
  const brume = await createBrume({ memory: true });
  const settings = {
    region: 'us-east-1',
    credentials: brume.root,
    requestHandler: brume.requestHandler,
    maxAttempts: 1,
  };
  const client = new APIGatewayClient(settings);
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
  return { client, settings, restApiId, resourceId, deploymentId, patch };
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

test('a usage plan stays as long as it has stages, and says what may be removed of it', async (t) => {
  const { client, restApiId } = await staged(t);
  const apiStages = [{ apiId: restApiId, stage: 'dev' }];
  const plan = { name: 'gold', apiStages, quota: { limit: 10, period: 'DAY' as const } };
  const { id: usagePlanId } = await client.send(new CreateUsagePlanCommand(plan));
  // aws-sdk-js#3841, 2021-07.
  await assert.rejects(client.send(new DeleteUsagePlanCommand({ usagePlanId })), {
    name: 'BadRequestException',
    message: `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it, including ${restApiId}:dev`,
  });
  const remove = (path: string, value?: string) => {
    const patchOperations = [{ op: 'remove' as const, path, value }];
    return client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
  };
  // boto3#2629, 2020-10.
  await assert.rejects(remove(`/apiStages/${restApiId}:dev`), {
    name: 'BadRequestException',
    message: `Invalid patch path  '/apiStages/${restApiId}:dev' specified for op 'remove'. Must be one of: [/apiStages, /quota, /throttle, /productCode, /apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, /apiStages/<apidId:stageName>/throttle]`,
  });
  await assert.rejects(remove('/apiStages'), { message: 'Invalid API Stage specified' });
  await remove('/quota');
  await remove('/apiStages', `${restApiId}:dev`);
  await client.send(new DeleteUsagePlanCommand({ usagePlanId }));
  // aws-sdk#354, 2022-09.
  const blank = { name: 'blank', apiStages: [{ apiId: '', stage: 'dev' }] };
  await assert.rejects(client.send(new CreateUsagePlanCommand(blank)), {
    name: 'BadRequestException',
    message: 'Invalid API Stage {api: %s, stage: %s} specified for usageplan %s',
  });
});

// gcdt#373, 2017-08.
test('an API that a domain name leads to is not deleted', async (t) => {
  const { client, restApiId } = await staged(t);
  const domainName = 'api.example.com';
  await client.send(new CreateDomainNameCommand({ domainName }));
  await client.send(new CreateBasePathMappingCommand({ domainName, restApiId }));
  await assert.rejects(client.send(new DeleteRestApiCommand({ restApiId })), {
    name: 'BadRequestException',
    message: `Deleting RestApi ${restApiId} failed. Please remove all base path mappings related to the RestApi in your domains: ${domainName}`,
  });
  await client.send(new DeleteBasePathMappingCommand({ domainName, basePath: '(none)' }));
  await client.send(new DeleteRestApiCommand({ restApiId }));
});

// Users of Terraform, 2019 to 2026.
test('an integration that goes nowhere is refused by both versions', async (t) => {
  const { client, settings, restApiId, resourceId } = await staged(t);
  const refused = { name: 'BadRequestException', message: 'Invalid integration URI specified' };
  const method = { restApiId, resourceId, httpMethod: 'GET', integrationHttpMethod: 'POST' };
  for (const type of ['AWS', 'AWS_PROXY', 'HTTP', 'HTTP_PROXY'] as const) {
    const put = client.send(new PutIntegrationCommand({ ...method, type }));
    await assert.rejects(put, refused, type);
  }
  const http = new v2.ApiGatewayV2Client(settings);
  const { ApiId } = await http.send(
    new v2.CreateApiCommand({ Name: 'http', ProtocolType: 'HTTP' }),
  );
  for (const IntegrationType of ['AWS_PROXY', 'HTTP_PROXY'] as const) {
    const given = {
      ApiId,
      IntegrationType,
      IntegrationMethod: 'POST',
      PayloadFormatVersion: '1.0',
    };
    await assert.rejects(http.send(new v2.CreateIntegrationCommand(given)), refused);
  }
});

// cloud-nuke#370, 2022-10.
test('nor is one of the second version', async (t) => {
  const { client, settings } = await staged(t);
  const http = new v2.ApiGatewayV2Client(settings);
  const DomainName = 'api.example.com';
  await client.send(new CreateDomainNameCommand({ domainName: DomainName }));
  const { ApiId } = await http.send(
    new v2.CreateApiCommand({ Name: 'http', ProtocolType: 'HTTP', Target: 'https://example.com' }),
  );
  const mapping = { DomainName, ApiId, Stage: '$default' };
  const { ApiMappingId } = await http.send(new v2.CreateApiMappingCommand(mapping));
  await assert.rejects(http.send(new v2.DeleteApiCommand({ ApiId })), {
    name: 'BadRequestException',
    message: `Deleting API ${ApiId} failed. Please remove all API mappings for the API from your custom domain names.`,
  });
  await http.send(new v2.DeleteApiMappingCommand({ DomainName, ApiMappingId }));
  await http.send(new v2.DeleteApiCommand({ ApiId }));
});
