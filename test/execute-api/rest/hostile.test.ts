/** Whatever a client sends, and whatever an integration does, the gateway itself does not fail. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { lambdaProxy, mock, restApi } from '../../support/rest-api.ts';

const RUNS = process.env['BRUME_TEST_LONG'] ? 5_000 : 150;

test('no path, query, header or body of a client makes the gateway itself fail', async () => {
  const api = await restApi({
    settings: { binaryMediaTypes: ['image/*'], minimumCompressionSize: 5 },
  });
  const { id: requestValidatorId } = await api.call('CreateRequestValidator', {
    ...{ name: 'all', validateRequestBody: true, validateRequestParameters: true },
  });
  const schema =
    '{"type": "object", "properties": {"a": {"type": "string", "pattern": "^(b+)+$"}}}';
  await api.call('CreateModel', { name: 'body', contentType: 'application/json', schema });
  const method = {
    requestValidatorId,
    requestModels: { 'application/json': 'body' },
    requestParameters: { 'method.request.querystring.q': true },
  };
  const template =
    '$input.body $input.params().querystring $input.params("x") $util.escapeJavaScript($input.params("q")) $context.path';
  const [integration, settings] = mock(template, `{"statusCode": 200, "x": "${template}"}`);
  await api.method('ANY /mock/{p}', integration, settings);
  await api.method('ANY /valid/{p+}', integration, { ...settings, method });
  await api.method('ANY /{proxy+}', lambdaProxy());
  await api.deploy();
  const part = fc.oneof(
    fc.constantFrom('mock', 'valid', '..', '%2e', '%', '%ff', '', '__proto__'),
    fc.string(),
  );
  const target = fc
    .tuple(fc.array(part, { maxLength: 4 }), fc.array(fc.tuple(part, part), { maxLength: 3 }))
    .map(([parts, query]) => `/${parts.join('/')}?${query.map((pair) => pair.join('=')).join('&')}`)
    .map((text) => text.replaceAll(/[^\x21-\x7e]/g, ''));
  const header = fc.tuple(
    fc.constantFrom(
      'Accept',
      'Content-Type',
      'Content-Encoding',
      'Accept-Encoding',
      'x',
      '__proto__',
      'Authorization',
    ),
    fc.oneof(fc.constantFrom('image/png', 'application/json', 'gzip', '*/*', ''), fc.string()),
  );
  const request = fc.record({
    path: target,
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'BREW'),
    headers: fc.array(header, { maxLength: 4 }),
    body: fc.oneof(fc.string(), fc.json(), fc.uint8Array()),
  });
  await fc.assert(
    fc.asyncProperty(request, async (given) => {
      const { status, headers } = await api.fetch(given);
      assert.ok(status >= 200 && status < 600);
      assert.ok(headers['x-amzn-RequestId']);
    }),
    { numRuns: RUNS },
  );
});

test('names that objects inherit are ordinary names of parameters', async () => {
  const api = await restApi();
  await api.method('GET /{constructor}', lambdaProxy());
  await api.deploy({ variables: { toString: 'x' } });
  const headers = [['__proto__', 'h']] as const;
  const { text } = await api.fetch({ path: '/p?__proto__=q&constructor=c', headers });
  const event = JSON.parse(text) as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.entries(event['pathParameters'] ?? {}), [['constructor', 'p']]);
  assert.deepEqual(Object.entries(event['queryStringParameters'] ?? {}), [
    ['__proto__', 'q'],
    ['constructor', 'c'],
  ]);
  assert.ok(Object.entries(event['headers'] ?? {}).some(([name]) => name === '__proto__'));
});

test('an endpoint that lies, hangs or dies is AWS’s error, and the others are unharmed', async (t) => {
  const behaviors: Record<string, string | undefined> = {
    '/garbage': 'not http at all\r\n\r\n',
    '/short': 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc',
    '/dies': '',
    '/hangs': undefined,
    '/split': 'HTTP/1.1 200 OK\r\nx: a\r\nevil\r\n\r\n',
    '/good': 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data: Buffer) => {
      const answer = behaviors[data.toString().split(' ')[1] ?? ''];
      if (answer !== undefined) socket.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const api = await restApi();
  for (const path of Object.keys(behaviors)) {
    await api.method(`GET ${path}`, {
      type: 'HTTP_PROXY',
      integrationHttpMethod: 'GET',
      uri: `http://127.0.0.1:${port}${path}`,
      timeoutInMillis: path === '/hangs' ? 50 : 29_000,
    });
  }
  await api.deploy();
  const statuses = await Promise.all(
    Object.keys(behaviors).map(async (path) => (await api.fetch({ path })).status),
  );
  assert.deepEqual(statuses, [500, 504, 504, 504, 500, 200]);
});
