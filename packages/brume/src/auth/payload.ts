/**
 * What a signature says of the body: a hash, nothing, or that the body is framed and its parts are
 * signed. A body that is not there yet is proven while it is read.
 */
import { createHash, hash } from 'node:crypto';
import { AwsChunkedDecoder, AwsChunkedError, decodeAwsChunked } from '../http/aws-chunked.ts';
import type { HttpHeaders } from '../http/message.ts';
import { AwsError } from '../model/aws-error.ts';
import { queryParameter } from './credential-scope.ts';
import type { ChunkSignatures } from './chunk-signature.ts';
import type { Refusals } from './refusals.ts';
import { EMPTY_SHA256, HEX_SHA256 } from './sigv4.ts';

const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const STREAMING = /^STREAMING-(?:(UNSIGNED)|AWS4-(?:HMAC|ECDSA-P256)-SHA256)-PAYLOAD(-TRAILER)?$/;

/** A request's body, decoded and proven. */
interface ProvenBody extends AsyncIterable<Uint8Array> {
  /** Fields that followed the body, by lower-case name; complete once the body has been read. */
  readonly trailers: ReadonlyMap<string, string>;
}

/** Reads a body that came with a request, throwing at the latest at its end when it is not as signed. */
export type BodyReader = (source: AsyncIterable<Uint8Array>) => ProvenBody;

const NO_TRAILERS: ReadonlyMap<string, string> = new Map();

/** For bodies that are proven already, or of which nothing is claimed. */
export const readAsItIs: BodyReader = (source) => ({
  trailers: NO_TRAILERS,
  [Symbol.asyncIterator]: () => source[Symbol.asyncIterator](),
});

/** The payload's line in the canonical request of services other than S3: always the body's own hash. */
export function bodyHash(body: Buffer | undefined, headers: HttpHeaders): string {
  if (body) return body.length === 0 ? EMPTY_SHA256 : hash('sha256', body);
  const claimed = headers.get('x-amz-content-sha256');
  return claimed !== undefined && HEX_SHA256.test(claimed) ? claimed : EMPTY_SHA256;
}

/** The same for S3, which is told it. Throws S3's errors when it is missing or not a possible one. */
export function s3PayloadHash(headers: HttpHeaders, target: string, presigned: boolean): string {
  const claimed =
    headers.get('x-amz-content-sha256') ??
    (presigned ? (queryParameter(target, 'X-Amz-Content-Sha256') ?? UNSIGNED_PAYLOAD) : undefined);
  if (claimed === undefined) {
    throw new AwsError({
      code: 'InvalidRequest',
      status: 400,
      message: 'Missing required header for this request: x-amz-content-sha256',
    });
  }
  if (claimed === UNSIGNED_PAYLOAD || HEX_SHA256.test(claimed) || STREAMING.test(claimed)) {
    return claimed;
  }
  throw new AwsError({
    code: 'InvalidArgument',
    status: 400,
    message:
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, ' +
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, ' +
      'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER ' +
      'or a valid sha256 value.',
    fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: claimed },
  });
}

/** What judges a body while it is read. */
export interface BodyJudge {
  readonly signatures: ChunkSignatures;
  readonly refusals: Pick<Refusals, 'contentMismatch'>;
}

/** How to read a body of which `payloadHash` is claimed; without a judge, framing is undone, no more. */
export function bodyReader(
  payloadHash: string,
  headers: HttpHeaders,
  judge: BodyJudge | undefined,
): BodyReader {
  const streaming = STREAMING.exec(payloadHash);
  if (!streaming) {
    return judge && HEX_SHA256.test(payloadHash) ? hashedReader(payloadHash, judge) : readAsItIs;
  }
  const decodedBytes = decodedLength(headers);
  const [, unsigned, trailer] = streaming;
  return (source) => {
    const decoder = new AwsChunkedDecoder({
      decodedBytes,
      signed: unsigned === undefined,
      trailer: trailer !== undefined,
      verifier: unsigned === undefined ? judge?.signatures : undefined,
    });
    const decoded = inS3sWords(decodeAwsChunked(source, decoder));
    return { trailers: decoder.trailers, [Symbol.asyncIterator]: () => decoded };
  };
}

function decodedLength(headers: HttpHeaders): number {
  const text = headers.get('x-amz-decoded-content-length') ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AwsError({
    code: 'MissingContentLength',
    status: 411,
    message: 'You must provide the Content-Length HTTP header.',
  });
}

function hashedReader(expected: string, judge: BodyJudge): BodyReader {
  return (source) => {
    const hashed = throughHash(source, expected, judge);
    return { trailers: NO_TRAILERS, [Symbol.asyncIterator]: () => hashed };
  };
}

async function* throughHash(source: AsyncIterable<Uint8Array>, expected: string, judge: BodyJudge) {
  const digest = createHash('sha256');
  for await (const piece of source) {
    digest.update(piece);
    yield piece;
  }
  const computed = digest.digest('hex');
  if (computed !== expected) throw judge.refusals.contentMismatch(expected, computed);
}

async function* inS3sWords(decoded: AsyncIterable<Uint8Array>) {
  try {
    yield* decoded;
  } catch (error) {
    throw error instanceof AwsChunkedError ? chunkedRefusal(error) : error;
  }
}

function chunkedRefusal({ fault, chunk, sizeBytes }: AwsChunkedError): AwsError {
  switch (fault) {
    case 'signature':
      return new AwsError({
        code: 'SignatureDoesNotMatch',
        status: 403,
        message:
          'The request signature we calculated does not match the signature you provided. ' +
          'Check your key and signing method.',
      });
    case 'chunk-size':
      // AWS, 2025-12-09: chunks of 3 and 2 bytes give `<Chunk>2</Chunk><BadChunkSize>3</BadChunkSize>`
      // (versitygw #1683): the small one is noticed when another follows.
      return new AwsError({
        code: 'InvalidChunkSizeError',
        status: 403,
        message: 'Only the last chunk is allowed to have a size less than 8192 bytes',
        fields: { Chunk: String(chunk + 1), BadChunkSize: String(sizeBytes) },
      });
    case 'trailer':
      return new AwsError({
        code: 'MalformedTrailerError',
        status: 400,
        message:
          'The request contained trailing data that was not well-formed or did not conform to our ' +
          'published schema.',
      });
    case 'malformed':
    case 'incomplete':
      return new AwsError({
        code: 'IncompleteBody',
        status: 400,
        message: 'The request body terminated unexpectedly',
      });
  }
}
