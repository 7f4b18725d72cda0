/**
 * The worked examples of the S3 API reference, "Authenticating Requests (AWS Signature Version 4)"
 * (read 2026-11): their keys, date, requests and signatures.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpRequest } from '../../../../test/support/raw-request.ts';
import type { RequestParts } from '../../../../test/support/raw-request.ts';
import { createAuthenticator } from './authenticate.ts';
import { rootPrincipal } from './credentials.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const root = {
  accessKeyId: KEY,
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  ...rootPrincipal('000000000000'),
};
const authenticator = createAuthenticator({
  mode: 'enforce',
  credentials: { lookup: (id) => (id === KEY ? root : undefined) },
  clock: { nowMs: () => Date.UTC(2013, 4, 24, 0, 5), monotonicMs: () => 0 },
});

function authenticate(parts: RequestParts, body?: string) {
  return authenticator.authenticate(httpRequest(parts), {
    service: 's3',
    region: 'us-east-1',
    protocol: 'rest-xml',
    body: body === undefined ? undefined : Buffer.from(body),
  });
}

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const BUCKET_HOST = ['Host', 'examplebucket.s3.amazonaws.com'] as const;
const DATE = ['x-amz-date', '20130524T000000Z'] as const;

function authorization(signedHeaders: string, signature: string) {
  const credential = `Credential=${KEY}/20130524/us-east-1/s3/aws4_request`;
  const value = `AWS4-HMAC-SHA256 ${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
  return ['Authorization', value] as const;
}

test('GET Object', () => {
  const headers = [
    BUCKET_HOST,
    authorization(
      'host;range;x-amz-content-sha256;x-amz-date',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ),
    ['Range', 'bytes=0-9'],
    ['x-amz-content-sha256', EMPTY_HASH],
    DATE,
  ] as const;
  const identity = authenticate({ target: '/test.txt', headers });
  assert.equal(identity.caller.accessKeyId, KEY);
  assert.equal('secretAccessKey' in identity.caller, false);
});

test('PUT Object', () => {
  const headers = [
    BUCKET_HOST,
    ['Date', 'Fri, 24 May 2013 00:00:00 GMT'],
    authorization(
      'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ),
    DATE,
    ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ['x-amz-content-sha256', '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072'],
  ] as const;
  const parts = { method: 'PUT', target: '/test%24file.text', headers };
  assert.equal(authenticate(parts, 'Welcome to Amazon S3.').accountId, '000000000000');
  assert.throws(() => authenticate(parts, 'Welcome to Amazon S4.'), {
    code: 'XAmzContentSHA256Mismatch',
    message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
  });
});

test('GET Bucket Lifecycle, and GET Bucket with parameters', () => {
  const examples = [
    ['/?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['/?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ] as const;
  for (const [target, signature] of examples) {
    const signed = authorization('host;x-amz-content-sha256;x-amz-date', signature);
    const headers = [BUCKET_HOST, DATE, ['x-amz-content-sha256', EMPTY_HASH], signed] as const;
    assert.equal(authenticate({ target, headers }).caller.accessKeyId, KEY);
  }
});

test('a presigned URL', () => {
  const target =
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
    '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
    '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
    '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
  assert.equal(authenticate({ target, headers: [BUCKET_HOST] }).caller.accessKeyId, KEY);
});

const STREAM_HOST = ['Host', 's3.amazonaws.com'] as const;
const STORAGE = ['x-amz-storage-class', 'REDUCED_REDUNDANCY'] as const;
const DECODED = ['x-amz-decoded-content-length', '66560'] as const;
const ENCODING = ['Content-Encoding', 'aws-chunked'] as const;

/** Reads a body as it comes, or, `whole`, after it was received. */
async function read(parts: RequestParts, body: string, whole = false) {
  const put = { method: 'PUT', target: '/examplebucket/chunkObject.txt', ...parts };
  const { readBody } = authenticate(put, whole ? body : undefined);
  const proven = readBody(httpRequest({ body }).body.stream());
  const pieces: Uint8Array[] = [];
  for await (const piece of proven) pieces.push(piece);
  return { data: Buffer.concat(pieces).toString('latin1'), trailers: proven.trailers };
}

