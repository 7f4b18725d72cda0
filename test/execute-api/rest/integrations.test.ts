import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';

test('a mock answers by its templates, with the gateway’s own headers', async () => {
  const api = await restApi();
  await api.method(
    'GET /pets/{id}',
    ...mock('{"id": "$input.params(\'id\')"}', '{statusCode: 200,}'),
  );
  await api.deploy();
  const { status, headers, text } = await api.fetch({ path: '/pets/7' });
  assert.equal(status, 200);
  assert.equal(text, '{"id": "7"}');
  assert.equal(headers['Content-Type'], 'application/json');
  assert.match(String(headers['x-amzn-RequestId']), /^[0-9a-f-]{36}$/);
  assert.match(String(headers['x-amz-apigw-id']), /^[\w-]{15}=$/);
  assert.equal(headers['X-Amzn-Trace-Id'], undefined);
  const [trace] = api.traces;
  assert.equal(trace?.operation, 'GET /pets/{id}');
  const { steps, ...details } = trace.details as { steps: readonly object[] } & Record<
    string,
    unknown
  >;
  assert.deepEqual(
    [details['resource'], details['renderedRequest']],
    ['/pets/{id}', '{statusCode: 200,}'],
  );
  assert.equal(details['renderedResponse'], '{"id": "7"}');
  assert.equal(steps.length, 8);
});

test('a request for no resource or method is said to miss its token', async () => {
  const api = await restApi();
  await api.method('GET /pets', ...mock());
  await api.deploy();
  for (const request of [{ path: '/cats' }, { path: '/pets', method: 'POST' }, { path: '/' }]) {
    const { status, headers, text } = await api.fetch(request);
    assert.equal(status, 403);
    assert.equal(text, '{"message":"Missing Authentication Token"}');
    assert.equal(headers['x-amzn-ErrorType'], 'MissingAuthenticationTokenException');
  }
  const noStage = await api.fetchAt({ path: '/prod/pets', host: `${api.apiId}.execute-api.local` });
  assert.deepEqual([noStage.status, noStage.text], [403, '{"message":"Forbidden"}']);
});

test('what is deployed is served, and not what came after', async () => {
  const api = await restApi();
  await api.method('GET /a', ...mock('one'));
  await api.deploy();
  await api.method('GET /b', ...mock('two'));
  assert.equal((await api.fetch({ path: '/b' })).status, 403);
  await api.deploy();
  assert.equal((await api.fetch({ path: '/b' })).text, 'two');
  await api.call('DeleteStage', { stageName: 'dev' });
  assert.equal((await api.fetch({ path: '/a' })).status, 403);
});

