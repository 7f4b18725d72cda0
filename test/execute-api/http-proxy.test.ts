import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { httpApi } from '../support/http-api.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** An endpoint on loopback that notes what it is asked. */
async function endpoint(
  t: TestContext,
  respond: (response: ServerResponse) => void = (response) => void response.end('ok'),
) {
  const seen: Seen[] = [];
  const sockets = new Set<unknown>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url, headers } = request;
    sockets.add(request.socket);
    seen.push({ method, url, headers, body: await buffer(request) });
    respond(response);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://${host}`, host, seen, sockets };
}

const proxy = (uri: string, more: object = {}) => ({
  IntegrationType: 'HTTP_PROXY',
  IntegrationMethod: 'ANY',
  IntegrationUri: uri,
  PayloadFormatVersion: '1.0',
  ...more,
});

test('a request goes on whole, and the answer comes back whole', async (t) => {
  const { url, host, seen, sockets } = await endpoint(t, (response) => {
    response.writeHead(
      418,
      [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['Content-Encoding', 'br'],
        ['X-Backend', 'yes'],
      ].flat(),
    );
    response.end(Buffer.of(1, 2, 3));
  });
  const api = await httpApi();
  await api.route('ANY /pets/{id}/{rest+}', proxy(`${url}/v1/{id}/{rest}?fixed=1`));
  const answer = await api.fetch({
    method: 'POST',
    path: '/pets/a%20b/c/d?x=1&x=%2F',
    headers: [
      ['X-Client', 'one'],
      ['X-Client', 'two'],
      ['Connection', 'x-client'],
      ['Accept-Encoding', 'br'],
      ['Content-Type', 'image/png'],
    ],
    body: Buffer.of(0, 255),
  });
  assert.equal(answer.status, 418);
  assert.deepEqual(answer.bytes, Buffer.of(1, 2, 3));
  assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2']);
  assert.equal(answer.headers['content-encoding'], 'br');
  assert.equal(answer.headers['x-backend'], 'yes');

  const [request] = seen;
  assert.equal(request?.method, 'POST');
  assert.equal(request?.url, '/v1/a%20b/c/d?fixed=1&x=1&x=%2F');
  assert.deepEqual(request?.body, Buffer.of(0, 255));
  assert.equal(request?.headers.host, host);
  assert.equal(request?.headers['x-client'], 'one, two');
  assert.equal(request?.headers['content-length'], '2');
  assert.equal(request?.headers.via, 'HTTP/1.1 AmazonAPIGateway');
  assert.equal(
    request?.headers.forwarded,
    `for=127.0.0.1;host=${api.apiId}.execute-api.localhost:4566;proto=http`,
  );
  assert.match(String(request?.headers['x-amzn-trace-id']), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);

  for (let at = 0; at < 20; at++) await api.fetch({ path: '/pets/1/2' });
  assert.ok(sockets.size <= 2, 'connections are kept');
});

test('a path that would climb out of the integration’s own is refused', async (t) => {
  const { url, seen } = await endpoint(t);
  const api = await httpApi();
  await api.route('ANY /{rest+}', proxy(`${url}/v1/{rest}`));
  for (const path of ['/../admin', '/a/%2e%2e/%2e%2e/admin', '/a/..', '/.%2e/x']) {
    assert.equal((await api.fetch({ path })).status, 400, path);
  }
  assert.deepEqual(seen, []);
});

test('nor does a mapping climb, however dots are written', async (t) => {
  const { url, seen } = await endpoint(t);
  const api = await httpApi();
  const RequestParameters = { 'overwrite:path': '/tenant/${request.header.x-id}/x' };
  await api.route('GET /', proxy(url, { RequestParameters }));
  const asked = async (id: string) =>
    (await api.fetch({ path: '/', headers: [['X-Id', id]] })).status;
  for (const id of ['..', '%2e%2E', '.%2e', '..\\a', 'a\\..', '.\t./a', '%2e']) {
    assert.equal(await asked(id), 400, id);
  }
  assert.equal(seen.length, 0);
  assert.equal(await asked('..a'), 200);
  assert.equal(seen[0]?.url, '/tenant/..a/x');
});

