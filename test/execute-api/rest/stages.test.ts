import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type {
  LogEvent,
  LogStreamReference,
} from '../../../packages/brume/src/services/logs/port.ts';
import { ServiceMetrics } from '../../../packages/brume/src/telemetry/service-metrics.ts';
import { ACCOUNT } from '../../support/gateway.ts';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';

const replace = (path: string, value: string) => ({ op: 'replace', path, value });

test('a canary serves its share, with its own deployment and variables', async () => {
  let fraction = 0.1;
  const { nodeEnvironment } = await import('../../../packages/brume/src/environment/node.ts');
  const { random } = nodeEnvironment();
  const dice = {
    bytes: (n: number) => random.bytes(n),
    uuid: () => random.uuid(),
    fraction: () => fraction,
  };
  const api = await restApi({ environment: { random: dice } });
  const text = (name: string) =>
    `${name} $stageVariables.testVar $stageVariables.defaultVar $context.isCanaryRequest`;
  await api.method('GET /', ...mock(text('one')));
  await api.deploy({ variables: { testVar: 'default', defaultVar: 'same' } });
  assert.equal((await api.fetch({ path: '/' })).text, 'one default same ');
  await api.method('GET /two', ...mock(text('two')));
  await api.call('CreateDeployment', {
    stageName: 'dev',
    canarySettings: { percentTraffic: 20, stageVariableOverrides: { testVar: 'canary' } },
  });
  assert.equal((await api.fetch({ path: '/two' })).text, 'two canary same true');
  assert.equal((await api.fetch({ path: '/' })).text, 'one canary same true');
  fraction = 0.2;
  assert.equal((await api.fetch({ path: '/two' })).status, 403);
  assert.equal((await api.fetch({ path: '/' })).text, 'one default same false');
});

async function cachedApi(patch: object[] = [], integration: object = {}) {
  const time = { nowMs: Date.UTC(2026, 10, 22) };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.nowMs };
  let calls = 0;
  const api = await restApi({
    environment: { clock },
    handler: () => ({ headers: { 'X-Call': String(++calls) }, body: String(calls) }),
  });
  const method = { requestParameters: { 'method.request.querystring.q': false } };
  await api.method('GET /', { ...lambdaProxy(), ...integration }, { method });
  await api.method('POST /', lambdaProxy());
  await api.deploy({ cacheClusterEnabled: true, cacheClusterSize: '0.5' });
  const patchOperations = [replace('/*/*/caching/enabled', 'true'), ...patch];
  await api.call('UpdateStage', { stageName: 'dev', patchOperations });
  const ask = async (
    path = '/',
    headers: readonly (readonly [string, string])[] = [],
    method = 'GET',
  ) => (await api.fetch({ path, headers, method })).text;
  return { api, time, ask };
}

test('a stage keeps responses of GET for their time, by the parameters that are its keys', async () => {
  const { api, time, ask } = await cachedApi([], {
    cacheKeyParameters: ['method.request.querystring.q'],
  });
  assert.deepEqual([await ask('/?q=1'), await ask('/?q=1&other=2')], ['1', '1']);
  assert.equal(await ask('/?q=2'), '2');
  assert.deepEqual([await ask('/', [], 'POST'), await ask('/', [], 'POST')], ['3', '4']);
  time.nowMs += 300_000;
  assert.equal(await ask('/?q=1'), '5');
  const kept = await api.fetch({ path: '/?q=1' });
  assert.equal(kept.headers['X-Call'], '5');
  const { details } = api.traces.at(-1) ?? assert.fail('no trace');
  assert.equal((details as { cache: string }).cache, 'hit');
  await api.call('CreateResource', { parentId: await api.resource('/'), pathPart: 'other' });
  assert.equal(await ask('/?q=1'), '5', 'changes of the API alone leave the cache be');
});

