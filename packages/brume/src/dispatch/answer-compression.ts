/**
 * Compresses answers for clients that take that, as DynamoDB does: those that carry `x-amz-crc32` and
 * are longer than 4 KB. The checksum is then of the compressed bytes (AWS's Java SDK has a setting for
 * just that, `calculateCrc32FromCompressedData`, and sets it for DynamoDB).
 */
import { promisify } from 'node:util';
import { crc32, deflate, gzip } from 'node:zlib';
import type { HttpRequest, HttpResponse } from '../http/message.ts';

const UNCOMPRESSED_BYTES_MAX = 4096;
/** Speed over size: most clients are on this machine. */
const LEVEL = 1;

const COMPRESSIONS: ReadonlyMap<string, (body: string) => Promise<Buffer>> = new Map([
  ['gzip', (body: string) => promisify(gzip)(body, { level: LEVEL })],
  ['deflate', (body: string) => promisify(deflate)(body, { level: LEVEL })],
]);

export function compressAnswer(
  request: HttpRequest,
  response: HttpResponse,
): HttpResponse | Promise<HttpResponse> {
  const accepted = request.headers.get('accept-encoding');
  const { headers, body } = response;
  if (accepted === undefined || typeof body !== 'string') return response;
  if (!('x-amz-crc32' in headers) || Buffer.byteLength(body) <= UNCOMPRESSED_BYTES_MAX) {
    return response;
  }
  const name = [...COMPRESSIONS.keys()].find((each) => accepts(accepted, each));
  const compress = name === undefined ? undefined : COMPRESSIONS.get(name);
  if (name === undefined || compress === undefined) return response;
  return compress(body).then((bytes) => ({
    ...response,
    headers: { ...headers, 'content-encoding': name, 'x-amz-crc32': String(crc32(bytes)) },
    body: bytes,
  }));
}

/** `gzip;q=0` says that it is not wanted. */
function accepts(accepted: string, encoding: string): boolean {
  return accepted.split(',').some((each) => {
    const [name = '', ...parameters] = each.split(';').map((word) => word.trim().toLowerCase());
    return name === encoding && !parameters.some((word) => /^q=0(?:\.0*)?$/.test(word));
  });
}
