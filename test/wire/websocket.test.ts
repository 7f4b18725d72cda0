/** A WebSocket API as people deploy it: real functions with the real SDK in them, and wss. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateRouteResponseCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { WebSocket } from 'ws';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { zip } from '../../examples/notes/zip.ts';

const GUIDE = new URL('../../docs/guide/websocket-api.md', import.meta.url);

/** Answers by itself, sends by https to the domain that the event names, and reports the end. */
const HANDLER = `
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
export const handler = async ({ requestContext, body }) => {
  const { eventType, domainName, stage, connectionId, routeKey } = requestContext;
  if (eventType !== 'MESSAGE') return { statusCode: 200 };
  if (routeKey === 'echo') return { statusCode: 200, body: 'echo ' + body };
  const client = new ApiGatewayManagementApiClient({ endpoint: 'https://' + domainName + '/' + stage });
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'pushed ' + body }));
  return { statusCode: 200 };
};`;

async function deployed(t: TestContext, handler: string) {
  const brume = await createBrume({ memory: true, port: 0 });
  t.after(() => brume.close());
  const { port } = await brume.listen();
  const said = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const lambda = new LambdaClient(said);
  const gateway = new ApiGatewayV2Client(said);
  t.after(() => [lambda, gateway].map((client) => client.destroy()));
  const { FunctionArn = '' } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'chat',
      Runtime: 'nodejs24.x',
      Role: 'arn:aws:iam::000000000000:role/r',
      Handler: 'index.handler',
      Code: { ZipFile: zip(new Map([['index.mjs', Buffer.from(handler)]])) },
      Timeout: 30,
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: 'chat' });
  const { ApiId, ApiEndpoint = '' } = await gateway.send(
    new CreateApiCommand({
      Name: 'chat',
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    }),
  );
  const SourceArn = `arn:aws:execute-api:us-east-1:000000000000:${ApiId}/*/*`;
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: 'chat',
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn,
    }),
  );
  const { IntegrationId } = await gateway.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`,
    }),
  );
  const Target = `integrations/${IntegrationId}`;
  for (const RouteKey of ['$connect', '$disconnect', '$default']) {
    await gateway.send(new CreateRouteCommand({ ApiId, RouteKey, Target }));
  }
  const RouteResponseSelectionExpression = '$default';
  const { RouteId } = await gateway.send(
    new CreateRouteCommand({ ApiId, RouteKey: 'echo', Target, RouteResponseSelectionExpression }),
  );
  await gateway.send(
    new CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: '$default' }),
  );
  await gateway.send(new CreateStageCommand({ ApiId, StageName: 'dev', AutoDeploy: true }));
  return { brume, said, endpoint: `${ApiEndpoint}/dev`, port };
}

async function requests(port: number): Promise<{ operation: string; details?: object }[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/_brume/requests`);
  return ((await answer.json()) as { requests: { operation: string; details?: object }[] })
    .requests;
}

test('a function answers, and pushes by https to the domain that its event names', async (t) => {
  const { brume, endpoint, port } = await deployed(t, HANDLER);
  const ca = await readFile(await brume.authorityFile());
  const client = new WebSocket(endpoint.replace('ws:', 'wss:'), { ca });
  t.after(() => client.terminate());
  await once(client, 'open');
  const messages: string[] = [];
  client.on('message', (data: Buffer) => messages.push(data.toString()));
  client.send('{"action":"echo"}');
  client.send('hello');
  // In order, so that the one before has been handled when this one answers.
  client.send('{"action":"echo"}');
  while (messages.length < 3) await once(client, 'message');
  const echoed = 'echo {"action":"echo"}';
  assert.deepEqual(messages, [echoed, 'pushed hello', echoed]);
  const seen = (await requests(port)).map(({ operation }) => operation);
  for (const operation of ['$connect', 'echo', '$default', 'POST @connections']) {
    assert.ok(seen.includes(operation), operation);
  }
  const metrics = await (await fetch(`http://127.0.0.1:${port}/_brume/metrics`)).text();
  assert.match(metrics, /metric="ConnectCount"/);
  const closed = once(client, 'close') as Promise<[number]>;
  await Promise.all([closed, brume.close()]);
  assert.equal((await closed)[0], 1001, 'closing tells clients to go elsewhere');
});

test('the chat room of the guide: everybody hears what anybody says', async (t) => {
  const [, handler = ''] = /```js\n(.*?)```/s.exec(await readFile(GUIDE, 'utf8')) ?? [];
  const { said, endpoint } = await deployed(t, handler);
  const tables = new DynamoDBClient(said);
  t.after(() => tables.destroy());
  await tables.send(
    new CreateTableCommand({
      TableName: 'Connections',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  const clients = [new WebSocket(endpoint), new WebSocket(endpoint)];
  t.after(() => clients.map((client) => client.terminate()));
  await Promise.all(clients.map((client) => once(client, 'open')));
  const heard = Promise.all(clients.map((client) => once(client, 'message')));
  clients[0]?.send('hello, everybody');
  assert.deepEqual((await heard).map(String), ['hello, everybody,false', 'hello, everybody,false']);
});

test('where signatures are enforced, @connections takes good ones only', async (t) => {
  const brume = await createBrume({ memory: true, port: 0, auth: 'enforce' });
  t.after(() => brume.close());
  const { port } = await brume.listen();
  const said = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1' };
  const gateway = new ApiGatewayV2Client({ ...said, credentials: brume.root });
  t.after(() => gateway.destroy());
  const { ApiId, ApiEndpoint = '' } = await gateway.send(
    new CreateApiCommand({
      Name: 'chat',
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    }),
  );
  await gateway.send(new CreateRouteCommand({ ApiId, RouteKey: '$default' }));
  await gateway.send(new CreateStageCommand({ ApiId, StageName: 'dev', AutoDeploy: true }));
  const client = new WebSocket(`${ApiEndpoint}/dev`);
  t.after(() => client.terminate());
  await once(client, 'open');
  client.send('{}');
  const [frame] = (await once(client, 'message')) as [Buffer];
  const { connectionId } = JSON.parse(frame.toString()) as { connectionId: string };
  const post = async (endpoint: string, secretAccessKey: string) => {
    const credentials = { accessKeyId: brume.root.accessKeyId, secretAccessKey };
    const management = new ApiGatewayManagementApiClient({ ...said, endpoint, credentials });
    t.after(() => management.destroy());
    const Data = `by ${endpoint}`;
    await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
  };
  for (const endpoint of [`${ApiEndpoint.replace('ws:', 'http:')}/dev`, `${said.endpoint}/dev`]) {
    const received = once(client, 'message') as Promise<[Buffer]>;
    await post(endpoint, brume.root.secretAccessKey);
    assert.equal((await received)[0].toString(), `by ${endpoint}`);
    await assert.rejects(post(endpoint, 'wrong'), /Missing Authentication Token/);
  }
});
