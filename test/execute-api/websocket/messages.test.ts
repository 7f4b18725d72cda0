/** Messages of WebSocket APIs: which route they take, what it does with them, and what comes back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { WebSocket } from 'ws';
import { MovableClock } from '../../../packages/brume/src/environment/movable-clock.ts';
import { nodeEnvironment } from '../../../packages/brume/src/environment/node.ts';
import { end, INVOKED, next, webSocketApi } from '../../support/websocket-api.ts';

const OK = { statusCode: 200 };

function ask(client: WebSocket, message: object): Promise<string> {
  client.send(JSON.stringify(message));
  return next(client);
}

test('the selection expression names the route; all else goes to $default', async (t) => {
  const api = await webSocketApi(
    t,
    (event) => ({ ...OK, body: event.requestContext['routeKey'] }),
    {
      settings: { RouteSelectionExpression: '${request.body.service}/${request.body.n}' },
    },
  );
  await api.route('$connect');
  await api.twoWay('chat/1');
  await api.twoWay('$default', { IntegrationUri: INVOKED('default') });
  await api.twoWay('undefined/undefined');
  const client = await api.connect();
  assert.equal(await ask(client, { service: 'chat', n: 1 }), 'chat/1');
  assert.equal(await ask(client, { service: 'chat', n: 2 }), '$default');
  assert.equal(await ask(client, { service: 'chat' }), '$default');
  assert.equal(await ask(client, { ['__proto__']: 1 }), '$default');
  client.send('not JSON');
  assert.equal(await next(client), '$default');
});

test('no message is a connection’s beginning or end, and one without a route is forbidden', async (t) => {
  const api = await webSocketApi(t, () => OK);
  await api.route('$connect');
  await api.route('$disconnect');
  const client = await api.connect();
  for (const action of ['$connect', '$disconnect', '$default', 'none', '', null]) {
    const said = JSON.parse(await ask(client, { action })) as Record<string, unknown>;
    assert.deepEqual(Object.keys(said), ['message', 'connectionId', 'requestId']);
    assert.equal(said['message'], 'Forbidden');
  }
  assert.equal(api.invocations.length, 1);
});

test('messages of one client are handled in order, one at a time, and all are', async (t) => {
  let running = 0;
  const handled: number[] = [];
  const api = await webSocketApi(t, async (event) => {
    assert.equal(++running, 1);
    // The first take the longest: they would be overtaken.
    const { n } = JSON.parse(String(event['body'])) as { n: number };
    for (let turn = 0; turn < 50 - n / 4; turn++) await new Promise(setImmediate);
    handled.push(n);
    running--;
    return { ...OK, body: String(n) };
  });
  await api.twoWay('$default', { IntegrationUri: INVOKED('default') });
  const client = await api.connect();
  const answers: string[] = [];
  client.on('message', (data: Buffer) => answers.push(data.toString()));
  // More than may wait: the client is not read from meanwhile.
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  for (const n of numbers) client.send(JSON.stringify({ n }));
  await api.observedOf('MESSAGE', numbers.length);
  while (answers.length < numbers.length) await once(client, 'message');
  assert.deepEqual(handled, numbers);
  assert.deepEqual(answers.map(Number), numbers);
});

test('messages before the end are handled, then $disconnect is told', async (t) => {
  const told: string[] = [];
  const all = Promise.withResolvers<void>();
  const api = await webSocketApi(t, async (event) => {
    await new Promise(setImmediate);
    told.push(String(event['body'] ?? event.requestContext['eventType']));
    if (event.requestContext['eventType'] === 'DISCONNECT') all.resolve();
    return OK;
  });
  await api.route('$default', { IntegrationUri: INVOKED('default') });
  await api.route('$disconnect');
  const client = await api.connect();
  for (const text of ['a', 'b', 'c']) client.send(text);
  client.close(4001, 'bye');
  await all.promise;
  assert.deepEqual(told, ['a', 'b', 'c', 'DISCONNECT']);
  const { disconnectStatusCode, disconnectReason } = api.events.at(-1)?.requestContext ?? {};
  assert.deepEqual([disconnectStatusCode, disconnectReason], [4001, 'bye']);
});

test('what fails is said in a frame, on routes that answer and on those that do not', async (t) => {
  let answer: () => unknown = () => OK;
  const api = await webSocketApi(t, () => answer());
  await api.twoWay('two');
  await api.route('one');
  await api.route('html', { IntegrationType: 'AWS', RequestTemplates: { $default: '#if' } });
  await api.route('strict', { IntegrationType: 'AWS', PassthroughBehavior: 'NEVER' });
  const client = await api.connect();
  const failed = async (action: string) => {
    const said = JSON.parse(await ask(client, { action })) as Record<string, string>;
    assert.match(said['requestId'] ?? '', /^[\w-]{15}=$/);
    return said['message'];
  };
  for (const said of [() => assert.fail('x'), () => null, () => 'x', () => ({ statusCode: 9 })]) {
    answer = said;
    assert.equal(await failed('two'), 'Internal server error', String(said));
    assert.equal(await failed('one'), 'Internal server error', String(said));
  }
  assert.equal(await failed('html'), 'Internal server error');
  assert.equal(await failed('strict'), 'Internal server error');
  const reasons = api.observed.map(({ errorReason }) => errorReason ?? '');
  assert.ok(reasons.some((reason) => /request template/.test(reason)));
  answer = () => ({ statusCode: 500, body: 'mine' });
  client.send('{"action":"one"}');
  assert.equal(await ask(client, { action: 'two' }), 'mine', 'and nothing for the one before');
});

test('templates make of messages what functions are told, and of their answers what clients are', async (t) => {
  const api = await webSocketApi(
    t,
    (event) => {
      if (event['fail']) throw new Error('no stock');
      return { told: event };
    },
    { stage: { StageVariables: { color: 'blue' } } },
  );
  const { IntegrationId } = await api.twoWay('order', {
    IntegrationType: 'AWS',
    RequestTemplates: {
      $default:
        `{"item": $input.json('$.item'), "from": "$context.connectionId", "color": "$stageVariables.color",` +
        ` "route": "$context.routeKey", "fail": #if($input.path('$.item') == 'none')true#{else}false#end}`,
    },
  });
  const respond = (IntegrationResponseKey: string, template: string) =>
    api.call('CreateIntegrationResponse', {
      IntegrationId,
      IntegrationResponseKey,
      ResponseTemplates: { $default: template },
    });
  await respond(
    '$default',
    `{"sold": $input.json('$.told.item'), "in": $input.json('$.told.color')}`,
  );
  await respond('/.*no stock.*/', 'sorry');
  const client = await api.connect();
  assert.equal(
    await ask(client, { action: 'order', item: 'hat' }),
    '{"sold": "hat", "in": "blue"}',
  );
  assert.equal(api.events[0]?.['route'], 'order');
  assert.match(String(api.events[0]['from']), /^[\w-]{15}=$/);
  assert.equal(await ask(client, { action: 'order', item: 'none' }), 'sorry');
});

