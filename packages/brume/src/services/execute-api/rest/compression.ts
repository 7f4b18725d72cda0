/** Bodies that travel compressed: answers from a size on, and requests to APIs that compress theirs. */
import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate } from 'node:zlib';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import { GatewayFailure } from './gateway-failure.ts';
import type { RestExecution, RestResponse } from './rest-execution.ts';

const ENCODERS: ReadonlyMap<string, (body: Buffer) => Promise<Buffer>> = new Map([
  ['gzip', promisify<Buffer, Buffer>(gzip)],
  ['deflate', promisify<Buffer, Buffer>(deflate)],
]);
const LIMIT = { maxOutputLength: PAYLOAD_BYTES_MAX };
const unzipped = promisify(gunzip) as (body: Buffer, options: typeof LIMIT) => Promise<Buffer>;
const inflated = promisify(inflate) as (body: Buffer, options: typeof LIMIT) => Promise<Buffer>;
const DECODERS: ReadonlyMap<string, typeof unzipped> = new Map([
  ['gzip', unzipped],
  ['deflate', inflated],
]);

/** Step, backwards: what the client can read compressed, of a size that is worth it. */
export function compressResponse(execution: RestExecution): void | Promise<void> {
  const { request, response, served } = execution;
  const { minimumCompressionSize: sizeMin } = served;
  if (sizeMin === undefined || !response || response.headers.has('content-encoding')) return;
  const { body } = response;
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return;
  const bytes = Buffer.from(body);
  const coding = chosenCoding(request.headers.get('accept-encoding'));
  if (bytes.length < Math.max(sizeMin, 1) || coding === undefined) return;
  return compress(response, bytes, coding);
}

async function compress(response: RestResponse, bytes: Buffer, coding: string): Promise<void> {
  const encode = ENCODERS.get(coding);
  if (!encode) throw new Error(`no encoder for ${coding}`);
  response.body = await encode(bytes);
  response.headers.set('Content-Encoding', coding);
}

function chosenCoding(accepted = ''): string | undefined {
  const codings = accepted.split(',').map((each) => each.trim().toLowerCase());
  const isRefused = (coding: string) => /;\s*q=0(?:\.0*)?$/.test(coding);
  const named = codings
    .filter((each) => !isRefused(each))
    .map((each) => each.split(';')[0]?.trim());
  return [...ENCODERS.keys()].find((coding) => named.includes(coding));
}

/** The request's body as it was before it was compressed. */
export async function decompressedBody(
  { request, served }: RestExecution,
  body: Buffer,
): Promise<Buffer> {
  const coding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (served.minimumCompressionSize === undefined || coding === 'identity') return body;
  const decode = DECODERS.get(coding);
  if (!decode) throw new GatewayFailure('UNSUPPORTED_MEDIA_TYPE', `content encoding ${coding}`);
  try {
    return await decode(body, LIMIT);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new GatewayFailure('REQUEST_TOO_LARGE', 'payload over the limit');
    }
    throw new GatewayFailure('BAD_REQUEST_BODY', `the body is no ${coding}`);
  }
}
