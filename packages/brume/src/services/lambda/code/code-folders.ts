/**
 * Unpacked code, one folder per package content, shared by all execution environments that run it and
 * kept until nobody does and the room is needed. Only a cache: the packages are in the blob store.
 */
import { createHash } from 'node:crypto';
import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../../environment/environment.ts';
import type { BlobStore } from '../../../storage/blob-store.ts';
import type { CodeReference } from '../function-record.ts';
import { CODE_ZIPPED_BYTES_MAX, UNUSED_CODE_BYTES_MAX } from '../limits.ts';
import { unpack } from './unpack.ts';

/** A folder in use: it stays until `release`. */
export interface CodeFolder {
  readonly path: string;
  release(): void;
}

interface Folder {
  readonly path: string;
  readonly unpacked: Promise<number>;
  sizeBytes: number;
  users: number;
}

export class CodeFolders {
  readonly #root: string;
  readonly #blobs: BlobStore;
  readonly #random: Random;
  /** By SHA-256, least recently released first. */
  readonly #folders = new Map<string, Folder>();
  #cleared: Promise<void> | undefined;

  constructor(workFolder: string, blobs: BlobStore, random: Random) {
    this.#root = join(workFolder, 'code');
    this.#blobs = blobs;
    this.#random = random;
  }

  /** Unpacks a package that was just uploaded. Throws AWS's errors for one that is no good. */
  async check(zip: Buffer): Promise<void> {
    const sha256 = createHash('sha256').update(zip).digest('base64');
    const folder = await this.#open(sha256, () => Promise.resolve(zip));
    folder.release();
  }

  /** The folder with a stored package's files. */
  async open(code: CodeReference): Promise<CodeFolder> {
    return this.#open(code.sha256, () => readBlob(this.#blobs, code));
  }

  /** Removes all folders. Whoever made the folder around them could not: files in them are read-only. */
  async close(): Promise<void> {
    await removeTree(this.#root);
  }

  async #open(sha256: string, load: () => Promise<Buffer>): Promise<CodeFolder> {
    this.#cleared ??= removeTree(this.#root);
    await this.#cleared;
    let folder = this.#folders.get(sha256);
    if (folder === undefined) {
      // The UUID, because the folder of an earlier unpacking may still be on its way out.
      const path = join(this.#root, `${hex(sha256)}-${this.#random.uuid()}`);
      folder = { path, unpacked: this.#unpack(load, path), sizeBytes: 0, users: 0 };
      this.#folders.set(sha256, folder);
    }
    const held = folder;
    held.users++;
    try {
      held.sizeBytes = await held.unpacked;
    } catch (error) {
      this.#folders.delete(sha256);
      throw error;
    }
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      held.users--;
      this.#folders.delete(sha256);
      this.#folders.set(sha256, held);
      this.#trim();
    };
    return { path: held.path, release };
  }

  async #unpack(load: () => Promise<Buffer>, path: string): Promise<number> {
    try {
      return await unpack(await load(), path);
    } catch (error) {
      await removeTree(path);
      throw error;
    }
  }

  #trim(): void {
    const unused = [...this.#folders].filter(([, folder]) => folder.users === 0);
    let excess = unused.reduce((sum, [, folder]) => sum + folder.sizeBytes, 0);
    excess -= UNUSED_CODE_BYTES_MAX;
    for (const [sha256, folder] of unused) {
      if (excess <= 0) return;
      excess -= folder.sizeBytes;
      this.#folders.delete(sha256);
      // A folder that cannot be removed costs room until the next start, which clears them all.
      removeTree(folder.path).catch(() => {});
    }
  }
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

async function readBlob(blobs: BlobStore, code: CodeReference): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of blobs.read(code.blobId)) {
    sizeBytes += chunk.length;
    if (sizeBytes > CODE_ZIPPED_BYTES_MAX) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Removes a folder in which nothing may be written, not even by its owner. */
async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await openFolders(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function openFolders(path: string): Promise<void> {
  await chmod(path, 0o755);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
  }
}
