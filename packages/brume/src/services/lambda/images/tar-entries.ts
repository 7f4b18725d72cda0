/**
 * The entries of a tar file one after the other, none of them in memory as a whole. What is done with them
 * is done at once, a chunk of the file at a time: nothing can pile up.
 */
import { Parser, type ReadEntry } from 'tar';
import { brokenImage } from './errors.ts';
import { IMAGE_ENTRIES_MAX } from './limits.ts';
import { compressionOf } from './manifest.ts';

/** Takes the content of an entry; `end` comes in any case. */
export interface EntryReceiver {
  write(chunk: Buffer): void;
  end(): void;
}

export async function eachEntry(
  tar: AsyncIterable<Uint8Array>,
  visit: (entry: ReadEntry) => EntryReceiver | undefined,
): Promise<void> {
  let count = 0;
  let sawEnd = false;
  let current: EntryReceiver | undefined;
  const end = () => {
    const ended = current;
    current = undefined;
    ended?.end();
  };
  const parser = new Parser({
    onReadEntry: (entry) => {
      if (++count > IMAGE_ENTRIES_MAX) throw brokenImage('it has too many files');
      const receiver = visit(entry);
      current = receiver;
      if (receiver) entry.on('data', (chunk) => receiver.write(chunk));
      else entry.resume();
      entry.on('end', end);
    },
    onwarn: (code, message) => {
      // A layer may have nothing in it.
      if (code === 'TAR_BAD_ARCHIVE' && count === 0 && sawEnd) return;
      throw brokenImage(`a tar file in it is wrong (${message})`);
    },
  });
  parser.on('eof', () => (sawEnd = true));
  try {
    for await (const chunk of plain(tar)) parser.write(chunk);
    parser.end();
  } finally {
    end();
  }
}

/** The bytes of a tar file; throws for one that is compressed. */
async function* plain(tar: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const { buffer, byteOffset, byteLength } of tar) {
    let chunk: Buffer = Buffer.from(buffer, byteOffset, byteLength);
    if (start) {
      chunk = Buffer.concat([start, chunk]);
      start = chunk.length < 4 ? chunk : undefined;
      if (start) continue;
      // `Parser` would unpack it beyond all bounds.
      if (compressionOf(chunk) !== 'none') {
        throw brokenImage('a tar file in it is compressed, and does not say so');
      }
    }
    yield chunk;
  }
}
