/** A blob store that lives and dies with the process. */
import { createHash } from 'node:crypto';
import type { Environment } from '../../environment/environment.ts';
import type { BlobStore } from '../blob-store.ts';
import { newBlobId } from './blob-id.ts';
import { BlobNotFoundError } from './errors.ts';

export function createMemoryBlobStore({ random }: Pick<Environment, 'random'>): BlobStore {
  const blobs = new Map<string, Buffer>();
  return {
    async write(source) {
      const bytes = await readAll(source);
      const id = newBlobId(random);
      blobs.set(id, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('base64');
      return { id, sizeBytes: bytes.length, sha256 };
    },
    async *read(id, range = { start: 0, end: Infinity }) {
      const blob = blobs.get(id);
      if (blob === undefined) throw new BlobNotFoundError(id);
      const end = Math.min(range.end, blob.length);
      // A copy, so that nobody's change of it changes what is stored.
      if (range.start < end) yield Buffer.from(blob.subarray(range.start, end));
    },
    async delete(id) {
      blobs.delete(id);
    },
    async *list() {
      yield* blobs.keys();
    },
  };
}

async function readAll(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (source instanceof Uint8Array) return Buffer.from(source);
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
