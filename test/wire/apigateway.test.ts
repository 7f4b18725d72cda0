/** REST APIs through the real SDK and real HTTP: kept, deployed, there after a restart, and served. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteIntegrationCommand,
  DeleteRestApiCommand,
  GetMethodCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  GetStageCommand,
  GetTagsCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateMethodResponseCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, CreateApiCommand, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';

async function cloud(t: TestContext, said: Partial<Config> = { memory: true }) {
  const brume = await createBrume({ port: 0, ...said });
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const client = new APIGatewayClient(settings);
  const http = new ApiGatewayV2Client(settings);
  let closing: Promise<void> | undefined;
  const close = () => {
    client.destroy();
    http.destroy();
    return (closing ??= brume.close());
  };
  t.after(close);
  return { client, http, endpoint, port, close };
}

async function deployed({ client }: Awaited<ReturnType<typeof cloud>>) {
  const api = await client.send(new CreateRestApiCommand({ name: 'pets', tags: { team: 'zoo' } }));
  const { id: restApiId = '', rootResourceId: parentId = '' } = api;
  const child = new CreateResourceCommand({ restApiId, parentId, pathPart: '{pet+}' });
  const { id: resourceId = '' } = await client.send(child);
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  await client.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await client.send(new PutMethodResponseCommand({ ...method, statusCode: '200' }));
  const requestTemplates = { 'application/json': '{"statusCode": 200}' };
  await client.send(new PutIntegrationCommand({ ...method, type: 'MOCK', requestTemplates }));
  await client.send(new PutIntegrationResponseCommand({ ...method, statusCode: '200' }));
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  return { restApiId, method };
}

test('answers have the statuses that AWS gives', async (t) => {
  const here = await cloud(t);
  const { client } = here;
  const { restApiId, method } = await deployed(here);
  const status = (answer: { $metadata: { httpStatusCode?: number | undefined } }) =>
    answer.$metadata.httpStatusCode;
  const patchOperations = [
    { op: 'add' as const, path: '/responseModels/application~1json', value: 'Empty' },
  ];
  const update = { ...method, statusCode: '200', patchOperations };
  assert.equal(status(await client.send(new UpdateMethodResponseCommand(update))), 201);
  const kept = await client.send(new GetMethodCommand(method));
  assert.equal(status(kept), 200);
  assert.equal(kept.methodIntegration?.cacheNamespace, method.resourceId);
  assert.deepEqual(kept.methodResponses?.['200']?.responseModels, { 'application/json': 'Empty' });
  assert.equal(status(await client.send(new DeleteIntegrationCommand(method))), 204);
  assert.equal(status(await client.send(new DeleteRestApiCommand({ restApiId }))), 202);
});

test('lists are read by the SDK, in pages, with methods where they are asked for', async (t) => {
  const here = await cloud(t);
  const { restApiId } = await deployed(here);
  const list = (more: object = {}) =>
    here.client.send(new GetResourcesCommand({ restApiId, ...more }));
  const first = await list({ limit: 1 });
  assert.deepEqual(
    first.items?.map((resource) => resource.path),
    ['/'],
  );
  const second = await list({ limit: 1, position: first.position });
  assert.deepEqual(second.items?.[0]?.resourceMethods, { GET: {} });
  assert.equal(second.position, undefined);
  const { items } = await list({ embed: ['methods'] });
  assert.equal(items?.[1]?.resourceMethods?.['GET']?.methodIntegration?.type, 'MOCK');
});

test('both versions of API Gateway answer at one endpoint', async (t) => {
  const here = await cloud(t);
  await deployed(here);
  await here.http.send(new CreateApiCommand({ Name: 'http', ProtocolType: 'HTTP' }));
  const { items } = await here.client.send(new GetRestApisCommand({}));
  const { Items } = await here.http.send(new GetApisCommand({}));
  assert.deepEqual([items?.[0]?.name, Items?.[0]?.Name], ['pets', 'http']);
});

test('tags are reached by ARN', async (t) => {
  const here = await cloud(t);
  const { restApiId } = await deployed(here);
  const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}`;
  await here.client.send(new TagResourceCommand({ resourceArn, tags: { stage: 'test' } }));
  await here.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
  const { tags } = await here.client.send(new GetTagsCommand({ resourceArn }));
  assert.deepEqual(tags, { stage: 'test' });
});

test('an API is there after a restart, with its stage and its times', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'brume-rest-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const first = await cloud(t, { dataFolder: folder });
  const { restApiId } = await deployed(first);
  const stage = { restApiId, stageName: 'dev' };
  const patchOperations = [
    { op: 'replace' as const, path: '/*/*/throttling/rateLimit', value: '2.5' },
  ];
  await first.client.send(new UpdateStageCommand({ ...stage, patchOperations }));
  const before = await first.client.send(new GetRestApiCommand({ restApiId }));
  await first.close();
  const second = await cloud(t, { dataFolder: folder });
  const after = await second.client.send(new GetRestApiCommand({ restApiId }));
  assert.deepEqual(after.createdDate, before.createdDate);
  const { methodSettings } = await second.client.send(new GetStageCommand(stage));
  assert.equal(methodSettings?.['*/*']?.throttlingRateLimit, 2.5);
});

test('a REST API is served by path and by host', async (t) => {
  const here = await cloud(t);
  const { restApiId } = await deployed(here);
  for (const target of [
    `/restapis/${restApiId}/dev/_user_request_/cat`,
    `/_aws/execute-api/${restApiId}/dev/cat`,
  ]) {
    const answer = await fetch(here.endpoint + target);
    assert.equal(answer.status, 200);
    assert.ok(answer.headers.get('x-amzn-requestid'));
    await answer.text();
  }
  const host = `${restApiId}.execute-api.localhost`;
  const sent = request({ port: here.port, host: '127.0.0.1', path: '/dev/cat', headers: { host } });
  const [byHost] = (await once(sent.end(), 'response')) as [IncomingMessage];
  assert.equal(byHost.statusCode, 200);
  byHost.resume();
});
