import assert from 'node:assert/strict';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import { ACCOUNT } from '../support/gateway.ts';
import { FUNCTION, httpApi } from '../support/http-api.ts';

/** Noon of a day, and bytes that are all alike. */
const still = {
  clock: { nowMs: () => Date.UTC(2026, 10, 22, 12, 30, 5), monotonicMs: () => 0 },
};

test('an event of format 2.0 is exactly what AWS sends', async () => {
  const api = await httpApi({
    environment: still,
    stage: { StageVariables: { color: 'blue' } },
  });
  await api.route('POST /pets/{id}');
  const { status, headers } = await api.fetch({
    method: 'POST',
    path: '/pets/7%20x?a=1&a=2+3&b=%26&c',
    headers: [
      ['User-Agent', 'test'],
      ['Content-Type', 'application/json'],
      ['X-Twice', 'one'],
      ['x-twice', 'two'],
      ['Cookie', 'k=v; l=w'],
      ['Connection', 'keep-alive'],
      ['X-Amzn-Trace-Id', 'Root=1-65a1b2c3-abcdefabcdefabcdefabcdef'],
    ],
    body: '{"né":1}',
  });
  const requestId = headers['apigw-requestid'];
  assert.match(String(requestId), /^[\w-]{15}=$/);
  assert.equal(status, 200);
  const domainName = `${api.apiId}.execute-api.localhost:4566`;
  assert.deepEqual(api.event(), {
    version: '2.0',
    routeKey: 'POST /pets/{id}',
    rawPath: '/pets/7 x',
    rawQueryString: 'a=1&a=2+3&b=%26&c',
    cookies: ['k=v', 'l=w'],
    headers: {
      host: domainName,
      'user-agent': 'test',
      'content-type': 'application/json',
      'x-twice': 'one,two',
      'content-length': '9',
      'x-amzn-trace-id': 'Root=1-65a1b2c3-abcdefabcdefabcdefabcdef',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '4566',
      'x-forwarded-proto': 'http',
    },
    queryStringParameters: { a: '1,2 3', b: '&', c: '' },
    requestContext: {
      accountId: ACCOUNT,
      apiId: api.apiId,
      domainName,
      domainPrefix: api.apiId,
      http: {
        method: 'POST',
        path: '/pets/7 x',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'test',
      },
      requestId,
      routeKey: 'POST /pets/{id}',
      stage: '$default',
      time: '22/Nov/2026:12:30:05 +0000',
      timeEpoch: Date.UTC(2026, 10, 22, 12, 30, 5),
    },
    pathParameters: { id: '7 x' },
    stageVariables: { color: 'blue' },
    body: '{"né":1}',
    isBase64Encoded: false,
  });
  assert.deepEqual(api.invocations, [FUNCTION]);
});

test('in an event of format 2.0 what is absent is left out', async () => {
  const api = await httpApi();
  await api.route('$default');
  await api.fetch({ path: '/' });
  const absent = ['cookies', 'queryStringParameters', 'pathParameters', 'stageVariables', 'body'];
  for (const name of absent) assert.ok(!(name in api.event()), name);
  assert.ok(!('authorizer' in api.event().requestContext));
  assert.equal(api.event()['rawQueryString'], '');
});

test('an event of format 1.0 is exactly what AWS sends', async () => {
  const api = await httpApi({ environment: still });
  await api.route('ANY /{proxy+}', { PayloadFormatVersion: '1.0' });
  const { headers } = await api.fetch({
    path: '/a//b/?x=1&x=2',
    headers: [
      ['user-agent', 'test'],
      ['X-Twice', 'one'],
      ['x-twice', 'two'],
      ['X-Amzn-Trace-Id', 'Root=1-65a1b2c3-abcdefabcdefabcdefabcdef'],
    ],
  });
  const domainName = `${api.apiId}.execute-api.localhost:4566`;
  const nobody = {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: '127.0.0.1',
    user: null,
    userAgent: 'test',
    userArn: null,
  };
  const single = {
    Host: domainName,
    'User-Agent': 'test',
    'X-Twice': 'two',
    'Content-Length': '0',
    'X-Amzn-Trace-Id': 'Root=1-65a1b2c3-abcdefabcdefabcdefabcdef',
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Port': '4566',
    'X-Forwarded-Proto': 'http',
  };
  const multi: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(single)) multi[name] = [value];
  assert.deepEqual(api.event(), {
    version: '1.0',
    resource: '/{proxy+}',
    path: '/a//b/',
    httpMethod: 'GET',
    headers: single,
    multiValueHeaders: { ...multi, 'X-Twice': ['one', 'two'] },
    queryStringParameters: { x: '2' },
    multiValueQueryStringParameters: { x: ['1', '2'] },
    requestContext: {
      accountId: ACCOUNT,
      apiId: api.apiId,
      domainName,
      domainPrefix: api.apiId,
      extendedRequestId: headers['apigw-requestid'],
      httpMethod: 'GET',
      identity: nobody,
      path: '/a//b/',
      protocol: 'HTTP/1.1',
      requestId: headers['apigw-requestid'],
      requestTime: '22/Nov/2026:12:30:05 +0000',
      requestTimeEpoch: Date.UTC(2026, 10, 22, 12, 30, 5),
      resourceId: 'ANY /{proxy+}',
      resourcePath: '/{proxy+}',
      stage: '$default',
    },
    pathParameters: { proxy: 'a//b/' },
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
  });
});

