/** HTTP APIs through the real SDK and real HTTP: created, published, called, and there after a restart. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteRouteSettingsCommand,
  ExportApiCommand,
  GetApiCommand,
  GetApisCommand,
  GetDeploymentsCommand,
  GetRoutesCommand,
  GetStageCommand,
  GetTagsCommand,
  ImportApiCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../packages/brume/src/auth/credentials.ts';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';
import { Sha256 } from '../support/sha256.ts';

async function cloud(t: TestContext, said: Partial<Config> = { memory: true }) {
  const brume = await createBrume({ port: 0, ...said });
  const { port } = await brume.listen();
  const client = new ApiGatewayV2Client({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: brume.root,
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    client.destroy();
    return (closing ??= brume.close());
  };
  t.after(close);
  return { brume, client, port, close };
}

/** An endpoint that says what it was asked. */
async function backend(t: TestContext): Promise<string> {
  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    const body = (await buffer(message)).toString();
    response.setHeader('x-backend', 'yes');
    response.end(JSON.stringify({ method: message.method, url: message.url, body }));
  };
  const server = createServer((message, response) => void answer(message, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As browsers and curl ask: by name, though names under localhost do not resolve everywhere. */
async function getByHost(port: number, host: string, target: string) {
  const sent = request({ port, host: '127.0.0.1', path: target, headers: { host } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, text: (await buffer(response)).toString() };
}

test('a quick create is called at its ApiEndpoint, and by host', async (t) => {
  const { client, port } = await cloud(t);
  const api = await client.send(
    new CreateApiCommand({
      Name: 'quick',
      ProtocolType: 'HTTP',
      Target: `${await backend(t)}/base`,
      CorsConfiguration: { AllowOrigins: ['https://app.example'], MaxAge: 10 },
      Tags: { team: 'a' },
    }),
  );
  assert.ok(api.CreatedDate instanceof Date);
  assert.equal(api.ApiEndpoint, `http://127.0.0.1:${port}/_aws/execute-api/${api.ApiId}`);
  const response = await fetch(`${api.ApiEndpoint}/any?q=1`, { method: 'POST', body: 'hello' });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('apigw-requestid') ?? '', /^[\w-]{15}=$/);
  assert.equal(response.headers.get('x-backend'), 'yes');
  assert.deepEqual(await response.json(), { method: 'POST', url: '/base?q=1', body: 'hello' });
  const byHost = await getByHost(port, `${api.ApiId}.execute-api.localhost:${port}`, '/x?q=2');
  assert.deepEqual(JSON.parse(byHost.text), { method: 'GET', url: '/base?q=2', body: '' });
  const preflight = await fetch(`${api.ApiEndpoint}/any`, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'PUT' },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-max-age'), '10');
});

test('routes, integrations, stages and deployments through the SDK', async (t) => {
  const { client } = await cloud(t);
  const { ApiId, ApiEndpoint } = await client.send(
    new CreateApiCommand({ Name: 'pets', ProtocolType: 'HTTP' }),
  );
  const { IntegrationId } = await client.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationMethod: 'ANY',
      IntegrationUri: `${await backend(t)}/{id}`,
      PayloadFormatVersion: '1.0',
      RequestParameters: { 'append:querystring.stage': '$context.stage' },
      ResponseParameters: { 200: { 'overwrite:statuscode': '203' } },
    }),
  );
  const RouteKey = 'GET /pets/{id}';
  const { RouteId } = await client.send(
    new CreateRouteCommand({ ApiId, RouteKey, Target: `integrations/${IntegrationId}` }),
  );
  await client.send(
    new CreateStageCommand({
      ApiId,
      StageName: 'dev',
      RouteSettings: { [RouteKey]: { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 100 } },
      StageVariables: { a: 'b' },
    }),
  );
  const at = `${ApiEndpoint}/dev/pets/a%20b`;
  assert.equal((await fetch(at)).status, 404, 'not deployed yet');
  await client.send(new CreateDeploymentCommand({ ApiId, StageName: 'dev' }));
  const response = await fetch(at);
  assert.equal(response.status, 203);
  assert.deepEqual(await response.json(), { method: 'GET', url: '/a%20b?stage=dev', body: '' });

  await client.send(new UpdateStageCommand({ ApiId, StageName: 'dev', AutoDeploy: true }));
  await client.send(
    new UpdateIntegrationCommand({ ApiId, IntegrationId, ResponseParameters: { 200: {} } }),
  );
  assert.equal((await fetch(at)).status, 200);
  await client.send(new UpdateRouteCommand({ ApiId, RouteId, RouteKey: 'GET /cats/{id}' }));
  assert.equal((await fetch(at)).status, 404);
  assert.equal((await fetch(at.replace('pets', 'cats'))).status, 200);

  const stage = await client.send(new GetStageCommand({ ApiId, StageName: 'dev' }));
  assert.deepEqual(Object.keys(stage.RouteSettings ?? {}), ['GET /cats/{id}']);
  const settings = { ApiId, StageName: 'dev', RouteKey: 'GET /cats/{id}' };
  await client.send(new DeleteRouteSettingsCommand(settings));
  const { Items } = await client.send(new GetDeploymentsCommand({ ApiId }));
  assert.equal(Items?.filter((each) => each.AutoDeployed).length, 1);
  await client.send(new DeleteApiCommand({ ApiId }));
  assert.equal((await fetch(at)).status, 404);
});

