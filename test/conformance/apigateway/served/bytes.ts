/**
 * Recorded tests of bodies that are bytes. The recordings were made with objects of S3 behind the API: the
 * endpoint here keeps what it is sent, and answers what it is told to, as S3 did.
 */
import assert from 'node:assert/strict';
import { restApi } from '../../../support/rest-api.ts';
import type { RestApi } from '../../../support/rest-api.ts';
import type { Answer } from '../recording.ts';
import { endpoint } from './endpoint.ts';
import type { Served, ServedScenarios } from './scenario.ts';

const ENCODED =
  'H4sIABRs7mMC/0vOzy0oSi0uTk1RSEksSdRRKM7IL81JUUhKVcjMK0vMyUxRCA1x07VQKC4pysxLBwC4ORBXLwAAAA==';
const BODIES: Readonly<Record<string, Buffer>> = {
  raw: Buffer.from(ENCODED, 'base64'),
  encoded: Buffer.from(ENCODED),
  text: Buffer.from('this is a UTF8 text typed object'),
};
const TYPES: Readonly<Record<string, string>> = { binary: 'image/png', text: 'text/plain' };

/** A bucket in one endpoint, and an API before it; `dev` treats `image/png` as bytes, `none` nothing. */
async function bucket(t: Parameters<Served>[1], integration: object, response: object = {}) {
  let kept: Buffer = Buffer.alloc(0);
  const uri = await endpoint(t, ({ method, query, body }, answer) => {
    if (method === 'PUT') kept = body;
    answer.writeHead(200, { 'content-type': query.get('type') ?? 'image/png' });
    answer.end(method === 'PUT' ? '' : kept);
  });
  const api = await restApi();
  const http = {
    ...{ type: 'HTTP', integrationHttpMethod: 'ANY', uri, ...integration },
    requestParameters: {
      'integration.request.header.Content-Type': 'method.request.header.Content-Type',
      'integration.request.querystring.type': 'method.request.header.type',
    },
  };
  await api.method('ANY /', http, { responses: [{ statusCode: '200', ...response }] });
  await api.deploy({ stageName: 'none' });
  const patchOperations = [{ op: 'add', path: '/binaryMediaTypes/image~1png' }];
  await api.call('UpdateRestApi', { patchOperations });
  await api.deploy();
  return { api, kept: () => kept, keep: (body: Buffer) => void (kept = body) };
}

/** As Python shows bytes: what is no visible ASCII is escaped. */
function shown(bytes: Buffer): string {
  const text = [...bytes].map((byte) => {
    if (byte === 13) return '\\r';
    if (byte < 32 || byte > 126) return `\\x${byte.toString(16).padStart(2, '0')}`;
    return String.fromCharCode(byte);
  });
  return `b'${text.join('')}'`;
}

const KINDS = { 'binary-raw': 'raw', 'binary-encoded': 'encoded', text: 'text' } as const;
const PLACES = {
  'no-binary-media': ['none', 'image/png'],
  'binary-type': ['dev', 'image/png'],
  'text-type': ['dev', 'text/plain'],
} as const;

const request =
  (contentHandling?: string): Served =>
  async (recorded, t) => {
    const { api, kept } = await bucket(t, { contentHandling });
    for (const [place, [stage, type]] of Object.entries(PLACES)) {
      for (const [kind, body] of Object.entries(KINDS)) {
        const put = { method: 'PUT', body: BODIES[body] ?? '' };
        await ask(api, stage, { ...put, headers: [['Content-Type', type]] });
        const name = `get-obj-${place}-${kind}`;
        const { Body: expected } = recorded[name];
        const actual = expected.startsWith("b'") ? shown(kept()) : kept().toString();
        assert.equal(actual, expected, name);
      }
    }
  };

const response =
  (contentHandling?: string): Served =>
  async (recorded, t) => {
    const { api, keep } = await bucket(t, {}, { contentHandling });
    const get = async (name: string, stage: string, payload: string, accept: string) => {
      const [kind = ''] = name.split('-');
      keep(BODIES[kind] ?? Buffer.alloc(0));
      const headers = [
        ['type', TYPES[payload] ?? ''],
        ['Accept', TYPES[accept] ?? ''],
      ] as const;
      const { status, bytes } = await ask(api, stage, { headers });
      // What was not recorded could not be converted.
      if (recorded[name]) assert.equal(shown(bytes), recorded[name].content, name);
      else assert.equal(status, 500, name);
    };
    for (const kind of Object.keys(BODIES)) {
      await get(`${kind}-no-media`, 'none', 'binary', 'binary');
      for (const payload of Object.keys(TYPES)) {
        for (const accept of Object.keys(TYPES)) {
          const name = `${kind}-payload-${payload}-accept-${accept}`;
          await get(name, 'dev', payload, accept);
        }
      }
    }
  };

const PREFIX = 'test_apigw_s3_binary_support';
const TEMPLATE = { 'application/json': '{"data": "$input.body"}' };

export const bytes: ServedScenarios = {
  [`${PREFIX}_request[None]`]: request(),
  [`${PREFIX}_request[CONVERT_TO_TEXT]`]: request('CONVERT_TO_TEXT'),
  [`${PREFIX}_response_no_content_handling`]: response(),
  [`${PREFIX}_response_convert_to_text`]: response('CONVERT_TO_TEXT'),
  [`${PREFIX}_response_convert_to_binary`]: response('CONVERT_TO_BINARY'),

  async [`${PREFIX}_request_convert_to_binary_with_request_template`](recorded, t) {
    const contentHandling = 'CONVERT_TO_BINARY';
    const plain = await bucket(t, { contentHandling });
    const put = {
      ...{ method: 'PUT', body: BODIES['encoded'] ?? '' },
      headers: [['Content-Type', 'application/json']],
    } as const;
    await ask(plain.api, 'dev', put);
    assert.equal(shown(plain.kept()), recorded['get-obj-encoded'].Body);
    const templated = await bucket(t, { contentHandling, requestTemplates: TEMPLATE });
    assert.equal((await ask(templated.api, 'dev', put)).status, 500);
  },

  async [`${PREFIX}_response_convert_to_binary_with_request_template`](recorded, t) {
    const templated = (contentHandling: string) =>
      bucket(t, {}, { contentHandling, responseTemplates: TEMPLATE });
    const get = {
      headers: [
        ['type', 'text/plain'],
        ['Accept', 'image/png'],
      ],
    } as const;
    const text = await templated('CONVERT_TO_TEXT');
    text.keep(BODIES['encoded'] ?? Buffer.alloc(0));
    const expected: Answer = recorded['encoded-text-payload-binary-accept'];
    assert.equal(shown((await ask(text.api, 'dev', get)).bytes), expected.content);
    const binary = await templated('CONVERT_TO_BINARY');
    binary.keep(BODIES['encoded'] ?? Buffer.alloc(0));
    assert.equal((await ask(binary.api, 'dev', get)).status, 500);
  },
};

type Request = Omit<Parameters<RestApi['fetch']>[0], 'path'>;

function ask(api: RestApi, stage: string, given: Request) {
  const host = `${api.apiId}.execute-api.localhost`;
  return api.fetchAt({ ...given, host, path: `/${stage}/` });
}