test('a mock answers by its templates', async (t) => {
  const api = await webSocketApi(t, () => assert.fail('no function'));
  const { IntegrationId } = await api.twoWay('ping', {
    IntegrationType: 'MOCK',
    TemplateSelectionExpression: '${request.body.kind}',
    RequestTemplates: { $default: '{statusCode: 200}', bad: '{"statusCode": 503}' },
  });
  for (const [key, text] of [
    ['200', 'pong'],
    ['/5\\d\\d/', 'broken'],
  ]) {
    await api.call('CreateIntegrationResponse', {
      IntegrationId,
      IntegrationResponseKey: key,
      ResponseTemplates: { $default: text },
    });
  }
  const client = await api.connect();
  assert.equal(await ask(client, { action: 'ping' }), 'pong');
  assert.equal(await ask(client, { action: 'ping', kind: 'bad' }), 'broken');
});

async function backend(t: TestContext, status = 200) {
  const asked: Record<string, unknown>[] = [];
  const server = createServer((message, response) => {
    void buffer(message).then((body) => {
      const { method, url, headers } = message;
      asked.push({ method, url, headers, body: body.toString() });
      response.statusCode = status;
      response.end(JSON.stringify({ echoed: body.toString() }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('messages must be as the model of their route wants them', async (t) => {
  const api = await webSocketApi(t, () => ({ ...OK, body: 'ok' }), {
    settings: { RouteSelectionExpression: '$request.body.action' },
  });
  for (const [Name, type] of [
    ['Order', 'integer'],
    ['Note', 'string'],
  ] as const) {
    const schema = { type: 'object', required: ['n'], properties: { n: { type } } };
    await api.call('CreateModel', { Name, Schema: JSON.stringify(schema) });
  }
  const { RouteId } = await api.twoWay('$default', { IntegrationUri: INVOKED('default') });
  await api.call('UpdateRoute', {
    RouteId,
    ModelSelectionExpression: '$request.body.kind',
    RequestModels: { note: 'Note', $default: 'Order' },
  });
  const client = await api.connect();
  assert.equal(await ask(client, { n: 1 }), 'ok');
  assert.equal(await ask(client, { n: 'x', kind: 'note' }), 'ok');
  for (const wrong of [{ n: 'x' }, {}, { n: 1, kind: 'note' }]) {
    assert.match(await ask(client, wrong), /^\{"message":"Bad request body","connectionId"/);
  }
  client.send('not JSON');
  assert.match(await next(client), /Bad request body/);
  assert.equal(api.invocations.length, 2);
});

test('an integration calls an operation of another service', async (t) => {
  const asked: string[] = [];
  const api = await webSocketApi(t, () => assert.fail('no function'), {
    async callService({ headers, body }) {
      const target = headers.get('x-amz-target') ?? '';
      const [, account] = /Credential=(\d+)\//.exec(headers.get('authorization') ?? '') ?? [];
      asked.push(`${account} ${target} ${(await body.bytes(1000)).toString()}`);
      return { status: 200, headers: {}, body: '{"kept":true}' };
    },
  });
  const { IntegrationId } = await api.twoWay('keep', {
    IntegrationType: 'AWS',
    IntegrationUri: 'arn:aws:apigateway:us-east-1:dynamodb:action/PutItem',
    CredentialsArn: 'arn:aws:iam::000000000000:role/r',
    RequestTemplates: { $default: `{"id": "$context.connectionId", "n": $input.path('$.n')}` },
  });
  await api.call('CreateIntegrationResponse', {
    IntegrationId,
    IntegrationResponseKey: '200',
    ResponseTemplates: { $default: `kept: $input.path('$.kept')` },
  });
  const client = await api.connect();
  assert.equal(await ask(client, { action: 'keep', n: 3 }), 'kept: true');
  assert.match(
    asked[0] ?? '',
    /^000000000000 DynamoDB_20120810\.PutItem \{"id": "[\w-]{15}=", "n": 3\}$/,
  );
});

test('endpoints are told by mappings who sends, and answer through templates or as they are', async (t) => {
  const api = await webSocketApi(t, () => assert.fail('no function'));
  const { url, asked } = await backend(t, 201);
  await api.twoWay('proxy', {
    IntegrationType: 'HTTP_PROXY',
    IntegrationMethod: 'PUT',
    IntegrationUri: `${url}/rooms/{room}`,
    RequestParameters: {
      'integration.request.header.ConnectionId': 'context.connectionId',
      'integration.request.path.room': 'route.request.body.room',
      'integration.request.querystring.kind': "'static value'",
    },
  });
  const { IntegrationId } = await api.twoWay('http', {
    IntegrationType: 'HTTP',
    IntegrationUri: url,
    RequestTemplates: { $default: `<$input.json('$.room')>` },
  });
  await api.call('CreateIntegrationResponse', {
    IntegrationId,
    IntegrationResponseKey: '201',
    ResponseTemplates: { $default: `made: $input.path('$.echoed')` },
  });
  const client = await api.connect();
  const message = { action: 'proxy', room: 'a/../b' };
  assert.equal(await ask(client, message), JSON.stringify({ echoed: JSON.stringify(message) }));
  const [told] = asked;
  assert.deepEqual(
    [told?.['method'], told?.['url']],
    ['PUT', '/rooms/a%2F..%2Fb?kind=static+value'],
  );
  const headers = told?.['headers'] as Record<string, string>;
  assert.match(headers['connectionid'] ?? '', /^[\w-]{15}=$/);
  assert.equal(headers['user-agent'], `AmazonAPIGateway_${api.apiId}`);
  assert.equal(await ask(client, { action: 'http', room: 'x' }), 'made: <"x">');
  assert.match(await ask(client, { action: 'proxy', room: '..' }), /Bad request body/);
  await ask(client, { action: 'proxy', room: 'half \ud800' });
  assert.equal(asked.at(-1)?.['url'], '/rooms/half%20%EF%BF%BD?kind=static+value');
});

test('a header that a client would smuggle in by a mapping is refused', async (t) => {
  const api = await webSocketApi(t, () => assert.fail('no function'));
  const { url, asked } = await backend(t);
  await api.route('proxy', {
    IntegrationType: 'HTTP_PROXY',
    IntegrationUri: url,
    RequestParameters: { 'integration.request.header.X': 'route.request.body.x' },
  });
  const client = await api.connect();
  const said = await ask(client, { action: 'proxy', x: 'a\r\nY: b' });
  assert.match(said, /Internal server error/);
  assert.equal(asked.length, 0);
});

test('binary messages close the connection with 1003; a self-hoster may have them', async (t) => {
  const api = await webSocketApi(t, () => OK);
  await api.route('$default', { IntegrationUri: INVOKED('default') });
  const client = await api.connect();
  client.send(Buffer.of(1, 2));
  assert.equal((await end(client))[0], 1003);
  assert.deepEqual(api.events, []);
  const relaxed = await webSocketApi(t, (event) => ({ ...OK, body: String(event['body']) }), {
    limits: 'relaxed',
  });
  await relaxed.twoWay('$default', { IntegrationUri: INVOKED('default') });
  const other = await relaxed.connect();
  other.send(Buffer.of(0xff, 0xfe));
  assert.equal(await next(other), '//4=');
  assert.equal(relaxed.events[0]?.['isBase64Encoded'], true);
});

test('an integration response may answer in binary', async (t) => {
  const api = await webSocketApi(t, () => ({ ...OK, body: '//4=', isBase64Encoded: true }));
  await api.twoWay('function');
  const { IntegrationId } = await api.twoWay('mock', {
    IntegrationType: 'MOCK',
    RequestTemplates: { $default: '{statusCode: 200}' },
  });
  await api.call('CreateIntegrationResponse', {
    IntegrationId,
    IntegrationResponseKey: '$default',
    ContentHandlingStrategy: 'CONVERT_TO_BINARY',
    ResponseTemplates: { $default: '//4=' },
  });
  const client = await api.connect();
  for (const action of ['function', 'mock']) {
    client.send(JSON.stringify({ action }));
    const [data, isBinary] = (await once(client, 'message')) as [Buffer, boolean];
    assert.deepEqual([data.toString('hex'), isBinary], ['fffe', true], action);
  }
});

test('frames over 32 KB and messages over 128 KB close the connection with 1009', async (t) => {
  const api = await webSocketApi(t, (event) => ({
    ...OK,
    body: String(String(event['body']).length),
  }));
  await api.twoWay('$default', { IntegrationUri: INVOKED('default') });
  const KIB = 1024;
  const whole = await api.connect();
  whole.send('x'.repeat(32 * KIB));
  assert.equal(await next(whole), String(32 * KIB));
  const pieces = (client: WebSocket, count: number) => {
    for (let at = 0; at < count; at++) client.send('x'.repeat(32 * KIB), { fin: at === count - 1 });
  };
  pieces(whole, 4);
  assert.equal(await next(whole), String(128 * KIB));
  pieces(whole, 5);
  assert.equal((await end(whole))[0], 1009);
  const frame = await api.connect();
  frame.send('x'.repeat(32 * KIB + 1));
  assert.equal((await end(frame))[0], 1009);
});

test('connections end after ten idle minutes, and after two hours whatever they do', async (t) => {
  const movable = new MovableClock(nodeEnvironment());
  const MINUTE_MS = 60_000;
  const { clock, timers } = movable;
  const api = await webSocketApi(t, () => OK, { environment: { clock, timers } });
  await api.twoWay('$default', { IntegrationUri: INVOKED('default') });
  const idle = await api.connect();
  const busy = await api.connect();
  movable.move(9 * MINUTE_MS);
  busy.ping();
  await once(busy, 'pong');
  const idleEnds = end(idle);
  movable.move(MINUTE_MS);
  assert.deepEqual(await idleEnds, [1001, 'Going away']);
  const busyEnds = end(busy);
  for (let minutes = 10; minutes < 115; minutes += 5) {
    movable.move(5 * MINUTE_MS);
    busy.ping();
    await once(busy, 'pong');
  }
  movable.move(5 * MINUTE_MS);
  assert.deepEqual(await busyEnds, [1001, 'Going away']);
});

test('routes keep to their limits', async (t) => {
  const api = await webSocketApi(t, () => ({ ...OK, body: 'ok' }));
  await api.twoWay('$default', { IntegrationUri: INVOKED('default') });
  await api.call('UpdateStage', {
    StageName: 'dev',
    RouteSettings: { $default: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 } },
  });
  const client = await api.connect();
  assert.equal(await ask(client, {}), 'ok');
  assert.equal(await ask(client, {}), 'ok');
  assert.match(await ask(client, {}), /^\{"message":"Too Many Requests"/);
});