test('endpoints that are not there, too slow or too long', async (t) => {
  const slow = await endpoint(t, () => {});
  const endless = await endpoint(t, (response) => {
    response.write(Buffer.alloc(10 * 1024 * 1024));
    response.end('x');
  });
  const broken = await endpoint(t, (response) => void response.destroy());
  const api = await httpApi();
  await api.route('GET /gone', proxy('http://127.0.0.1:1/'));
  await api.route('GET /slow', proxy(slow.url, { TimeoutInMillis: 50 }));
  await api.route('GET /endless', proxy(endless.url));
  await api.route('GET /broken', proxy(broken.url));
  const statusOf = async (path: string) => (await api.fetch({ path })).status;
  assert.equal(await statusOf('/gone'), 503);
  assert.equal(await statusOf('/slow'), 503);
  assert.match(api.traces.at(-1)?.errorReason ?? '', /timeout/);
  assert.equal(await statusOf('/broken'), 503);
  assert.equal(await statusOf('/endless'), 500);
});

test('gateways that call each other in a circle stop', async () => {
  const api = await httpApi();
  await api.route('$default', proxy('http://127.0.0.1:1/'));
  const via = Array(10).fill('HTTP/1.1 AmazonAPIGateway').join(', ');
  const { status } = await api.fetch({ path: '/', headers: [['Via', via]] });
  assert.equal(status, 503);
  assert.match(api.traces.at(-1)?.errorReason ?? '', /loop/);
});

test('mappings change what an endpoint is asked', async (t) => {
  const { url, seen } = await endpoint(t);
  const api = await httpApi({ stage: { StageVariables: { env: 'prod' } } });
  const RequestParameters = {
    'append:header.x-a': '$request.header.x-b',
    'overwrite:header.x-c': 'c-${request.querystring.q}-${stageVariables.env}',
    'remove:header.x-d': "''",
    'append:querystring.id': '$request.path.id',
    'overwrite:querystring.q': '$context.routeKey',
    'remove:querystring.gone': "''",
    'overwrite:path': '/deep/${request.body.list[1].name}$',
    'append:header.x-missing': '$request.header.nothing',
    'overwrite:header.host': 'tenant.example',
  };
  await api.route('POST /pets/{id}', proxy(`${url}/ignored`, { RequestParameters }));
  const { status } = await api.fetch({
    method: 'POST',
    path: '/pets/7?q=1&gone=2&id=6',
    headers: [
      ['X-A', 'a'],
      ['X-B', 'b'],
      ['X-C', 'old'],
      ['X-D', 'd'],
    ],
    body: '{"list":[0,{"name":"n m"}]}',
  });
  assert.equal(status, 200);
  const [request] = seen;
  assert.equal(request?.url, '/deep/n%20m$?id=6&id=7&q=POST%20%2Fpets%2F%7Bid%7D');
  assert.equal(request?.headers['x-a'], 'a, b');
  assert.equal(request?.headers['x-c'], 'c-1-prod');
  assert.equal(request?.headers['x-d'], undefined);
  assert.equal(request?.headers['x-missing'], '');
  assert.equal(request?.headers.host, 'tenant.example');
});

test('mappings change events of functions, too', async () => {
  const api = await httpApi();
  const RequestParameters = {
    'overwrite:path': '/rewritten',
    'append:header.added': '$context.requestId',
    'append:querystring.by': 'gateway',
  };
  await api.route('GET /a', { RequestParameters });
  const { headers } = await api.fetch({ path: '/a?q=1' });
  assert.equal(api.event()['rawPath'], '/rewritten');
  assert.equal(api.event()['rawQueryString'], 'q=1&by=gateway');
  assert.equal(api.event().headers['added'], headers['apigw-requestid']);
});

test('mappings by status change the answer', async () => {
  let statusCode = 500;
  const api = await httpApi({
    handler: () => ({ statusCode, headers: { secret: 's' }, body: '{"error":{"code":7}}' }),
  });
  const ResponseParameters = {
    500: {
      'overwrite:statuscode': '403',
      'append:header.code': '$response.body.error.code',
      'overwrite:header.was': '$response.header.secret',
      'remove:header.secret': "''",
    },
    404: { 'overwrite:statuscode': 'teapot' },
  };
  await api.route('GET /', { ResponseParameters });
  const { status, headers } = await api.fetch({ path: '/' });
  assert.equal(status, 403);
  assert.equal(headers['code'], '7');
  assert.equal(headers['was'], 's');
  assert.ok(!('secret' in headers));
  statusCode = 201;
  assert.equal((await api.fetch({ path: '/' })).headers['secret'], 's');
  statusCode = 404;
  assert.equal((await api.fetch({ path: '/' })).status, 500);
});

test('a value that would begin another header is refused', async (t) => {
  const { url, seen } = await endpoint(t);
  const api = await httpApi();
  const RequestParameters = { 'append:header.x': '$request.querystring.q' };
  await api.route('$default', proxy(url, { RequestParameters }));
  const { status } = await api.fetch({ path: '/?q=a%0d%0aevil:1' });
  assert.equal(status, 500);
  assert.deepEqual(seen, []);
});
