/**
 * Images on this machine: an OCI layout, or an archive of one, or one that Docker made before version 25
 * (`docker save`, `podman save`). An archive is unpacked for as long as it is read, and may be compressed.
 */
import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ArchiveSource, type ArchivedFile } from './archive-source.ts';
import { bounded, budget, compressionOfFile, decompressed } from './decompress.ts';
import { imageNotFound } from './errors.ts';
import type { ImageSource } from './image-source.ts';
import { LayoutSource } from './layout-source.ts';
import { IMAGE_UNPACKED_BYTES_MAX } from './limits.ts';
import { NewFile } from './new-file.ts';
import { eachEntry, type EntryReceiver } from './tar-entries.ts';

/** Runs `use` with what is at `path`. `scratch` is a folder that is not there yet. */
export async function withLocalImage<Result>(
  path: string,
  tag: string | undefined,
  scratch: string,
  use: (source: ImageSource) => Promise<Result>,
): Promise<Result> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return use(new LayoutSource(path, tag));
  if (!found?.isFile()) throw imageNotFound(path);
  try {
    const { isLayout, files } = await unpackArchive(path, scratch);
    return await use(isLayout ? new LayoutSource(scratch, tag) : new ArchiveSource(files, tag));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const LAYOUT_PARTS = /^(?:index\.json|blobs\/sha256\/[0-9a-f]{64})$/;

/** Writes the parts of a layout under their own names, and what else there is under numbers. */
async function unpackArchive(path: string, folder: string) {
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  const files = new Map<string, ArchivedFile>();
  const links = new Map<string, string>();
  const room = budget(IMAGE_UNPACKED_BYTES_MAX);
  let count = 0;
  let isLayout = false;
  await eachEntry(await readArchive(path), ({ type, path: entryPath, linkpath = '', size }) => {
    const name = posix.normalize(entryPath);
    if (type === 'SymbolicLink') links.set(name, posix.join(posix.dirname(name), linkpath));
    if (type !== 'File') return undefined;
    room.take(size);
    if (name === 'index.json') isLayout = true;
    const isPart = LAYOUT_PARTS.test(name);
    const file = join(folder, isPart ? name : String(count++));
    // Of two entries with one name the later counts.
    if (isPart) rmSync(file, { force: true });
    return new HashedFile(file, size, (archived) => isPart || files.set(name, archived));
  });
  // Of two equal layers Docker kept one, and a link to it.
  for (const [name, target] of links) {
    const linked = files.get(target);
    if (linked) files.set(name, linked);
  }
  return { isLayout, files };
}

async function readArchive(path: string): Promise<AsyncIterable<Uint8Array>> {
  const content = decompressed(createReadStream(path), await compressionOfFile(path));
  const room = budget(2 * IMAGE_UNPACKED_BYTES_MAX);
  return bounded(content, (bytes) => room.take(bytes));
}

class HashedFile implements EntryReceiver {
  readonly #file: NewFile;
  readonly #hash = createHash('sha256');
  readonly #ended: (digest: string) => unknown;

  constructor(path: string, sizeBytes: number, onEnd: (file: ArchivedFile) => unknown) {
    this.#file = new NewFile(path, 0o600);
    this.#ended = (digest) => onEnd({ path, digest, sizeBytes });
  }

  write(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.#file.write(chunk);
  }

  end(): void {
    this.#file.end();
    this.#ended(`sha256:${this.#hash.digest('hex')}`);
  }
}
