/** What an image's parts are behind their compression, and bounds for what may come out. */
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AwsError } from '../../../model/aws-error.ts';
import { brokenImage } from './errors.ts';
import { compressionOf, type Compression } from './manifest.ts';

/** Room for bytes; throws when there is no more. */
export function budget(bytesMax: number) {
  let bytes = 0;
  return {
    take(more: number) {
      bytes += more;
      if (bytes > bytesMax) throw brokenImage(`unpacked it is over ${bytesMax} bytes`);
    },
    taken: () => bytes,
  };
}

export async function* bounded(content: AsyncIterable<Uint8Array>, take: (bytes: number) => void) {
  for await (const chunk of content) {
    take(chunk.length);
    yield chunk;
  }
}

export async function* decompressed(
  content: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  if (compression === 'none') {
    yield* content;
    return;
  }
  const decompress = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  // The error is thrown where the output is read.
  pipeline(content, decompress, () => {});
  try {
    yield* decompress;
  } catch (error) {
    if (error instanceof AwsError || (error as NodeJS.ErrnoException).syscall) throw error;
    throw brokenImage(`a part of it is not ${compression}`);
  }
}

export async function compressionOfFile(path: string): Promise<Compression> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4) });
    return compressionOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
