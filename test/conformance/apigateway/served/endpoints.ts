/** Recorded tests of integrations with endpoints: HTTP and HTTP_PROXY. */
import assert from 'node:assert/strict';
import { restApi } from '../../../support/rest-api.ts';
import { Comparison } from '../comparison.ts';
import type { Answer } from '../recording.ts';
import { endpoint } from './endpoint.ts';
import type { Asked } from './endpoint.ts';
import { JSON_TYPE, namesOf } from './scenario.ts';
import type { Served, ServedScenarios } from './scenario.ts';

/** What the network between AWS and the endpoint of the recordings added: it was a function's URL. */
const OF_FUNCTION_URLS = /^x-(?:amzn-tls|forwarded)-/;
const OF_AWS = /^x-(?:amzn|forwarded)-/;

/** What the recorded function tells of a request; several values of a name stand with commas. */
function told({ method, path, query, headers, body }: Asked): object {
  const args = Object.fromEntries(
    [...query.keys()].map((name) => [name, query.getAll(name).join()]),
  );
  const { connection: _, ...others } = headers;
  const text = body.toString();
  const data = /^[{[]/.test(text) ? (JSON.parse(text) as object) : text;
  const domain = headers.host;
  return { args, data, domain, headers: others, method, origin: '127.0.0.1', path };
}

const teller = (t: Parameters<Served>[1]) =>
  endpoint(t, (asked, response) => {
    // As function URLs answer.
    const ids = { 'x-amzn-RequestId': 'request', 'X-Amzn-Trace-Id': 'Root=1;Sampled=0' };
    response.writeHead(200, { 'Content-Type': JSON_TYPE, ...ids });
    response.end(JSON.stringify(told(asked)));
  });

const POST = {
  method: 'POST',
  body: '{"message": "hello world"}',
  headers: [
    ['Accept', JSON_TYPE],
    ['Accept-Encoding', 'gzip, deflate'],
    ['Content-Type', JSON_TYPE],
    ['User-Agent', 'test/integration'],
  ],
} as const;

const method =
  (type: string): Served =>
  async (recorded, t) => {
    const uri = await teller(t);
    const api = await restApi();
    for (const httpMethod of ['POST', 'PUT', 'GET']) {
      const integration = { type, integrationHttpMethod: 'POST', uri };
      await api.method(`${httpMethod} /`, integration, { responses: [{ statusCode: '200' }] });
    }
    await api.deploy();
    const comparison = new Comparison();
    comparison.alike(recorded.api_id.rest_api_id, api.apiId, 'id');
    for (const httpMethod of ['POST', 'PUT', 'GET']) {
      const { text } = await api.fetch({ ...POST, method: httpMethod, path: '/' });
      const asked: Answer = JSON.parse(text);
      asked.headers = without(asked.headers, OF_AWS);
      const name = `http-invocation-lambda-url-${httpMethod.toLowerCase()}`;
      comparison.alike(recorded[name], asked, name);
    }
  };

const status =
  (type: string): Served =>
  async (recorded, t) => {
    const uri = await endpoint(t, ({ path }, response) => {
      const code = Number(path.split('/').at(-1));
      response.writeHead(code, { 'Content-Type': JSON_TYPE });
      response.end(JSON.stringify({ message: '', status_code: code }));
    });
    const api = await restApi();
    const integration = {
      ...{ type, integrationHttpMethod: 'POST', uri: `${uri}/{code}` },
      requestParameters: { 'integration.request.path.code': 'method.request.path.code' },
    };
    await api.method('POST /{code}', integration, {
      method: { requestParameters: { 'method.request.path.code': true } },
      responses: [{ statusCode: '200' }],
    });
    await api.deploy();
    for (const [name, code] of [
      ['matching', 200],
      ['non-matching', 400],
    ] as const) {
      const expected = recorded[`${name}-response`];
      const answer = await api.fetch({ ...POST, path: `/${code}` });
      assert.deepEqual(
        { status_code: answer.status, body: JSON.parse(answer.text) },
        expected,
        name,
      );
    }
  };

export const endpoints: ServedScenarios = {
  'test_http_integration_method[HTTP]': method('HTTP'),
  'test_http_integration_method[HTTP_PROXY]': method('HTTP_PROXY'),
  'test_http_integration_invoke_status_code_passthrough[HTTP]': status('HTTP'),
  'test_http_integration_invoke_status_code_passthrough[HTTP_PROXY]': status('HTTP_PROXY'),

  async 'test_http_integration_with_lambda[HTTP_PROXY]'(recorded, t) {
    const uri = await teller(t);
    const api = await restApi();
    await api.method('POST /', { type: 'HTTP_PROXY', integrationHttpMethod: 'POST', uri });
    await api.deploy();
    const headers = POST.headers.map(([name, value]) =>
      name === 'Accept' ? ([name, 'application/xml'] as const) : ([name, value] as const),
    );
    const answer = await api.fetch({ ...POST, headers, path: '/' });
    const { api_id: id, 'http-invocation-lambda-url': expected } = recorded;
    expected.content.headers = without(expected.content.headers, OF_FUNCTION_URLS);
    const comparison = new Comparison();
    comparison.alike(id.rest_api_id, api.apiId, 'id');
    comparison.alike(expected.content, JSON.parse(answer.text), 'content');
    assert.equal(answer.status, expected.status_code);
    assert.deepEqual(namesOfAnswer(answer), namesOf(expected.headers));
  },

  async test_import_with_stage_variables(recorded) {
    const api = await restApi();
    const uri = 'http://${stageVariables.url}';
    await api.method('GET /', { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri });
    await api.deploy();
    const { text, headers } = await api.fetch({ path: '/' });
    const { body, errorType } = recorded['get-error-resp-from-http'];
    assert.deepEqual(JSON.parse(text), body);
    assert.equal(headers['x-amzn-ErrorType'], errorType);
  },

  async test_http_proxy_integration_request_data_mappings(recorded, t) {
    const uri = await teller(t);
    const api = await restApi();
    const query = 'integration.request.querystring';
    const requestParameters = {
      'integration.request.header.headerVar': "'mapped-value'",
      'integration.request.header.foobar': "'mapped-value'",
      [`${query}.queryString`]: 'method.request.querystring.testQueryString',
      // Values that the client gave already are not given twice.
      [`${query}.testQs`]: 'method.request.querystring.testQueryString',
      [`${query}.testVar`]: 'method.request.querystring.testVar',
    };
    const integration = { type: 'HTTP_PROXY', integrationHttpMethod: 'POST', uri };
    await api.method('POST /{pathVariable}', { ...integration, requestParameters });
    await api.deploy();
    const { content, headers, status_code } = recorded['http-proxy-invocation'];
    const answer = await api.fetch({
      ...POST,
      path: '/foobar?testQueryString=foo&testVar=foobar&testVar=bar&testQs=bar',
      headers: [...POST.headers, ['headerVar', 'request-value']],
    });
    const asked: Answer = JSON.parse(answer.text);
    asked.headers = without(asked.headers, OF_AWS);
    new Comparison().alike(content, asked, 'content');
    assert.equal(answer.status, status_code);
    assert.deepEqual(namesOfAnswer(answer), namesOf(headers));
  },
};

/** Node's server keeps connections alive without a word about it. */
function namesOfAnswer({ headers }: { readonly headers: object }): string[] {
  return namesOf({
    ...headers,
    'x-amzn-Remapped-Connection': '',
    'x-amzn-Remapped-Content-Length': '',
  });
}

function without(headers: object, names: RegExp): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)));
}
