/** Recorded tests of which headers pass a gateway, and under which names. */
import assert from 'node:assert/strict';
import { FUNCTION_URI, restApi } from '../../../support/rest-api.ts';
import type { RestApi } from '../../../support/rest-api.ts';
import type { Answer } from '../recording.ts';
import { endpoint } from './endpoint.ts';
import { namesOf } from './scenario.ts';
import type { Served, ServedScenarios } from './scenario.ts';

/** Of the request's side; of the response's they are told by `response_param_{name}`. */
const SENT: Readonly<Record<string, string>> = {
  Accept: 'application/json',
  'Accept-Charset': 'UTF-8',
  'Accept-Encoding': 'br',
  Age: 'request_Age',
  Authorization: 'Unauthorized',
  Connection: 'keep-alive',
  'Content-Encoding': 'deflate',
  'Content-MD5': 'md5',
  'Content-Type': 'application/json',
  Date: 'Wed, 11 Dec 2024 15:28:47 GMT',
  Expect: '100-continue',
  'Max-Forwards': '5',
  Pragma: 'cache',
  'Proxy-Authenticate': 'Basic',
  Range: 'bytes=500-999',
  Referer: 'https://example.com/',
  Server: 'client',
  TE: 'trailers',
  Trailer: 'Expires',
  Upgrade: 'h2c',
  'User-Agent': 'localStack/0.0',
  Via: '1.1 client',
  Warn: '299 localStack/0.0',
  'WWW-Authenticate': 'Basic',
};
const NAMES = [...Object.keys(SENT), 'Content-Length', 'Host', 'Transfer-Encoding'];

/** What the integration maps of the request: every header that AWS lets through. */
const MAPPED: Readonly<Record<string, string>> = {
  Accept: 'text/html',
  'Accept-Charset': 'UTF-16',
  'Accept-Encoding': 'zstd',
  Age: 'request_params_age',
  Authorization: 'request_params_authorization',
  'Content-Encoding': 'compress',
  'Content-MD5': 'request_params_Content-MD5',
  'Content-Type': 'application/json',
  'Max-Forwards': '2',
  Pragma: 'no-cache',
  Range: 'bytes=0-499',
  Referer: 'https://example.com/page',
  Server: 'https://example.com/page',
  'User-Agent': 'Override-Agent',
  Warn: '110 anderson/1.3.37 "Response is stale"',
  'WWW-Authenticate': 'Basic YWxhZGRpbjpvcGVuc2VzYW1l',
};
const BY_AWS = ['Authorization', 'Content-Length'];

/** What every template of the recording prints: headers as the gateway sees them. */
const TEMPLATE = JSON.stringify(
  Object.fromEntries(NAMES.map((name) => [name, `$input.params('${name}')`])),
);

/** Those that concern one connection Brume never sends on; see docs/internals/rest-apis.md. */
const NEVER_SENT = /^(?:trailer|upgrade)$/;

const remapped =
  (type: string): Served =>
  async (recorded, t) => {
    const isProxy = type.endsWith('_PROXY');
    const asked: Answer[] = [];
    const uri = await endpoint(t, ({ headers, body }, response) => {
      asked.push({ headers, body: body.toString() });
      const cors = {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Credentials': 'true',
      };
      const own = { 'Content-Type': 'application/json', Server: 'gunicorn/19.9.0', ...cors };
      response.writeHead(200, { ...own, 'Content-Length': 2 });
      response.end('{}');
    });
    const told = (event: object) => {
      asked.push(event);
      return isProxy ? { statusCode: 200, body: '{}' } : {};
    };
    const api = await restApi({ handler: told });
    const address = type.startsWith('AWS') ? FUNCTION_URI : uri;
    const integration = { type, integrationHttpMethod: 'POST', uri: address };
    const responseParameters = Object.fromEntries(
      NAMES.filter((name) => name !== 'Transfer-Encoding').map((name) => [
        `method.response.header.${name}`,
        `'response_param_${name}'`,
      ]),
    );
    const requestTemplates = { 'application/json': TEMPLATE };
    const isAws = type.startsWith('AWS');
    const mapped = Object.entries(MAPPED).filter(([name]) => !isAws || !BY_AWS.includes(name));
    const requestParameters = Object.fromEntries(
      mapped.map(([name, value]) => [`integration.request.header.${name}`, `'${value}'`]),
    );
    await api.method('POST /no-param-integration', integration, {
      responses: [{ statusCode: '200' }],
    });
    await api.method(
      'POST /full-integration',
      { ...integration, requestParameters, ...(isProxy ? {} : { requestTemplates }) },
      { responses: [{ statusCode: '200', responseParameters }] },
    );
    const refused = Object.keys(recorded).slice(3);
    for (const name of refused) {
      const bad = { [`integration.request.header.${name}`]: "'x'" };
      await api.method(`POST /${name}`, { ...integration, requestParameters: bad });
    }
    await api.deploy();
    for (const name of ['no-param-integration', 'full-integration']) {
      const expected = recorded[name];
      const headers = Object.entries(SENT);
      const answer = await api.fetch({ path: `/${name}`, method: 'POST', headers });
      const [was] = asked.splice(0);
      if (isAws && isProxy) sameHeaders(expected.headers, was.headers, name);
      if (!isAws) sameHeaders(expected.headers, was.headers, name);
      if (!isProxy && name === 'full-integration') {
        const rendered = isAws ? was : JSON.parse(was.body);
        sameHeaders(present(expected.body), present(rendered), name);
      }
      sameHeaders(expected['response-headers'], answer.headers, `${name} answered`);
    }
    await refuses(api, recorded, refused);
  };

/** Names are all there, and values are those recorded, where the recorder did not replace them. */
function sameHeaders(expected: object, actual: object, where: string): void {
  const left = (names: string[]) =>
    names.filter((name) => !NEVER_SENT.test(name) && !MADE.test(name));
  assert.deepEqual(left(namesOf(actual)), left(namesOf(expected)), where);
  const values = new Map(
    Object.entries(actual).map(([name, value]) => [name.toLowerCase(), value]),
  );
  for (const [name, value] of Object.entries<string>(expected as Record<string, string>)) {
    const isFixed = !value.includes('<') && /[a-z]/i.test(value);
    const lower = name.toLowerCase();
    if (isFixed && !NEVER_SENT.test(lower) && !SOCKET.test(lower)) {
      assert.equal(String(values.get(lower)), value, `${where}: ${name}`);
    }
  }
}

/** What a socket adds on one side only. */
const MADE = /^(?:x-forwarded-.*|x-amzn-remapped-connection)$/;
const SOCKET = /^(?:connection|date|x-amzn-remapped-connection|x-amzn-remapped-date)$/;

/** A template prints nothing for what the gateway does not see. */
function present(printed: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(printed).filter(([, value]) => value !== ''));
}

async function refuses(api: RestApi, recorded: Answer, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { text, headers } = await api.fetch({ path: `/${name}`, method: 'POST', body: '{}' });
    assert.deepEqual(JSON.parse(text), recorded[name].body, name);
    assert.equal(
      headers['x-amzn-ErrorType'],
      recorded[name]['response-headers']['x-amzn-ErrorType'],
    );
  }
}

export const headers: ServedScenarios = Object.fromEntries([
  ...['HTTP', 'HTTP_PROXY'].map((type) => {
    return [`test_apigateway_header_remapping_http[${type}]`, remapped(type)] as const;
  }),
  ...['AWS', 'AWS_PROXY'].map((type) => {
    return [`test_apigateway_header_remapping_aws[${type}]`, remapped(type)] as const;
  }),
]);