test('who may not invalidate the cache is told so, or refused, as the stage says', async () => {
  const fresh = [['cache-control', 'no-cache, max-age=0']] as const;
  const warned = await cachedApi();
  await warned.ask();
  const answer = await warned.api.fetch({ path: '/', headers: fresh });
  assert.equal(answer.text, '1');
  assert.match(String(answer.headers['Warning']), /^199 /);
  const strategy = '/*/*/caching/unauthorizedCacheControlHeaderStrategy';
  const refused = await cachedApi([replace(strategy, 'FAIL_WITH_403')]);
  assert.equal((await refused.api.fetch({ path: '/', headers: fresh })).status, 403);
  const open = await cachedApi([
    replace('/*/*/caching/requireAuthorizationForCacheControl', 'false'),
  ]);
  assert.deepEqual(
    [await open.ask(), await open.ask('/', fresh), await open.ask()],
    ['1', '2', '2'],
  );
});

test('answers are compressed from a size on, for who can read it, and requests are read', async () => {
  const api = await restApi({
    settings: { minimumCompressionSize: 10 },
    handler: ({ body }) => ({ body }),
  });
  await api.method('POST /', lambdaProxy());
  await api.deploy();
  const long = 'long '.repeat(10);
  const accept = ['accept-encoding', 'br, gzip;q=0.5'] as const;
  const post = { path: '/', method: 'POST' };
  const compressed = await api.fetch({ ...post, body: long, headers: [accept] });
  assert.equal(compressed.headers['Content-Encoding'], 'gzip');
  assert.equal(gunzipSync(compressed.bytes).toString(), long);
  assert.equal((await api.fetch({ ...post, body: long })).text, long);
  assert.equal((await api.fetch({ ...post, body: 'short', headers: [accept] })).text, 'short');
  const refusing = [['accept-encoding', 'gzip;q=0, deflate;q=0'] as const];
  assert.equal((await api.fetch({ ...post, body: long, headers: refusing })).text, long);
  const sent = (body: Buffer, coding: string) =>
    api.fetch({ ...post, body, headers: [['content-encoding', coding]] });
  assert.equal((await sent(gzipSync('zipped'), 'gzip')).text, 'zipped');
  assert.equal((await sent(Buffer.from('none'), 'gzip')).status, 400);
  assert.equal((await sent(Buffer.from('none'), 'br')).status, 415);
  const bomb = gzipSync(Buffer.alloc(11 * 1024 * 1024));
  assert.equal((await sent(bomb, 'gzip')).status, 413);
});

