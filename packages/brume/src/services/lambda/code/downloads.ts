/**
 * The links under which GetFunction offers a function's package: signed, for ten minutes, as AWS's are,
 * and served by Brume itself.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock, Random } from '../../../environment/environment.ts';
import type { HttpRequest } from '../../../http/message.ts';
import type { BlobStore } from '../../../storage/blob-store.ts';
import type { DataPlane, PlaneHandler } from '../../data-plane.ts';

const PATH = '/_aws/lambda/code/';
const VALID_MS = 10 * 60_000;

export class CodeDownloads implements DataPlane {
  readonly name = 'lambda-code';
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  /** Links end with the process that made them. */
  readonly #secret: Buffer;

  constructor(blobs: BlobStore, clock: Clock, random: Random) {
    this.#blobs = blobs;
    this.#clock = clock;
    this.#secret = random.bytes(32);
  }

  url(baseUrl: string, blobId: string): string {
    const expires = String(Math.ceil(this.#clock.nowMs()) + VALID_MS);
    const path = `${PATH}${encodeURIComponent(blobId)}`;
    return `${baseUrl}${path}?expires=${expires}&signature=${this.#sign(blobId, expires)}`;
  }

  claim(request: HttpRequest): PlaneHandler | undefined {
    if (request.method !== 'GET' || !request.target.startsWith(PATH)) return undefined;
    return async ({ target }) => {
      const { pathname, searchParams } = new URL(target, 'http://localhost');
      const blobId = decodeURIComponent(pathname.slice(PATH.length));
      const expires = searchParams.get('expires') ?? '';
      const expected = this.#sign(blobId, expires);
      const isSigned = isSame(searchParams.get('signature') ?? '', expected);
      if (!isSigned || this.#clock.nowMs() > Number(expires)) {
        return {
          status: 403,
          headers: { 'content-type': 'text/plain' },
          body: 'Request has expired\n',
        };
      }
      const headers = { 'content-type': 'application/zip' };
      return { status: 200, headers, body: this.#blobs.read(blobId) };
    };
  }

  #sign(blobId: string, expires: string): string {
    return createHmac('sha256', this.#secret).update(`${blobId}\n${expires}`).digest('hex');
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
