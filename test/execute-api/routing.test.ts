import assert from 'node:assert/strict';
import type { PlaneNote } from '../../packages/brume/src/services/data-plane.ts';
import type { ExecutionTrace } from '../../packages/brume/src/services/execute-api/http-api/http-apis.ts';
import { test } from 'node:test';
import fc from 'fast-check';
import { httpApi } from '../support/http-api.ts';
import type { Event } from '../support/gateway.ts';

const routeKey = (event: Event) => ({ statusCode: 200, body: event['routeKey'] });

test('routes are chosen in the order of AWS: full match, greedy variable, $default', async () => {
  const api = await httpApi({ handler: routeKey });
  // The table of the developer guide, "Create routes for HTTP APIs".
  for (const key of [
    'GET /pets/dog/1',
    'GET /pets/dog/{id}',
    'GET /pets/{proxy+}',
    'ANY /{proxy+}',
    '$default',
    'POST /pets/dog/{id}',
    'ANY /pets/bird/{id}',
    'GET /',
  ]) {
    await api.route(key);
  }
  const chosen = async (method: string, path: string) => (await api.fetch({ method, path })).text;
  assert.equal(await chosen('GET', '/pets/dog/1'), 'GET /pets/dog/1');
  assert.equal(await chosen('GET', '/pets/dog/2'), 'GET /pets/dog/{id}');
  assert.equal(await chosen('GET', '/pets/cat/1'), 'GET /pets/{proxy+}');
  assert.equal(await chosen('POST', '/test/5'), 'ANY /{proxy+}');
  assert.equal(await chosen('POST', '/pets/dog/1'), 'POST /pets/dog/{id}');
  assert.equal(await chosen('DELETE', '/pets/dog/1'), 'ANY /{proxy+}');
  assert.equal(await chosen('GET', '/pets/bird/1'), 'ANY /pets/bird/{id}');
  assert.equal(await chosen('GET', '/'), 'GET /');
  assert.equal(await chosen('POST', '/'), '$default');
  assert.equal(await chosen('GET', '/pets/dog/'), 'GET /pets/{proxy+}');
});

test('where nothing matches the answer is 404', async () => {
  const api = await httpApi();
  const notFound = async (path: string) => {
    const { status, text, headers } = await api.fetch({ path });
    assert.equal(status, 404);
    assert.equal(text, '{"message":"Not Found"}');
    assert.equal(headers['content-type'], 'application/json');
    assert.ok(headers['apigw-requestid']);
  };
  await notFound('/');
  await api.route('GET /pets');
  await notFound('/pets/');
  await notFound('/Pets');
  await api.call('CreateRoute', { RouteKey: 'GET /empty' });
  await notFound('/empty');
  await api.call('UpdateApi', { DisableExecuteApiEndpoint: true });
  await notFound('/pets');
});

test('an API is reached by host, by path, and by the forms of other emulators', async () => {
  const api = await httpApi({ handler: (event) => ({ statusCode: 200, body: event['rawPath'] }) });
  await api.route('$default');
  await api.call('CreateStage', { StageName: 'dev', AutoDeploy: true });
  const at = async (path: string, host = '127.0.0.1:4566') => {
    const answer = await api.fetchAt({ path, host });
    return answer.text;
  };
  const { apiId } = api;
  for (const domain of [
    'localhost:4566',
    'us-east-1.localhost',
    'us-east-1.amazonaws.com',
    'localhost.localstack.cloud:4566',
  ]) {
    assert.equal(await at('/a/b', `${apiId}.execute-api.${domain}`), '/a/b');
    assert.equal(await at('/dev/a', `${apiId}.execute-api.${domain}`), '/dev/a');
    assert.equal(await at('/dev', `${apiId}.execute-api.${domain}`), '/dev/');
  }
  assert.equal(await at(`/_aws/execute-api/${apiId}`), '/');
  assert.equal(await at(`/_aws/execute-api/${apiId}/a?q=/dev/`), '/a');
  assert.equal(await at(`/_aws/execute-api/${apiId}/dev/a`), '/dev/a');
  assert.equal(await at(`/_aws/execute-api/${apiId}/$default/a`), '/a');
  assert.equal(await at(`/_aws/execute-api/${apiId}/%24default/a`), '/a');
  assert.equal(await at(`/restapis/${apiId}/dev/_user_request_/a`), '/dev/a');
  assert.equal(await at(`http://127.0.0.1:4566/_aws/execute-api/${apiId}/a`), '/a');
  assert.equal(await at('/_aws/execute-api/nothing/a'), '{"message":"Not Found"}');
});