test('a stage logs each request in its format, and what methods are told to log', async () => {
  const written: (LogEvent & { stream: LogStreamReference })[] = [];
  const metrics = new ServiceMetrics();
  const api = await restApi({
    logs: { write: (stream, event) => void written.push({ ...event, stream }) },
    metrics,
  });
  await api.method('GET /pets/{id}', ...mock('{"id": 1}'));
  await api.deploy();
  const format =
    '{"id":"$context.requestId","who":"$context.identity.sourceIp","what":"$context.httpMethod $context.resourcePath",' +
    '"status":$context.status,"size":$context.responseLength,"none":"$context.authorizer.principalId","why":"$context.error.message"}\n';
  const destination = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:access`;
  await api.call('UpdateStage', {
    stageName: 'dev',
    patchOperations: [
      replace('/accessLogSettings/destinationArn', destination),
      replace('/accessLogSettings/format', format),
      replace('/~1pets~1{id}/GET/logging/loglevel', 'INFO'),
      replace('/~1pets~1{id}/GET/metrics/enabled', 'true'),
    ],
  });
  const { headers } = await api.fetch({ path: '/pets/7' });
  await api.fetch({ path: '/cats' });
  const id = String(headers['x-amzn-RequestId']);
  const access = written.filter(({ stream }) => stream.groupName === 'access');
  assert.deepEqual(JSON.parse(access[0]?.message ?? ''), {
    ...{ id, who: '127.0.0.1', what: 'GET /pets/{id}', status: 200, size: 9, none: '-' },
    why: '-',
  } satisfies object);
  const refused = access[1]?.message ?? '';
  assert.match(refused, /"what":"GET -","status":403,.*"why":"Missing Authentication Token"/);
  const own = written.filter(({ stream }) => stream.groupName !== 'access');
  assert.equal(own[0]?.stream.groupName, `API-Gateway-Execution-Logs_${api.apiId}/dev`);
  assert.deepEqual(
    own.map(({ message }) => message.replace(`(${id}) `, '').replace(id, 'id')),
    [
      `Extended Request Id: ${String(headers['x-amz-apigw-id'])}`,
      `Verifying Usage Plan for request: id. API Key:  API Stage: ${api.apiId}/dev`,
      "API Key  authorized because method 'GET /pets/{id}' does not require API Key. Request will not contribute to throttle or quota limits",
      `Usage Plan check succeeded for API Key  and API Stage ${api.apiId}/dev`,
      'Starting execution for request: id',
      'HTTP Method: GET, Resource Path: /pets/7',
      'Method request path: {id=7}',
      'Method request query string: {}',
      'Successfully completed execution',
      'Method completed with status: 200',
    ],
  );
  const shown = metrics.render();
  const stage = 'namespace="AWS/ApiGateway",metric="4XXError",ApiName="test",Stage="dev"';
  assert.match(shown, new RegExp(`_sum\\{${stage}\\} 1\n`));
  assert.match(shown, new RegExp(`_count\\{${stage}\\} 2\n`));
  assert.match(
    shown,
    /metric="Count",ApiName="test",Stage="dev",Method="GET",Resource="\/pets\/\{id\}"\} 1/,
  );
});

test('what an API answers by itself can be put in other words', async () => {
  const api = await restApi();
  await api.method('GET /', ...mock());
  const put = (responseType: string, more: object) =>
    api.call('PutGatewayResponse', { responseType, ...more });
  await put('DEFAULT_4XX', {
    statusCode: '418',
    responseParameters: {
      'gatewayresponse.header.X-Fixed': "'fixed'",
      'gatewayresponse.header.X-Type': 'context.error.responseType',
      'gatewayresponse.header.X-Asked': 'method.request.querystring.q',
      'gatewayresponse.header.Content-Length': 'method.request.querystring.q',
    },
    responseTemplates: {
      'application/json':
        '{"said": $context.error.messageString, "type": "$context.error.responseType", "plain": "$context.error.message", "stage": "${stageVariables.color}"}',
      'text/plain': 'no: $context.error.message',
    },
  });
  await api.deploy({ variables: { color: 'red' } });
  const { status, headers, text } = await api.fetch({ path: '/none?q=1' });
  assert.equal(status, 418);
  assert.deepEqual([headers['X-Fixed'], headers['X-Asked']], ['fixed', '1']);
  assert.equal(headers['Content-Length'], undefined, 'how an answer is framed is not theirs');
  assert.deepEqual(JSON.parse(text), {
    said: 'Missing Authentication Token',
    type: 'MISSING_AUTHENTICATION_TOKEN',
    plain: 'Missing Authentication Token',
    stage: 'red',
  });
  const plain = await api.fetch({ path: '/none', headers: [['accept', 'text/plain']] });
  assert.deepEqual(
    [plain.headers['Content-Type'], plain.text],
    ['text/plain', 'no: Missing Authentication Token'],
  );
  await put('MISSING_AUTHENTICATION_TOKEN', { statusCode: '404' });
  await api.deploy();
  const own = await api.fetch({ path: '/none' });
  assert.deepEqual([own.status, own.text], [404, '{"message":"Missing Authentication Token"}']);
});

test('CORS as people configure it: a mock that answers preflights', async () => {
  const api = await restApi();
  const [integration] = mock();
  const headers = { Methods: "'GET,OPTIONS'", Headers: "'Content-Type'", Origin: "'*'" };
  const responseParameters = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      `method.response.header.Access-Control-Allow-${name}`,
      value,
    ]),
  );
  const responses = [{ statusCode: '204', selectionPattern: '200', responseParameters }];
  await api.method('OPTIONS /', integration, { responses });
  await api.deploy();
  const preflight = await api.fetch({
    path: '/',
    method: 'OPTIONS',
    headers: [
      ['origin', 'https://example.com'],
      ['access-control-request-method', 'GET'],
    ],
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['Access-Control-Allow-Origin'], '*');
  assert.equal(preflight.headers['Access-Control-Allow-Methods'], 'GET,OPTIONS');
});
