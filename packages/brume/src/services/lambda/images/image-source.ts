/** Where an image comes from, and how what comes from there is believed. */
import { createHash } from 'node:crypto';
import { brokenImage } from './errors.ts';
import type { Descriptor, Document } from './manifest.ts';

export interface ImageSource {
  /** What the image's name stands for: its manifest, or an index with several. */
  top(): Promise<Document>;
  /** The document with this digest. */
  document(digest: string): Promise<Document>;
  /** Anything else, as it comes. */
  blob(digest: string): Promise<AsyncIterable<Uint8Array>>;
}

/** What a source gives, which fails at its end unless it is what was asked for. */
export async function* verified(
  content: AsyncIterable<Uint8Array>,
  { digest, sizeBytes }: Pick<Descriptor, 'digest' | 'sizeBytes'>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let receivedBytes = 0;
  for await (const chunk of content) {
    receivedBytes += chunk.length;
    if (receivedBytes > sizeBytes) throw brokenImage(`${digest} is larger than it should be`);
    hash.update(chunk);
    yield chunk;
  }
  if (`sha256:${hash.digest('hex')}` !== digest) {
    throw brokenImage(`what should be ${digest} is something else`);
  }
}

export async function readAll(
  content: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let receivedBytes = 0;
  for await (const chunk of content) {
    receivedBytes += chunk.length;
    if (receivedBytes > bytesMax) throw brokenImage(`a document of it is over ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body of a registry's answer. */
export async function* contentOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    yield* body;
  } catch (error) {
    throw brokenImage(`its registry has broken off (${String(error)})`);
  }
}
