/** `@connections` through the real SDK, at every address under which people call it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  type GoneException,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { HttpRequest } from '../../../packages/brume/src/http/message.ts';
import { end, next, webSocketApi } from '../../support/websocket-api.ts';

const ACCOUNT = '000000000000';

/** Whoever signed is who the access key says. */
function verify({ headers }: HttpRequest) {
  const [, accessKey] = /Credential=(\w+)\//.exec(headers.get('authorization') ?? '') ?? [];
  if (accessKey === undefined) return undefined;
  const accountId = accessKey === 'other' ? '111111111111' : ACCOUNT;
  return { accessKey, accountId, callerId: 'c', userArn: 'arn', userId: 'u' };
}

async function chat(t: TestContext) {
  const api = await webSocketApi(t, () => ({ statusCode: 200 }), { iam: { verify } });
  await api.route('$connect');
  await api.route('$disconnect');
  const client = await api.connect('', { headers: { 'user-agent': 'test/1' } });
  const { connectionId } = api.events[0]?.requestContext ?? {};
  return { api, client, ConnectionId: String(connectionId) };
}

function sdk(t: TestContext, endpoint: string, accessKeyId = 'test') {
  const client = new ApiGatewayManagementApiClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  return client;
}

test('a message reaches its connection, whatever address the sender uses', async (t) => {
  const { api, client, ConnectionId } = await chat(t);
  const { port, base } = api;
  for (const endpoint of [
    `http://${base}/dev`,
    `http://127.0.0.1:${port}/dev`,
    `http://127.0.0.1:${port}`,
  ]) {
    const management = sdk(t, endpoint);
    const [said] = await Promise.all([
      next(client),
      management.send(new PostToConnectionCommand({ ConnectionId, Data: `by ${endpoint}` })),
    ]);
    assert.equal(said, `by ${endpoint}`);
  }
  // By host, as functions make of `domainName`; not all systems resolve names under localhost.
  const path = `/dev/@connections/${encodeURIComponent(ConnectionId)}`;
  const host = `${api.apiId}.execute-api.localhost:${port}`;
  const headers = { host, authorization: 'AWS4 Credential=test/x/execute-api/aws4_request' };
  const sent = request({ host: '127.0.0.1', port, path, headers, method: 'POST' });
  sent.end('by host');
  const [said, [response]] = await Promise.all([
    next(client),
    once(sent, 'response') as Promise<[IncomingMessage]>,
  ]);
  assert.deepEqual([said, response.resume().statusCode], ['by host', 200]);
});

test('bytes that are no text are sent as bytes', async (t) => {
  const { api, client, ConnectionId } = await chat(t);
  const management = sdk(t, `http://${api.base}/dev`);
  const received = once(client, 'message') as Promise<[Buffer, boolean]>;
  await management.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.of(0xff, 0) }));
  const [data, isBinary] = await received;
  assert.deepEqual([data.toString('hex'), isBinary], ['ff00', true]);
});

test('a connection is described, and ended with 1000', async (t) => {
  const { api, client, ConnectionId } = await chat(t);
  const management = sdk(t, `http://${api.base}/dev`);
  const found = await management.send(new GetConnectionCommand({ ConnectionId }));
  assert.deepEqual(found.Identity, { SourceIp: '127.0.0.1', UserAgent: 'test/1' });
  assert.ok(found.ConnectedAt instanceof Date && found.LastActiveAt instanceof Date);
  assert.ok(Math.abs(found.ConnectedAt.getTime() - Date.now()) < 60_000);
  const ended = end(client);
  await management.send(new DeleteConnectionCommand({ ConnectionId }));
  await assert.rejects(management.send(new GetConnectionCommand({ ConnectionId })), {
    name: 'GoneException',
  });
  assert.deepEqual(await ended, [1000, 'Connection Closed Normally']);
  await api.observedOf('DISCONNECT');
  const { disconnectStatusCode } = api.events.at(-1)?.requestContext ?? {};
  assert.equal(disconnectStatusCode, 1000);
});

test('who is gone, or was never there, is a GoneException; what is no id is a bad request', async (t) => {
  const { api, client, ConnectionId } = await chat(t);
  const management = sdk(t, `http://${api.base}/dev`);
  const post = (id: string, from = management) =>
    from.send(new PostToConnectionCommand({ ConnectionId: id, Data: 'x' }));
  await assert.rejects(post('AAAAAAAAAAAAAAA='), (error: GoneException) => {
    assert.equal(error.name, 'GoneException');
    assert.equal(error.$metadata.httpStatusCode, 410);
    return true;
  });
  await assert.rejects(post('cjy8i76bx002884le6n17d49b'), {
    name: 'BadRequestException',
    message: 'Invalid connectionId: cjy8i76bx002884le6n17d49b',
  });
  await assert.rejects(post(ConnectionId, sdk(t, `http://127.0.0.1:${api.port}/prod`)), {
    name: 'GoneException',
  });
  client.terminate();
  await api.observedOf('DISCONNECT');
  await assert.rejects(post(ConnectionId), { name: 'GoneException' });
});

test('nobody else may send, nobody unsigned, and no more than 128 KB', async (t) => {
  const { api, ConnectionId } = await chat(t);
  const post = (accessKeyId: string, Data: string) =>
    sdk(t, `http://${api.base}/dev`, accessKeyId).send(
      new PostToConnectionCommand({ ConnectionId, Data }),
    );
  await assert.rejects(post('other', 'x'), { name: 'ForbiddenException' });
  await assert.rejects(post('test', 'x'.repeat(128 * 1024 + 1)), {
    name: 'PayloadTooLargeException',
  });
  const path = `/dev/@connections/${encodeURIComponent(ConnectionId)}`;
  const unsigned = await fetch(`http://${api.base}${path}`, { method: 'POST', body: 'x' });
  assert.equal(unsigned.status, 403);
  assert.deepEqual(await unsigned.json(), { message: 'Missing Authentication Token' });
  const bare = await fetch(`http://127.0.0.1:${api.port}${path}`, { method: 'POST', body: 'x' });
  assert.equal(bare.status, 404, 'without a signature it may be meant for any service');
});

test('a connection is not there while $connect decides', async (t) => {
  let endpoint = '';
  const found = Promise.withResolvers<unknown>();
  const api = await webSocketApi(
    t,
    async (event) => {
      const ConnectionId = String(event.requestContext['connectionId']);
      const command = new PostToConnectionCommand({ ConnectionId, Data: 'early' });
      found.resolve(
        await sdk(t, endpoint)
          .send(command)
          .catch((error: unknown) => error),
      );
      return { statusCode: 200 };
    },
    { iam: { verify } },
  );
  await api.route('$connect');
  endpoint = `http://${api.base}/dev`;
  await api.connect();
  assert.equal(((await found.promise) as Error).name, 'GoneException');
});

test('senders are told when a client does not read', async (t) => {
  const { api, client, ConnectionId } = await chat(t);
  const management = sdk(t, `http://${api.base}/dev`);
  client.pause();
  const Data = 'x'.repeat(127 * 1024);
  const fill = async () => {
    // Far more than the system takes on a connection, and than Brume does.
    for (let sent = 0; sent < 400; sent++) {
      await management.send(new PostToConnectionCommand({ ConnectionId, Data }));
    }
  };
  await assert.rejects(fill(), { name: 'LimitExceededException' });
  client.resume();
});