test('bodies that are no text arrive in base64', async () => {
  const api = await httpApi();
  await api.route('$default');
  const send = async (type: string | undefined, body: string | Uint8Array) => {
    const headers = type === undefined ? [] : [['content-type', type] as const];
    await api.fetch({ method: 'POST', path: '/', headers, body });
    return [api.event()['isBase64Encoded'], api.event()['body']];
  };
  assert.deepEqual(await send('text/plain; charset=utf-8', 'a'), [false, 'a']);
  assert.deepEqual(await send('application/vnd.api+json', '{}'), [false, '{}']);
  assert.deepEqual(await send(undefined, 'a'), [false, 'a']);
  assert.deepEqual(await send('application/x-www-form-urlencoded', 'a=b'), [true, 'YT1i']);
  assert.deepEqual(await send('image/png', Buffer.of(0xff, 0x00)), [true, '/wA=']);
  assert.deepEqual(await send('application/json', Buffer.of(0xff)), [true, '/w==']);
});

test('a named stage shows in the path, and its variables choose the function', async () => {
  const api = await httpApi();
  const IntegrationUri = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:\${stageVariables.name}`;
  await api.route('GET /pets', { IntegrationUri });
  await api.call('CreateStage', {
    StageName: 'dev',
    AutoDeploy: true,
    StageVariables: { name: 'dev-pets' },
  });
  assert.equal((await api.fetch({ path: '/dev/pets' })).status, 200);
  assert.equal(api.event()['rawPath'], '/dev/pets');
  assert.equal(api.event().requestContext['stage'], 'dev');
  assert.equal(api.invocations.at(-1), `arn:aws:lambda:us-east-1:${ACCOUNT}:function:dev-pets`);
});

test('answers of format 2.0: any JSON is a body, a statusCode makes it a whole response', async () => {
  let result: unknown;
  const api = await httpApi({ handler: () => result });
  await api.route('$default');
  const answerTo = async (value: unknown) => {
    result = value;
    const { status, headers, text } = await api.fetch({ path: '/' });
    return { status, type: headers['content-type'], text, cookies: headers['set-cookie'] };
  };
  const json = { status: 200, type: 'application/json', cookies: undefined };
  assert.deepEqual(await answerTo('Hello'), { ...json, text: 'Hello' });
  assert.deepEqual(await answerTo({ a: 1 }), { ...json, text: '{"a":1}' });
  assert.deepEqual(await answerTo([1]), { ...json, text: '[1]' });
  assert.deepEqual(await answerTo(null), { ...json, text: 'null' });
  assert.deepEqual(await answerTo(Buffer.from('{ "a": 1.0 }')), { ...json, text: '{ "a": 1.0 }' });
  assert.deepEqual(
    await answerTo({
      statusCode: '201',
      headers: { 'Content-Type': 'text/html', 'X-Number': 1, 'X-Flag': true },
      cookies: ['a=1; Secure', 'b=2'],
      body: '<p>',
    }),
    { status: 201, type: 'text/html', text: '<p>', cookies: ['a=1; Secure', 'b=2'] },
  );
  const binary = { statusCode: 200, body: '/wA=', isBase64Encoded: true };
  result = binary;
  assert.deepEqual((await api.fetch({ path: '/' })).bytes, Buffer.of(0xff, 0x00));
});

test('answers of format 1.0 bring headers with several values', async () => {
  const api = await httpApi({
    handler: () => ({
      statusCode: 200,
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'X-Many': ['1', '2'] },
      headers: { 'x-many': '3' },
      body: 'x',
    }),
  });
  await api.route('$default', { PayloadFormatVersion: '1.0' });
  const { headers } = await api.fetch({ path: '/' });
  assert.deepEqual(headers['set-cookie'], ['a=1', 'b=2']);
  assert.equal(headers['x-many'], '1,2,3');
});

test('functions that fail or answer nonsense are 500, and say why in the trace only', async () => {
  let handler: () => unknown = () => null;
  const api = await httpApi({ handler: () => handler() });
  await api.route('$default');
  await api.route('GET /one', { PayloadFormatVersion: '1.0' });
  const cases: [string, () => unknown][] = [
    ['/', () => assert.fail('secret')],
    ['/', () => ({ statusCode: 99 })],
    ['/', () => ({ statusCode: 'ok' })],
    ['/', () => ({ statusCode: 200, headers: { a: 'b\r\nset-cookie: c' } })],
    ['/', () => ({ statusCode: 200, headers: { 'a b': 'c' } })],
    ['/', () => ({ statusCode: 200, headers: { a: {} } })],
    ['/', () => ({ statusCode: 200, headers: 'a' })],
    ['/', () => ({ statusCode: 200, cookies: 'a' })],
    ['/', () => ({ statusCode: 200, body: {} })],
    ['/', () => ({ statusCode: 200, body: '!', isBase64Encoded: true })],
    ['/', () => Buffer.from('no JSON')],
    ['/one', () => ({ body: 'no status' })],
    ['/', () => notThere()],
  ];
  for (const [path, next] of cases) {
    handler = next;
    const { status, text, headers } = await api.fetch({ path });
    assert.equal(status, 500, String(next));
    assert.equal(text, '{"message":"Internal Server Error"}');
    assert.ok(headers['apigw-requestid']);
    assert.ok(api.traces.at(-1)?.errorReason);
  }
});

test('whatever JSON a function answers, the client gets an answer of the gateway or its own', async () => {
  let result: unknown;
  const api = await httpApi({ handler: () => result });
  await api.route('GET /two');
  await api.route('GET /one', { PayloadFormatVersion: '1.0' });
  const json = fc.jsonValue({ maxDepth: 3 });
  const headers = fc.dictionary(fc.string(), json);
  const answer = fc.oneof(
    json,
    fc.record(
      {
        statusCode: fc.oneof(fc.integer({ min: 0, max: 700 }), json),
        headers: fc.oneof(headers, json),
        multiValueHeaders: fc.oneof(fc.dictionary(fc.string(), fc.array(json)), json),
        cookies: fc.oneof(fc.array(fc.string()), json),
        body: fc.oneof(fc.string(), json),
        isBase64Encoded: fc.oneof(fc.boolean(), json),
      },
      { requiredKeys: ['statusCode'] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(answer, fc.constantFrom('/one', '/two'), async (given, path) => {
      result = given;
      const { status, headers: answered } = await api.fetch({ path });
      assert.ok(status >= 200 && status < 600);
      // What Node would refuse to send must not come this far.
      for (const [name, value] of Object.entries(answered)) {
        validateHeaderName(name);
        for (const each of [value].flat()) validateHeaderValue(name, each);
      }
    }),
    { numRuns: process.env['BRUME_TEST_LONG'] === '1' ? 50_000 : 1_000 },
  );
});

function notThere(): never {
  throw new AwsError({ code: 'ResourceNotFoundException', message: 'Function not found' });
}

test('a function that takes longer than the integration waits is 503', async () => {
  let release = () => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  const api = await httpApi({ handler: () => hanging });
  await api.route('$default', { TimeoutInMillis: 50 });
  const { status, text } = await api.fetch({ path: '/' });
  release();
  assert.equal(status, 503);
  assert.equal(text, '{"message":"Service Unavailable"}');
});

test('an integration cannot decide about framing, nor forge the id of the request', async () => {
  const headers = { 'Content-Length': '1', Connection: 'close', 'Apigw-Requestid': 'x', ok: '1' };
  const api = await httpApi({ handler: () => ({ statusCode: 200, headers, body: 'four' }) });
  await api.route('$default');
  const answer = await api.fetch({ path: '/' });
  assert.deepEqual(Object.keys(answer.headers).toSorted(), [
    'apigw-requestid',
    'content-type',
    'ok',
  ]);
  assert.notEqual(answer.headers['apigw-requestid'], 'x');
});

test('payloads over 10 MB are refused', async () => {
  const api = await httpApi();
  await api.route('$default');
  const body = Buffer.alloc(10 * 1024 * 1024 + 1);
  const { status, text } = await api.fetch({ method: 'POST', path: '/', body });
  assert.equal(status, 413);
  assert.equal(text, '{"message":"Request Entity Too Large"}');
  assert.deepEqual(api.invocations, []);
});
