/** Streamed bodies signed with SigV4A; HMAC's are in s3-examples.test.ts. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { httpRequest } from '../../../../test/support/raw-request.ts';
import { ChunkSignatures } from './chunk-signature.ts';
import { bodyReader } from './payload.ts';
import { s3Refusals } from './s3-refusals.ts';
import { EMPTY_SHA256 } from './sigv4.ts';
import { isSignedByPair } from './sigv4a.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const SEED = 'ab'.repeat(70);
const claim = {
  algorithm: 'AWS4-ECDSA-P256-SHA256',
  requestTime: '20261122T160000Z',
  scope: '20261122/s3/aws4_request',
  signature: SEED,
} as const;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const ecdsa = (text: string) => sign('sha256', Buffer.from(text), privateKey).toString('hex');

/** The body as the S3 user guide frames it: each signature filled up to 144 characters. */
function framed(chunks: readonly string[], trailer: string): string {
  const head = (kind: string) => `${claim.algorithm}-${kind}\n${claim.requestTime}\n${claim.scope}`;
  let previous: string = SEED;
  let body = '';
  for (const chunk of [...chunks, '']) {
    previous = ecdsa(`${head('PAYLOAD')}\n${previous}\n${EMPTY_SHA256}\n${sha256(chunk)}`);
    const signature = previous.padEnd(144, '*');
    body += `${chunk.length.toString(16)};chunk-signature=${signature}\r\n${chunk}`;
    if (chunk !== '') body += '\r\n';
  }
  const signed = ecdsa(`${head('TRAILER')}\n${previous}\n${sha256(`${trailer}\n`)}`);
  return `${body}${trailer}\r\nx-amz-trailer-signature:${signed.padEnd(144, '*')}\r\n\r\n`;
}

async function read(body: string, decodedBytes: number) {
  const headers = [['x-amz-decoded-content-length', String(decodedBytes)]] as const;
  const request = httpRequest({ headers, body });
  const signatures = new ChunkSignatures(claim, (text, signature) =>
    isSignedByPair(publicKey, text, signature),
  );
  const judge = { signatures, refusals: s3Refusals };
  const payload = 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER';
  const proven = bodyReader(payload, request.headers, judge)(request.body.stream());
  let text = '';
  for await (const piece of proven) text += Buffer.from(piece).toString();
  return { text, trailers: [...proven.trailers] };
}

const CHUNKS = ['a'.repeat(8192), 'b'.repeat(10)];
const TRAILER = 'x-amz-checksum-crc32c:sOO8/Q==';

test('chunks and trailer signed with SigV4A are verified', async () => {
  const { text, trailers } = await read(framed(CHUNKS, TRAILER), 8202);
  assert.equal(text, CHUNKS.join(''));
  assert.deepEqual(trailers, [['x-amz-checksum-crc32c', 'sOO8/Q==']]);
});

test('a changed chunk, trailer or order is not', async () => {
  const body = framed(CHUNKS, TRAILER);
  const refused = { code: 'SignatureDoesNotMatch', status: 403 };
  await assert.rejects(read(body.replace('aaa', 'aab'), 8202), refused);
  await assert.rejects(read(body.replace('sOO8', 'sOO9'), 8202), refused);
  // The second chunk is of ten bytes.
  const second = body.indexOf('\r\na;chunk-signature=') + 2;
  await assert.rejects(read(body.slice(second) + body.slice(0, second), 8202), refused);
});

test('faults of framing are told in the words of S3', async () => {
  const body = framed(CHUNKS, TRAILER);
  await assert.rejects(read(body, 8203), { code: 'IncompleteBody', status: 400 });
  await assert.rejects(read(body.replace('\r\n', '\n'), 8202), { code: 'IncompleteBody' });
  await assert.rejects(read(body.replace('x-amz-checksum', 'x amz'), 8202), {
    code: 'MalformedTrailerError',
  });
  await assert.rejects(read(framed(['a', 'b'], TRAILER), 2), {
    code: 'InvalidChunkSizeError',
    fields: { Chunk: '2', BadChunkSize: '1' },
  });
  await assert.rejects(read(body, Number.NaN), { code: 'MissingContentLength', status: 411 });
});
