/** What the SDK's own signer signs is verified, and nothing that was changed on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { httpRequest } from '../../../../test/support/raw-request.ts';
import { Sha256 } from '../../../../test/support/sha256.ts';
import { createAuthenticator } from './authenticate.ts';
import { rootPrincipal } from './credentials.ts';

const RUNS = process.env.BRUME_TEST_LONG === '1' ? 5000 : 150;
const NOW_MS = Date.UTC(2026, 10, 22, 16, 0, 0);
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const KEY = 'AKIDEXAMPLE';

const authenticator = createAuthenticator({
  mode: 'enforce',
  credentials: {
    lookup: (accessKeyId) =>
      accessKeyId === KEY
        ? { accessKeyId, secretAccessKey: SECRET, ...rootPrincipal('000000000000') }
        : undefined,
  },
  clock: { nowMs: () => NOW_MS, monotonicMs: () => 0 },
});

type Service = 's3' | 'dynamodb';

/** A request on the wire: what a tamperer can reach. */
interface Wire {
  method: string;
  path: string;
  query: string;
  headers: [name: string, value: string][];
  body: Buffer;
}

function authenticate(wire: Wire, service: Service) {
  const target = wire.query === '' ? wire.path : `${wire.path}?${wire.query}`;
  return authenticator.authenticate(httpRequest({ ...wire, target }), {
    service,
    region: 'eu-west-1',
    protocol: service === 's3' ? 'rest-xml' : 'json',
    body: wire.body,
  });
}

type SmithyRequest = Parameters<SignatureV4['presign']>[0];

interface Plain {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

async function signed(plain: Plain, service: Service, presigned: boolean): Promise<Wire> {
  const signer = new SignatureV4({
    credentials: { accessKeyId: KEY, secretAccessKey: SECRET },
    region: 'eu-west-1',
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
  const request = {
    method: plain.method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: `/${plain.segments.map(escape).join('/')}`,
    query: { ...plain.query },
    headers: { host: '127.0.0.1:4566', ...Object.fromEntries(plain.headers) },
    body: plain.body,
  } as SmithyRequest;
  const signingDate = new Date(NOW_MS);
  const unsigned = { ...request.headers };
  if (presigned && service === 's3') unsigned['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
  const result = presigned
    ? await signer.presign({ ...request, headers: unsigned }, { signingDate, expiresIn: 60 })
    : await signer.sign(request, { signingDate });
  const pairs = Object.entries(result.query ?? {}).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${escape(name)}=${escape(one)}`),
  );
  return {
    method: result.method,
    path: result.path,
    query: pairs.join('&'),
    headers: Object.entries(result.headers),
    body: Buffer.from(plain.body),
  };
}

function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ maxLength }),
    fc.string({ maxLength, unit: 'grapheme' }),
    fc.constantFrom('.', '..', '', ' ', '+', '%', '%41', '__proto__x', 'a/b', '&=?', '~-_.'),
  );
const headerValue = fc.stringMatching(/^[!-~]([ -~\t]{0,20}[!-~])?$/);
const plainRequest = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
  segments: fc.array(text(8), { maxLength: 4 }),
  query: fc.dictionary(
    text(6).filter((name) => name !== '' && !/^x-amz-|^__proto__$/i.test(name)),
    fc.oneof(text(8), fc.array(text(8), { minLength: 1, maxLength: 3 })),
    { maxKeys: 4, noNullPrototype: true },
  ),
  headers: fc.uniqueArray(
    fc.tuple(fc.stringMatching(/^(x-amz-meta-|x-b|content-)[a-z]{1,6}$/), headerValue),
    { selector: ([name]) => name, maxLength: 4 },
  ),
  body: fc.string({ maxLength: 40, unit: 'binary' }),
});
const service = fc.constantFrom<Service>('s3', 'dynamodb');

test('every request that the SDK signs or presigns is verified', async () => {
  await fc.assert(
    fc.asyncProperty(plainRequest, service, fc.boolean(), async (plain, name, presigned) => {
      const wire = await signed(plain, name, presigned);
      assert.equal(authenticate(wire, name).caller.accessKeyId, KEY);
    }),
    { numRuns: RUNS },
  );
});

/** Changes one thing; undefined when there is none of it, or the change says the same. */
type Tamper = (wire: Wire, choice: number) => Wire | undefined;

const flipped = (value: string, choice: number) => {
  const at = choice % value.length;
  const other = value[at] === '0' ? '1' : '0';
  return value.slice(0, at) + other + value.slice(at + 1);
};

const tampers: Record<string, Tamper> = {
  method: (wire) => ({ ...wire, method: wire.method === 'GET' ? 'DELETE' : 'GET' }),
  path: (wire) => ({ ...wire, path: `${wire.path === '/' ? '' : wire.path}/more` }),
  header(wire, choice) {
    // The names of what is signed are signed too: an unsigned header may change.
    const claim = `${wire.headers.map(([, value]) => value).join()}${wire.query}`;
    const names = /SignedHeaders=([^,&]*)/.exec(claim)?.[1]?.split(/;|%3B/) ?? [];
    const index = wire.headers.findIndex(([header]) => header === names[choice % names.length]);
    const [name = '', value = ''] = wire.headers[index] ?? [];
    return { ...wire, headers: wire.headers.with(index, [name, flipped(value, choice)]) };
  },
  'added query': (wire) => ({
    ...wire,
    query: wire.query === '' ? 'more=1' : `${wire.query}&more=1`,
  }),
  'removed query'(wire, choice) {
    if (wire.query === '') return undefined;
    const pieces = wire.query.split('&');
    return { ...wire, query: pieces.toSpliced(choice % pieces.length, 1).join('&') };
  },
  'query byte'(wire, choice) {
    const pieces = wire.query.split('&');
    const index = choice % pieces.length;
    const [name = '', value = ''] = (pieces[index] ?? '').split('=');
    return value === ''
      ? undefined
      : { ...wire, query: pieces.with(index, `${name}=${flipped(value, choice)}`).join('&') };
  },
  body(wire, choice) {
    const body = Buffer.from(wire.body);
    if (body.length === 0) return { ...wire, body: Buffer.from('more') };
    body[choice % body.length] = (body[choice % body.length] ?? 0) ^ 1;
    return { ...wire, body };
  },
  signature(wire, choice) {
    const change = (value: string) =>
      value.replace(
        /Signature=([0-9a-f]{64})/,
        (_all, hex: string) => `Signature=${flipped(hex, choice)}`,
      );
    const headers = wire.headers.map(([name, value]): [string, string] => [name, change(value)]);
    return { ...wire, headers, query: change(wire.query) };
  },
};

test('nothing that was changed after signing is verified', async () => {
  await fc.assert(
    fc.asyncProperty(
      plainRequest,
      service,
      fc.boolean(),
      fc.constantFrom(...Object.keys(tampers)),
      fc.nat(),
      async (plain, name, presigned, kind, choice) => {
        const wire = await signed(plain, name, presigned);
        const tampered = tampers[kind]?.(wire, choice);
        // A presigned S3 URL says nothing of its body.
        const silent = kind === 'body' && presigned && name === 's3';
        fc.pre(tampered !== undefined && !silent);
        assert.throws(() => authenticate(tampered, name), { code: /\w/ }, kind);
      },
    ),
    { numRuns: RUNS * 2 },
  );
});