test('errors arrive as the SDK’s own', async (t) => {
  const { client } = await cloud(t);
  await assert.rejects(client.send(new GetApiCommand({ ApiId: 'nothing' })), {
    name: 'NotFoundException',
    message: 'Invalid API identifier specified 000000000000:nothing',
  });
  const { ApiId } = await client.send(new CreateApiCommand({ Name: 'a', ProtocolType: 'HTTP' }));
  const route = new CreateRouteCommand({ ApiId, RouteKey: 'GET /' });
  await client.send(route);
  await assert.rejects(client.send(route), {
    name: 'ConflictException',
    message: 'Route with key GET / already exists for this API',
  });
  const authorizer = {
    ApiId,
    Name: 'gate',
    AuthorizerType: 'REQUEST',
    IdentitySource: [],
  } as const;
  await assert.rejects(
    client.send(new CreateAuthorizerCommand({ ...authorizer, IdentitySource: [] })),
    { name: 'BadRequestException' },
  );
  await assert.rejects(
    client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationSubtype: 'SQS-SendMessage',
        PayloadFormatVersion: '1.0',
      }),
    ),
    /Brume does not support/,
  );
});

test('tags through ARNs in paths, and lists in pages', async (t) => {
  const { client } = await cloud(t);
  const { ApiId } = await client.send(new CreateApiCommand({ Name: 'a', ProtocolType: 'HTTP' }));
  await client.send(new CreateApiCommand({ Name: 'b', ProtocolType: 'HTTP' }));
  const ResourceArn = `arn:aws:apigateway:eu-west-1::/apis/${ApiId}`;
  await client.send(new TagResourceCommand({ ResourceArn, Tags: { a: '1', b: '2' } }));
  await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }));
  const { Tags } = await client.send(new GetTagsCommand({ ResourceArn }));
  assert.deepEqual(Tags, { b: '2' });
  const first = await client.send(new GetApisCommand({ MaxResults: '1' }));
  const second = await client.send(
    new GetApisCommand({ MaxResults: '1', NextToken: first.NextToken }),
  );
  const names = [...(first.Items ?? []), ...(second.Items ?? [])].map((api) => api.Name);
  assert.deepEqual(new Set(names), new Set(['a', 'b']));
  assert.equal(second.NextToken, undefined);
});

test('an API goes out as an OpenAPI document and comes in as the same', async (t) => {
  const { client } = await cloud(t);
  const { ApiId } = await client.send(
    new CreateApiCommand({ Name: 'a', ProtocolType: 'HTTP', Target: await backend(t) }),
  );
  const { body } = await client.send(
    new ExportApiCommand({ ApiId, Specification: 'OAS30', OutputType: 'JSON' }),
  );
  const Body = Buffer.from(body ?? []).toString();
  const again = await client.send(new ImportApiCommand({ Body }));
  await client.send(
    new CreateStageCommand({ ApiId: again.ApiId, StageName: '$default', AutoDeploy: true }),
  );
  const response = await fetch(`${again.ApiEndpoint}/anything`);
  assert.deepEqual(await response.json(), { method: 'GET', url: '/', body: '' });
});

test('a route with IAM is open to signatures that are right, and to no others', async (t) => {
  const { client, brume } = await cloud(t, { memory: true, auth: 'enforce' });
  const { ApiId, ApiEndpoint } = await client.send(
    new CreateApiCommand({ Name: 'a', ProtocolType: 'HTTP', Target: await backend(t) }),
  );
  const { Items } = await client.send(new GetRoutesCommand({ ApiId }));
  const RouteId = Items?.[0]?.RouteId;
  await client.send(new UpdateRouteCommand({ ApiId, RouteId, AuthorizationType: 'AWS_IAM' }));
  const url = new URL(`${ApiEndpoint}/notes`);
  const body = '{"a":1}';
  const statusFor = async (credentials: Credentials, change: object = {}) => {
    const signer = new SignatureV4({
      service: 'execute-api',
      region: 'eu-west-1',
      sha256: Sha256,
      credentials,
    });
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      headers: { host: url.host },
      body,
    });
    return (await fetch(url, { method: 'POST', headers, body, ...change })).status;
  };
  assert.equal(await statusFor(brume.root), 200);
  assert.equal(await statusFor(brume.root, { body: '{"a":2}' }), 403);
  assert.equal(await statusFor({ ...brume.root, secretAccessKey: 'guess' }), 403);
  assert.equal((await fetch(url, { method: 'POST', body })).status, 403);
});

test('an API is served again after a restart, before anybody asks the control plane', async (t) => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'brume-http-api-'));
  t.after(() => rm(dataFolder, { recursive: true }));
  const first = await cloud(t, { dataFolder });
  const { ApiId } = await first.client.send(
    new CreateApiCommand({ Name: 'kept', ProtocolType: 'HTTP', Target: await backend(t) }),
  );
  await first.close();
  const again = await cloud(t, { dataFolder });
  const { status } = await getByHost(again.port, `${ApiId}.execute-api.localhost`, '/');
  assert.equal(status, 200);
  const { Items } = await again.client.send(new GetRoutesCommand({ ApiId }));
  assert.equal(Items?.[0]?.RouteKey, '$default');
});