test('a route that is too busy answers 429 until its bucket fills again', async () => {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const api = await httpApi({ environment: { clock } });
  await api.route('GET /slow');
  await api.route('GET /closed');
  await api.route('GET /free');
  await api.call('UpdateStage', {
    StageName: '$default',
    RouteSettings: {
      'GET /slow': { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 3 },
      'GET /closed': { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 },
    },
  });
  const statuses = async (path: string, count: number) => {
    const all: number[] = [];
    for (let at = 0; at < count; at++) all.push((await api.fetch({ path })).status);
    return all;
  };
  assert.deepEqual(await statuses('/slow', 4), [200, 200, 200, 429]);
  nowMs += 500;
  assert.deepEqual(await statuses('/slow', 2), [200, 429]);
  nowMs += 60_000;
  assert.deepEqual(await statuses('/slow', 4), [200, 200, 200, 429]);
  assert.deepEqual(await statuses('/closed', 1), [429]);
  assert.deepEqual(await statuses('/free', 10), Array(10).fill(200));
  assert.equal((await api.fetch({ path: '/closed' })).text, '{"message":"Too Many Requests"}');
});

test('every execution leaves a trace of its steps', async () => {
  const api = await httpApi();
  await api.route('GET /pets/{id}');
  const { headers } = await api.fetch({ path: '/pets/1' });
  const [trace] = api.traces;
  assert.equal(trace?.requestId, headers['apigw-requestid']);
  assert.equal(trace?.operation, 'GET /pets/{id}');
  const details = trace?.details as Omit<ExecutionTrace, keyof PlaneNote>;
  assert.equal(details.integration?.type, 'lambda');
  assert.equal(details.integrationStatus, 200);
  assert.deepEqual(
    details.steps.map(({ step }) => step),
    [
      'checkHeaders',
      'answerPreflight',
      'matchRoute',
      'throttle',
      'authorize',
      'receiveBody',
      'mapRequest',
      'integrate',
      'mapResponse',
      'addCorsHeaders',
    ],
  );
});

test('headers over 10,240 bytes are refused', async () => {
  const api = await httpApi();
  await api.route('$default');
  const headers = [['x', 'y'.repeat(10_240)]] as const;
  assert.equal((await api.fetch({ path: '/', headers })).status, 431);
});

test('no path, query, header or body of a client makes the gateway itself fail', async () => {
  const api = await httpApi();
  await api.route('ANY /a/{x}/{y+}');
  await api.route('$default', { PayloadFormatVersion: '1.0' });
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('%', '2', 'F', 'f', '/', '.', '+', '&', '=', 'é', '?') }),
    fc.constantFrom('__proto__', 'constructor', '%ff', '%', '%zz', '..', '%2e%2e', '%00', '%3F'),
  );
  const header = fc.tuple(
    fc.constantFrom('__proto__', 'constructor', 'cookie', 'x', 'content-type', 'x-forwarded-for'),
    fc.string({ unit: fc.constantFrom('a', ';', ' ', '=', ',', 'é', '"') }),
  );
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'OPTIONS', 'BREW'),
    path: fc.tuple(fc.array(text), text).map(([parts, query]) => `/${parts.join('/')}?${query}`),
    headers: fc.array(header),
    body: fc.uint8Array(),
  });
  await fc.assert(
    fc.asyncProperty(request, async (given) => {
      const { status, headers } = await api.fetch(given);
      assert.equal(status, 200);
      assert.ok(headers['apigw-requestid']);
    }),
    { numRuns: process.env['BRUME_TEST_LONG'] === '1' ? 50_000 : 500 },
  );
});

test('names that objects inherit are ordinary names of parameters', async () => {
  const api = await httpApi();
  await api.route('GET /{__proto__}');
  const path = '/x?__proto__=a&constructor=b';
  const { text } = await api.fetch({ path, headers: [['__proto__', 'c']] });
  assert.match(text, /"queryStringParameters":\{"__proto__":"a","constructor":"b"\}/);
  assert.match(text, /"__proto__":"c"/);
  assert.match(text, /"pathParameters":\{"__proto__":"x"\}/);
});
