/** Quotas of usage plans, and what was used of them, through stops and starts of Brume. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import * as gateway from '@aws-sdk/client-api-gateway';
import * as second from '@aws-sdk/client-apigatewayv2';
import { WebSocket } from 'ws';
import { createBrume } from '../../packages/brume/src/brume.ts';

async function start(t: TestContext, dataFolder: string) {
  const brume = await createBrume({ port: 0, dataFolder });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= brume.close());
  t.after(close);
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const client = new gateway.APIGatewayClient(settings);
  return { close, port, endpoint, client, second: new second.ApiGatewayV2Client(settings) };
}

/** An API whose one method needs a key of a plan with three requests a month. */
async function sell(client: gateway.APIGatewayClient) {
  const api = await client.send(new gateway.CreateRestApiCommand({ name: 'sold' }));
  const { id: restApiId = '', rootResourceId: resourceId = '' } = api;
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  const open = { authorizationType: 'NONE', apiKeyRequired: true };
  await client.send(new gateway.PutMethodCommand({ ...method, ...open }));
  const requestTemplates = { 'application/json': '{"statusCode": 200}' };
  const mock = { type: 'MOCK', requestTemplates } as const;
  await client.send(new gateway.PutIntegrationCommand({ ...method, ...mock }));
  await client.send(new gateway.PutIntegrationResponseCommand({ ...method, statusCode: '200' }));
  await client.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  const { id: usagePlanId = '' } = await client.send(
    new gateway.CreateUsagePlanCommand({
      name: 'gold',
      apiStages: [{ apiId: restApiId, stage: 'dev' }],
      quota: { limit: 3, period: 'MONTH' },
    }),
  );
  const key = await client.send(new gateway.CreateApiKeyCommand({ enabled: true }));
  const { id: keyId = '', value = '' } = key;
  await client.send(
    new gateway.CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }),
  );
  return { path: `/_aws/execute-api/${restApiId}/dev/`, usagePlanId, keyId, value };
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'brume-usage-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a stop forgets nothing of what keys have used, nor what was left to them by hand', async (t) => {
  const folder = await temporaryFolder(t);
  const first = await start(t, folder);
  const { path, value, ...named } = await sell(first.client);
  const ask = async (endpoint: string) => {
    const response = await fetch(`${endpoint}${path}`, { headers: { 'x-api-key': value } });
    await response.arrayBuffer();
    return response.status;
  };
  assert.deepEqual([await ask(first.endpoint), await ask(first.endpoint)], [200, 200]);
  await first.close();

  const second = await start(t, folder);
  assert.deepEqual([await ask(second.endpoint), await ask(second.endpoint)], [200, 429]);
  const patchOperations = [{ op: 'replace', path: '/remaining', value: '1' } as const];
  const changed = await second.client.send(
    new gateway.UpdateUsageCommand({ ...named, patchOperations }),
  );
  // The days of the test may be two.
  const today = changed.startDate ?? '';
  const pairs = changed.items?.[named.keyId];
  assert.equal(pairs?.at(-1)?.[1], 1);
  await second.close();

  const third = await start(t, folder);
  assert.deepEqual([await ask(third.endpoint), await ask(third.endpoint)], [200, 429]);
  const days = { startDate: today, endDate: today };
  const usage = await third.client.send(new gateway.GetUsageCommand({ ...named, ...days }));
  assert.ok((usage.items?.[named.keyId]?.[0]?.[0] ?? 0) >= 1);
});

test('a plan limits connections to a WebSocket API, also where there is no REST API', async (t) => {
  const folder = await temporaryFolder(t);
  const first = await start(t, folder);
  const api = { Name: 'chat', ProtocolType: 'WEBSOCKET' } as const;
  const { ApiId = '' } = await first.second.send(
    new second.CreateApiCommand({ ...api, RouteSelectionExpression: '$request.body.action' }),
  );
  const stage = { ApiId, StageName: 'dev', AutoDeploy: true };
  await first.second.send(new second.CreateStageCommand(stage));
  const { IntegrationId = '' } = await first.second.send(
    new second.CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'MOCK',
      RequestTemplates: { $default: '{"statusCode": 200}' },
    }),
  );
  const Target = `integrations/${IntegrationId}`;
  const route = { ApiId, RouteKey: '$connect', Target, ApiKeyRequired: true };
  await first.second.send(new second.CreateRouteCommand(route));
  const plan = { name: 'gold', quota: { limit: 2, period: 'MONTH' as const } };
  const create = (name: string) =>
    first.client.send(
      new gateway.CreateUsagePlanCommand({ ...plan, apiStages: [{ apiId: ApiId, stage: name }] }),
    );
  await assert.rejects(create('other'), { name: 'NotFoundException' });
  const { id: usagePlanId } = await create('dev');
  const key = await first.client.send(new gateway.CreateApiKeyCommand({ enabled: true }));
  const { id: keyId, value = '' } = key;
  const subscription = { usagePlanId, keyId, keyType: 'API_KEY' };
  await first.client.send(new gateway.CreateUsagePlanKeyCommand(subscription));
  const connect = async (port: number, headers: Record<string, string>) => {
    const url = `ws://127.0.0.1:${port}/_aws/execute-api/${ApiId}/dev`;
    const client = new WebSocket(url, { headers });
    client.on('error', () => {});
    const [event, status] = await Promise.race([
      once(client, 'open').then(() => ['open', 101] as const),
      once(client, 'unexpected-response').then(
        ([, response]) => ['refused', (response as { statusCode: number }).statusCode] as const,
      ),
    ]);
    client.terminate();
    return `${event} ${status}`;
  };
  const keyed = { 'x-api-key': value };
  assert.equal(await connect(first.port, {}), 'refused 403');
  assert.equal(await connect(first.port, keyed), 'open 101');
  await first.close();
  const again = await start(t, folder);
  assert.equal(await connect(again.port, keyed), 'open 101');
  assert.equal(await connect(again.port, keyed), 'refused 429');
});
