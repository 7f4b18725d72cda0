/** Who connects to a WebSocket API, how, and how connections end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import type { Event } from '../../support/gateway.ts';
import { end, INVOKED, next, webSocketApi } from '../../support/websocket-api.ts';
import type { PublishedRestDomain } from '../../../packages/brume/src/services/apigateway/port.ts';
import type { WebSocketApi } from '../../support/websocket-api.ts';

const OK = { statusCode: 200 };

function contextOf(event: Event | undefined): Record<string, unknown> {
  return event?.requestContext ?? assert.fail('no event');
}

/** The answer to an upgrade that is refused. */
async function refusal({ base }: WebSocketApi, query = '', headers: Record<string, string> = {}) {
  const client = new WebSocket(`ws://${base}/dev${query}`, { headers });
  client.on('error', () => {});
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

test('$connect, messages and $disconnect are told as AWS tells them', async (t) => {
  const gone = Promise.withResolvers<void>();
  const api = await webSocketApi(t, (event) => {
    if (event.requestContext['eventType'] === 'DISCONNECT') gone.resolve();
    return OK;
  });
  await api.route('$connect');
  await api.route('$disconnect');
  await api.twoWay('$default', { IntegrationUri: INVOKED('default') });
  const client = await api.connect('?room=a&room=b&x=1%202', {
    headers: { 'user-agent': 'test/1.0', 'x-twice': ['1', '2'] as unknown as string },
  });
  client.send('not JSON');
  await api.observedOf('MESSAGE');
  client.close(1000);
  await gone.promise;
  const [connect, message, disconnect] = api.events;
  const { connectionId, requestId, requestTimeEpoch, connectedAt } = contextOf(connect);
  assert.match(String(connectionId), /^[\w-]{15}=$/);
  const domainName = `${api.apiId}.execute-api.localhost:${api.port}`;
  assert.deepEqual(contextOf(connect), {
    routeKey: '$connect',
    eventType: 'CONNECT',
    extendedRequestId: requestId,
    requestTime: contextOf(connect)['requestTime'],
    messageDirection: 'IN',
    stage: 'dev',
    connectedAt: requestTimeEpoch,
    requestTimeEpoch,
    identity: { userAgent: 'test/1.0', sourceIp: '127.0.0.1' },
    requestId,
    domainName,
    connectionId,
    apiId: api.apiId,
  });
  assert.match(
    String(contextOf(connect)['requestTime']),
    /^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
  );
  assert.deepEqual(connect?.['queryStringParameters'], { room: 'b', x: '1 2' });
  assert.deepEqual(connect['multiValueQueryStringParameters'], { room: ['a', 'b'], x: ['1 2'] });
  assert.equal(connect['isBase64Encoded'], false);
  assert.equal('body' in connect, false);
  assert.equal(connect.headers['Host'], `127.0.0.1:${api.port}`);
  assert.equal(connect.headers['Sec-WebSocket-Version'], '13');
  assert.equal(connect.headers['X-Forwarded-Proto'], 'http');
  assert.equal(connect.headers['X-Forwarded-Port'], String(api.port));
  assert.match(connect.headers['X-Amzn-Trace-Id'] ?? '', /^Root=1-/);
  assert.equal('Upgrade' in connect.headers, false);
  assert.deepEqual((connect['multiValueHeaders'] as Record<string, unknown>)['x-twice'], [
    '1',
    '2',
  ]);

  assert.deepEqual(Object.keys(message ?? {}).toSorted(), [
    'body',
    'isBase64Encoded',
    'requestContext',
  ]);
  assert.equal(message?.['body'], 'not JSON');
  const said = contextOf(message);
  assert.deepEqual([said['routeKey'], said['eventType']], ['$default', 'MESSAGE']);
  assert.match(String(said['messageId']), /^[\w-]{15}=$/);
  assert.deepEqual([said['connectionId'], said['connectedAt']], [connectionId, connectedAt]);

  assert.deepEqual(disconnect?.headers, {
    Host: domainName,
    'x-api-key': '',
    'X-Forwarded-For': '',
    'x-restapi': '',
  });
  const left = contextOf(disconnect);
  assert.deepEqual(
    [left['eventType'], left['disconnectStatusCode'], left['disconnectReason']],
    ['DISCONNECT', 1000, 'Connection Closed Normally'],
  );
});

test('an API that says nothing of connecting lets everybody in', async (t) => {
  const api = await webSocketApi(t, () => OK);
  await api.route('$default');
  const client = await api.connect();
  assert.equal(client.readyState, WebSocket.OPEN);
});

test('$connect refuses with the status that its function answers, and by failing', async (t) => {
  let answer: () => unknown = () => ({ statusCode: 401, body: 'who are you?' });
  const api = await webSocketApi(t, () => answer());
  await api.route('$connect');
  assert.deepEqual(await refusal(api), { status: 401, body: 'who are you?' });
  for (const [said, status] of [
    [() => ({ statusCode: 403 }), 403],
    [() => ({ statusCode: 410 }), 410],
    [() => ({ statusCode: 500 }), 500],
    [() => ({ statusCode: 302 }), 502],
    [() => null, 502],
    [() => ({ statusCode: 'x' }), 502],
    [() => assert.fail('broken'), 502],
  ] as const) {
    answer = said;
    assert.equal((await refusal(api)).status, status, String(said));
  }
  const { message, connectionId, requestId } = JSON.parse((await refusal(api)).body) as Event;
  assert.equal(message, 'Internal server error');
  assert.match(`${String(connectionId)} ${String(requestId)}`, /^[\w-]{15}= [\w-]{15}=$/);
  assert.equal(
    api.invocations.every((name) => name.endsWith(':connect')),
    true,
    'nobody who was refused is told to be gone',
  );
});

test('the function chooses the subprotocol', async (t) => {
  const api = await webSocketApi(t, () => ({
    ...OK,
    headers: { 'Sec-WebSocket-Protocol': 'graphql-ws', 'x-other': 'dropped' },
  }));
  await api.route('$connect');
  const client = await api.connect('', { protocols: ['mqtt', 'graphql-ws'] });
  assert.equal(client.protocol, 'graphql-ws');
});

test('an authorizer is asked with the whole request, and what it says stays with the connection', async (t) => {
  let answer: (methodArn: string) => unknown = () => assert.fail('not asked');
  const api = await webSocketApi(t, (event) => {
    if (event['type'] !== 'REQUEST') return OK;
    return answer(String(event['methodArn']));
  });
  const { AuthorizerId } = await api.call('CreateAuthorizer', {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: INVOKED('guard'),
    IdentitySource: ['route.request.querystring.token'],
    Name: 'guard',
  });
  await api.route('$connect', {}, { AuthorizationType: 'CUSTOM', AuthorizerId });
  await api.route('$default');
  assert.equal((await refusal(api)).status, 401);
  assert.deepEqual(api.invocations, [], 'nobody is asked without the identity');
  const policy = (Effect: string, Resource: string, context = {}) => ({
    principalId: 'ada',
    policyDocument: { Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
    context,
  });
  for (const [said, status] of [
    [(arn: string) => policy('Deny', arn), 403],
    [() => policy('Allow', 'arn:aws:execute-api:*:*:other/*'), 403],
    [() => ({ isAuthorized: true }), 500],
    [() => ({ ...policy('Allow', '*'), principalId: undefined }), 500],
    [() => policy('Allow', '*', { nested: {} }), 500],
    [() => policy('Allow', '*', { long: 'x'.repeat(9000) }), 500],
    [() => assert.fail('broken'), 500],
  ] as const) {
    answer = said;
    assert.equal((await refusal(api, '?token=x')).status, status, String(said));
  }
  answer = (arn) => policy('Allow', arn, { tenant: 7, admin: true });
  const client = await api.connect('?token=x');
  const [asked, connected] = api.events.slice(-2);
  assert.equal(
    asked?.['methodArn'],
    `arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/dev/$connect`,
  );
  assert.equal(asked.headers['Upgrade'], 'websocket');
  assert.deepEqual(asked['queryStringParameters'], { token: 'x' });
  const known = contextOf(connected)['authorizer'] as Record<string, unknown>;
  assert.deepEqual([known['principalId'], known['tenant'], known['admin']], ['ada', '7', 'true']);
  assert.equal(typeof known['integrationLatency'], 'number');
  client.send('{}');
  await api.observedOf('MESSAGE');
  assert.deepEqual(contextOf(api.events.at(-1))['authorizer'], known);
});

test('a route with IAM lets in who has signed, of the same account', async (t) => {
  let accountId = '000000000000';
  const identity = { accessKey: 'a', callerId: 'c', userArn: 'arn', userId: 'u' };
  const verify = (http: { headers: { get(name: string): string | undefined } }) =>
    http.headers.get('authorization') === 'signed' ? { ...identity, accountId } : undefined;
  const api = await webSocketApi(t, () => OK, { iam: { verify } });
  await api.route('$connect', {}, { AuthorizationType: 'AWS_IAM' });
  assert.equal((await refusal(api)).status, 403);
  const headers = { authorization: 'signed' };
  const client = await api.connect('', { headers });
  assert.equal(client.readyState, WebSocket.OPEN);
  accountId = '111111111111';
  assert.equal((await refusal(api, '', headers)).status, 403);
});

test('an API key must be of a usage plan with the stage', async (t) => {
  const api = await webSocketApi(t, () => OK);
  await api.route('$connect', {}, { ApiKeyRequired: true });
  assert.equal((await refusal(api)).status, 403);
  const plan = (stages: string[]) => ({
    id: 'plan',
    stages: new Map(stages.map((stage) => [stage, new Map()])),
    limit: { ratePerSecond: 0.001, burst: 1 },
    quota: undefined,
    keys: [{ id: 'key', value: 'k'.repeat(20), usage: undefined }],
  });
  const headers = { 'x-api-key': 'k'.repeat(20) };
  api.plansChanged('000000000000', 'us-east-1', [plan(['other:dev'])]);
  assert.equal((await refusal(api, '', headers)).status, 403);
  api.plansChanged('000000000000', 'us-east-1', [plan([`${api.apiId}:dev`])]);
  const client = await api.connect('', { headers });
  assert.equal(client.readyState, WebSocket.OPEN);
  assert.equal((await refusal(api, '', headers)).status, 429);
});

test('required parameters, limits of the stage and addresses are kept to', async (t) => {
  const api = await webSocketApi(t, () => OK, {
    stage: { RouteSettings: {}, DefaultRouteSettings: { ThrottlingRateLimit: 0 } },
  });
  const RequestParameters = { 'route.request.querystring.b': { Required: true } };
  await api.route('$connect', {}, { RequestParameters });
  assert.equal((await refusal(api)).status, 429);
  await api.call('UpdateStage', {
    StageName: 'dev',
    DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
  });
  const missing = await refusal(api);
  assert.equal(missing.status, 400);
  assert.match(missing.body, /Missing required request parameters: \[b\]/);
  const ask = async (path: string) => (await fetch(`http://${api.base}${path}`)).status;
  assert.equal(await ask('/dev?b=1'), 426);
  assert.equal(await ask('/dev/other'), 403);
  assert.equal(await ask('/none'), 403);
  const host = `${api.apiId}.execute-api.localhost:${api.port}`;
  const byHost = new WebSocket(`ws://127.0.0.1:${api.port}/dev?b=1`, { headers: { host } });
  await once(byHost, 'open');
  byHost.terminate();
  const { domainName } = contextOf(api.events.at(-1));
  assert.equal(domainName, host);
});

test('a stage that goes tells its clients so, and $disconnect; a redeployment keeps them', async (t) => {
  const gone = Promise.withResolvers<Event>();
  const api = await webSocketApi(t, (event) => {
    if (event.requestContext['eventType'] === 'DISCONNECT') gone.resolve(event);
    return { ...OK, body: 'one' };
  });
  await api.route('$disconnect');
  const { IntegrationId } = await api.twoWay('say');
  const client = await api.connect();
  client.send('{"action":"say"}');
  assert.equal(await next(client), 'one');
  await api.call('UpdateIntegration', {
    IntegrationId,
    IntegrationType: 'MOCK',
    RequestTemplates: { $default: '{statusCode: 200}' },
  });
  await api.call('CreateIntegrationResponse', {
    IntegrationId,
    IntegrationResponseKey: '$default',
    ResponseTemplates: { $default: 'two' },
  });
  client.send('{"action":"say"}');
  assert.equal(await next(client), 'two');
  const [ended] = await Promise.all([end(client), api.call('DeleteStage', { StageName: 'dev' })]);
  assert.deepEqual(ended, [1001, 'Going away']);
  const left = contextOf(await gone.promise);
  assert.deepEqual([left['disconnectStatusCode'], left['disconnectReason']], [1001, 'Going away']);
  const sent = request(`http://${api.base}/dev`).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(response.resume().statusCode, 404);
});

test('what runs when Brume stops is waited for: messages, then the end of the connection', async (t) => {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const told: string[] = [];
  const api = await webSocketApi(t, async (event) => {
    if (event.requestContext['eventType'] === 'MESSAGE') {
      begun.resolve();
      await goOn.promise;
    }
    told.push(String(event.requestContext['eventType']));
    return OK;
  });
  await api.route('$default', { IntegrationUri: INVOKED('default') });
  await api.route('$disconnect');
  const client = await api.connect();
  client.send('slow');
  await begun.promise;
  client.terminate();
  const drained = api.drain();
  goOn.resolve();
  await drained;
  assert.deepEqual(told, ['MESSAGE', 'DISCONNECT']);
});

test('a domain of one’s own leads to a stage, also of an API without an address of its own', async (t) => {
  const api = await webSocketApi(t, () => OK, { settings: { DisableExecuteApiEndpoint: true } });
  await api.route('$connect');
  assert.equal((await refusal(api)).status, 403);
  const mapping = { basePath: 'chat', apiId: api.apiId, stageName: 'dev' };
  const unguarded = { isStrict: false, truststore: undefined, privateAccess: undefined };
  const domain: PublishedRestDomain = {
    ...{ domainName: 'ws.example.com', minTlsVersion: 'TLSv1.2', ...unguarded },
    ...{ rules: [], mappings: [mapping] },
  };
  const headers = { host: 'ws.example.com' };
  api.domainsChanged([{ ...domain, isStrict: true }]);
  assert.equal((await refusal({ ...api, base: `127.0.0.1:${api.port}` }, '', headers)).status, 403);
  assert.equal(api.events.length, 0);
  api.domainsChanged([domain]);
  const client = new WebSocket(`ws://127.0.0.1:${api.port}/chat`, { headers });
  t.after(() => client.terminate());
  await once(client, 'open');
  const { domainName, stage } = contextOf(api.events[0]);
  assert.deepEqual([domainName, stage], ['ws.example.com', 'dev']);
});

test('functions are run for the route or the authorizer, or for a role where one is said', async (t) => {
  const api = await webSocketApi(t, (event) =>
    event['type'] === 'REQUEST'
      ? {
          principalId: 'ada',
          policyDocument: { Statement: { Action: '*', Effect: 'Allow', Resource: '*' } },
        }
      : OK,
  );
  const { AuthorizerId } = await api.call('CreateAuthorizer', {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: INVOKED('guard'),
    Name: 'guard',
  });
  const { IntegrationId } = await api.route(
    '$connect',
    {},
    { AuthorizationType: 'CUSTOM', AuthorizerId },
  );
  await api.connect();
  const arn = `arn:aws:execute-api:us-east-1:000000000000:${api.apiId}`;
  const behalf = { service: 'apigateway.amazonaws.com', accountId: '000000000000' };
  assert.deepEqual(api.sources, [
    { ...behalf, arn: `${arn}/authorizers/${AuthorizerId}` },
    { ...behalf, arn: `${arn}/dev/$connect` },
  ]);
  const CredentialsArn = 'arn:aws:iam::000000000000:role/r';
  await api.call('UpdateIntegration', { IntegrationId, CredentialsArn });
  await api.connect();
  assert.equal(api.sources.at(-1), undefined);
});
