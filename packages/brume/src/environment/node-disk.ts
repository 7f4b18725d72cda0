/** The machine's file system as a `Disk`. */
import { constants, createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';

export const nodeDisk: Disk = {
  makeDirectory,
  async open(path, { create, ownerOnly = false }) {
    const flags = constants.O_RDWR | (create ? constants.O_CREAT : 0);
    return new NodeDiskFile(await open(path, flags, ownerOnly ? 0o600 : 0o666));
  },
  readFile: (path) => readFile(path),
  readStream,
  list: (path) => readdir(path),
  sizeBytes,
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
  syncDirectory,
};

async function makeDirectory(path: string): Promise<void> {
  const topmostCreated = await mkdir(path, { recursive: true });
  if (topmostCreated === undefined) return;
  const last = dirname(resolve(topmostCreated));
  let parent = resolve(path);
  while (parent !== last) {
    parent = dirname(parent);
    await syncDirectory(parent);
  }
}

async function* readStream(
  path: string,
  range?: { start: number; end: number },
): AsyncGenerator<Buffer> {
  if (range !== undefined && range.end <= range.start) return;
  // Node's `end` is inclusive.
  const options = range === undefined ? {} : { start: range.start, end: range.end - 1 };
  for await (const chunk of createReadStream(path, options)) yield chunk as Buffer;
}

async function sizeBytes(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a folder, and writes its names through.
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

class NodeDiskFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const rest = bytes.length - written;
      written += (await this.#handle.write(bytes, written, rest, position + written)).bytesWritten;
    }
  }

  async read(length: number, position: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const at = position + filled;
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, at);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