test('an upload in signed chunks', async () => {
  const signed = authorization(
    'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;' +
      'x-amz-decoded-content-length;x-amz-storage-class',
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  );
  const content = ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'] as const;
  const length = ['Content-Length', '66824'] as const;
  const headers = [STREAM_HOST, DATE, STORAGE, signed, content, ENCODING, DECODED, length];
  const body = [
    '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    'a'.repeat(65_536),
    '400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'a'.repeat(1024),
    '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    '',
    '',
  ].join('\r\n');
  assert.equal(body.length, 66_824);
  for (const whole of [false, true]) {
    assert.equal((await read({ headers }, body, whole)).data, 'a'.repeat(66_560));
  }
  const refused = { code: 'SignatureDoesNotMatch', status: 403 };
  // A byte of data, a signature, and the order of what is there.
  await assert.rejects(read({ headers }, body.replace('\r\na', '\r\nb')), refused);
  await assert.rejects(read({ headers }, body.replace('0055627c', '0055627d')), refused);
  await assert.rejects(read({ headers }, body.replace('b6c6ea8a', 'b6c6ea8b')), refused);
});

test('an upload in signed chunks with a signed trailer', async () => {
  const signed = authorization(
    'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;' +
      'x-amz-storage-class;x-amz-trailer',
    '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  );
  const content = ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'] as const;
  const trailer = ['x-amz-trailer', 'x-amz-checksum-crc32c'] as const;
  const headers = [STREAM_HOST, DATE, STORAGE, signed, content, ENCODING, DECODED, trailer];
  const body = [
    '10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    'a'.repeat(65_536),
    '400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    'a'.repeat(1024),
    '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    'x-amz-checksum-crc32c:sOO8/Q==',
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    '',
    '',
  ].join('\r\n');
  const { data, trailers } = await read({ headers }, body);
  assert.equal(data.length, 66_560);
  assert.deepEqual([...trailers], [['x-amz-checksum-crc32c', 'sOO8/Q==']]);
  const refused = { code: 'SignatureDoesNotMatch', status: 403 };
  await assert.rejects(read({ headers }, body.replace('sOO8/Q==', 'sOO9/Q==')), refused);
  await assert.rejects(
    read({ headers }, body.replace(/x-amz-trailer-signature.*\r\n/, '')),
    refused,
  );
});

test('where any key is accepted, framing is undone and signatures are not judged', async () => {
  const accepting = createAuthenticator({
    mode: 'accept',
    credentials: { lookup: () => undefined },
    clock: { nowMs: () => 0, monotonicMs: () => 0 },
  });
  const content = ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'] as const;
  const headers = [content, ['x-amz-decoded-content-length', '5'] as const];
  const target = {
    service: 's3',
    region: 'us-east-1',
    protocol: 'rest-xml',
    body: undefined,
  } as const;
  const { readBody } = accepting.authenticate(httpRequest({ headers }), target);
  const head = (size: string) => `${size};chunk-signature=${'0'.repeat(64)}\r\n`;
  const framed = httpRequest({ body: `${head('5')}hello\r\n${head('0')}\r\n` });
  const pieces: Uint8Array[] = [];
  for await (const piece of readBody(framed.body.stream())) pieces.push(piece);
  assert.equal(Buffer.concat(pieces).toString(), 'hello');
});

test('a body that is still to come is held to its hash', async () => {
  const signed = authorization(
    'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  );
  const hash = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072';
  const date = ['Date', 'Fri, 24 May 2013 00:00:00 GMT'] as const;
  const content = ['x-amz-content-sha256', hash] as const;
  const headers = [BUCKET_HOST, date, signed, DATE, STORAGE, content];
  const parts = { method: 'PUT', target: '/test%24file.text', headers };
  assert.equal((await read(parts, 'Welcome to Amazon S3.')).data, 'Welcome to Amazon S3.');
  await assert.rejects(read(parts, 'Welcome to Amazon S4.'), { code: 'XAmzContentSHA256Mismatch' });
});