test('a function is told the event that AWS tells', async () => {
  const api = await restApi();
  await api.method('ANY /{proxy+}', lambdaProxy());
  const deploymentId = await api.deploy({ variables: { color: 'red' } });
  const { status, headers, text } = await api.fetch({
    path: '/a%2Bb//c/?x=1&x=2%20+3&y',
    method: 'POST',
    headers: [
      ['user-agent', 'test'],
      ['X-Two', '1'],
      ['x-two', '2'],
      ['TE', 'trailers'],
      ['X-Amzn-Trace-Id', 'Root=1-5759e988-bd862e3fe1be46a994272793'],
    ],
    body: '{"a":1}',
  });
  assert.equal(status, 200);
  assert.equal(headers['X-Amzn-Trace-Id'], 'Root=1-5759e988-bd862e3fe1be46a994272793');
  const event = JSON.parse(text) as ReturnType<typeof api.event>;
  const { requestContext, ...members } = event;
  const host = `${api.apiId}.execute-api.localhost:4566`;
  assert.deepEqual(members, {
    resource: '/{proxy+}',
    path: '/a%2Bb//c/',
    httpMethod: 'POST',
    headers: {
      Host: host,
      'User-Agent': 'test',
      'X-Two': '2',
      'X-Amzn-Trace-Id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': '4566',
      'X-Forwarded-Proto': 'http',
    },
    multiValueHeaders: {
      Host: [host],
      'User-Agent': ['test'],
      'X-Two': ['1', '2'],
      'X-Amzn-Trace-Id': ['Root=1-5759e988-bd862e3fe1be46a994272793'],
      'X-Forwarded-For': ['127.0.0.1'],
      'X-Forwarded-Port': ['4566'],
      'X-Forwarded-Proto': ['http'],
    },
    queryStringParameters: { x: '2  3', y: '' },
    multiValueQueryStringParameters: { x: ['1', '2  3'], y: [''] },
    pathParameters: { proxy: 'a%2Bb//c' },
    stageVariables: { color: 'red' },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
  const { requestId, extendedRequestId, requestTime, requestTimeEpoch, resourceId, ...fixed } =
    requestContext;
  assert.match(String(requestId), /^[0-9a-f-]{36}$/);
  assert.match(String(extendedRequestId), /=$/);
  assert.match(String(requestTime), /^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  assert.equal(typeof requestTimeEpoch, 'number');
  assert.equal(typeof resourceId, 'string');
  const nobody = {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
  };
  assert.deepEqual(fixed, {
    accountId: '000000000000',
    apiId: api.apiId,
    deploymentId,
    domainName: host,
    domainPrefix: api.apiId,
    httpMethod: 'POST',
    identity: { ...nobody, sourceIp: '127.0.0.1', user: null, userAgent: 'test', userArn: null },
    path: '/dev/a%2Bb//c/',
    protocol: 'HTTP/1.1',
    resourcePath: '/{proxy+}',
    stage: 'dev',
  });
});

// Recorded from AWS, 2023 (test_aws_proxy_response_payload_format_validation).
const OK: readonly (readonly [unknown, number, string, object?])[] = [
  [{ statusCode: 200 }, 200, ''],
  [{ statusCode: '201' }, 201, ''],
  [
    { headers: { 'test-header': 'value', 'header-bool': true } },
    200,
    '',
    { 'test-header': 'value', 'header-bool': 'true' },
  ],
  [{ statusCode: 200, headers: null }, 200, ''],
  [{ statusCode: 200, body: 'dGVzdA==', isBase64Encoded: true }, 200, 'dGVzdA=='],
  [
    {
      statusCode: 200,
      headers: { 'test-multi': 'solo' },
      multiValueHeaders: { 'tesT-Multi': ['multi'] },
    },
    200,
    '',
    { 'tesT-Multi': ['multi', 'solo'] },
  ],
];
const MALFORMED: readonly unknown[] = [
  { statusCode: 200, wrongValue: 'value' },
  'just a string',
  null,
  { statusCode: 200, multiValueHeaders: { 'test-multi': 'no list' } },
  { statusCode: 'abc' },
];

test('a function’s answer becomes the response, or is said to be malformed', async () => {
  let answer: unknown;
  const api = await restApi({ handler: () => answer });
  await api.method('GET /', lambdaProxy());
  await api.deploy();
  for (const [given, status, text, headers = {}] of OK) {
    answer = given;
    const response = await api.fetch({ path: '/' });
    assert.deepEqual([response.status, response.text], [status, text], JSON.stringify(given));
    assert.equal(response.headers['Content-Type'], 'application/json');
    for (const [name, value] of Object.entries(headers)) {
      assert.deepEqual(response.headers[name], value);
    }
  }
  for (const given of MALFORMED) {
    answer = given;
    const { status, text, headers } = await api.fetch({ path: '/' });
    assert.deepEqual([status, text], [502, '{"message":"Internal server error"}']);
    assert.equal(headers['x-amzn-ErrorType'], 'InternalServerErrorException');
  }
});

test('only POST asks a function, and bytes are bytes for who accepts them', async () => {
  const api = await restApi({
    settings: { binaryMediaTypes: ['image/png'] },
    handler: ({ body, isBase64Encoded }) => ({ statusCode: 200, body, isBase64Encoded }),
  });
  await api.method('GET /', { ...lambdaProxy(), integrationHttpMethod: 'GET' });
  await api.method('POST /', lambdaProxy());
  await api.deploy();
  const refused = await api.fetch({ path: '/' });
  assert.deepEqual([refused.status, refused.text], [500, '{"message":"Internal server error"}']);
  const bytes = Buffer.from([0x89, 0x50, 0, 0xff]);
  const sent = { path: '/', method: 'POST', body: bytes };
  const accepted = await api.fetch({
    ...sent,
    headers: [
      ['content-type', 'image/png'],
      ['accept', 'image/png'],
    ],
  });
  assert.deepEqual(accepted.bytes, bytes);
  const other = await api.fetch({ ...sent, headers: [['content-type', 'image/png']] });
  assert.equal(other.text, bytes.toString('base64'));
});

async function endpoint(t: TestContext) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const status = Number(headers['x-status'] ?? 200);
      response.writeHead(status, {
        'content-type': 'application/json',
        server: 'endpoint',
        'x-own': 'kept',
      });
      response.end(
        JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an endpoint behind HTTP_PROXY is asked what the client asked, and its answer passed on', async (t) => {
  const address = await endpoint(t);
  const api = await restApi();
  await api.method(
    'ANY /{proxy+}',
    {
      type: 'HTTP_PROXY',
      integrationHttpMethod: 'ANY',
      uri: [address, '${stageVariables.base}', '{proxy}'].join('/'),
      requestParameters: {
        'integration.request.path.proxy': 'method.request.path.proxy',
        'integration.request.header.x-mapped': "'fixed'",
        'integration.request.querystring.id': 'context.apiId',
      },
    },
    { method: { requestParameters: { 'method.request.path.proxy': true } } },
  );
  await api.deploy({ variables: { base: 'v1' } });
  const { status, headers, text } = await api.fetch({
    path: '/a%20b/c?x=1',
    method: 'PUT',
    headers: [
      ['X-Status', '418'],
      ['User-Agent', 'test'],
      ['Max-Forwards', '1'],
    ],
    body: 'hello',
  });
  assert.equal(status, 418);
  const asked = JSON.parse(text) as {
    method: string;
    url: string;
    headers: Record<string, string>;
    body: string;
  };
  assert.equal(asked.method, 'PUT');
  assert.equal(asked.url, `/v1/a%20b/c?x=1&id=${api.apiId}`);
  assert.equal(asked.body, 'hello');
  assert.equal(asked.headers['x-mapped'], 'fixed');
  assert.equal(asked.headers['user-agent'], 'test');
  assert.equal(asked.headers['max-forwards'], undefined);
  assert.equal(asked.headers['x-amzn-apigateway-api-id'], api.apiId);
  assert.equal(asked.headers['host'], new URL(address).host);
  assert.equal(headers['x-own'], 'kept');
  assert.equal(headers['x-amzn-Remapped-server'], 'endpoint');
  assert.ok(headers['x-amzn-Remapped-Date']);
});

test('an endpoint behind HTTP is told what is mapped, and chosen responses are told to the client', async (t) => {
  const address = await endpoint(t);
  const api = await restApi();
  await api.method(
    'POST /',
    {
      type: 'HTTP',
      integrationHttpMethod: 'PUT',
      uri: `${address}/fixed`,
      requestParameters: {
        'integration.request.header.X-Status': 'method.request.querystring.status',
        'integration.request.querystring.name': 'method.request.body.name',
      },
      requestTemplates: { 'application/json': '{"wrapped": $input.json(\'$\')}' },
    },
    {
      responses: [
        {
          statusCode: '200',
          responseParameters: { 'method.response.header.X-Url': 'integration.response.body.url' },
          responseTemplates: { 'application/json': "$input.path('$.body')" },
        },
        {
          statusCode: '404',
          selectionPattern: '4\\d\\d',
          responseParameters: { 'method.response.header.User-Agent': "'mapped'" },
        },
      ],
    },
  );
  await api.deploy();
  const found = await api.fetch({ path: '/?status=200', method: 'POST', body: '{"name": "a b"}' });
  assert.deepEqual([found.status, found.text], [200, '{"wrapped": {"name":"a b"}}']);
  assert.equal(found.headers['X-Url'], '/fixed?name=a%20b');
  assert.equal(found.headers['x-own'], undefined);
  assert.ok(found.headers['X-Amzn-Trace-Id']);
  const missing = await api.fetch({ path: '/?status=410', method: 'POST', body: '{}' });
  assert.equal(missing.status, 404);
  assert.equal(missing.headers['x-amzn-Remapped-User-Agent'], 'mapped');
  const { headers } = JSON.parse(missing.text) as { headers: Record<string, string> };
  assert.equal(headers['accept'], 'application/json');
  assert.equal(headers['user-agent'], `AmazonAPIGateway_${api.apiId}`);
});

test('an endpoint that nobody is at is a network error, a name that nobody knows an internal one', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const unknown = Object.assign(new Error('nobody knows the name'), { code: 'ENOTFOUND' });
  const nowhere = { send: () => Promise.reject(unknown), close: async () => {} };
  for (const [http, status, message] of [
    [undefined, 504, 'Network error communicating with endpoint'],
    [nowhere, 500, 'Internal server error'],
  ] as const) {
    const api = await restApi(http && { http });
    const uri = `http://127.0.0.1:${port}/`;
    await api.method('GET /', { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri });
    await api.deploy();
    const answer = await api.fetch({ path: '/' });
    assert.deepEqual([answer.status, JSON.parse(answer.text)], [status, { message }]);
  }
});
