/**
 * Unpacked code, one folder per package content or list of layers, shared by all execution environments that run it and
 * kept until nobody does and the room is needed. Only a cache: the packages are in the blob store.
 */
import { createHash } from 'node:crypto';
import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../../environment/environment.ts';
import type { BlobStore } from '../../../storage/blob-store.ts';
import type { CodeReference } from '../function-record.ts';
import { CODE_ZIPPED_BYTES_MAX, UNUSED_CODE_BYTES_MAX } from '../limits.ts';
import { mergeFolder } from './merge-folder.ts';
import { closeFolders, unpack } from './unpack.ts';

/** A folder in use: it stays until `release`. */
export interface CodeFolder {
  readonly path: string;
  release(): void;
}

interface Folder {
  readonly path: string;
  readonly filled: Promise<number>;
  sizeBytes: number;
  users: number;
}

interface OpenFolder extends CodeFolder {
  readonly sizeBytes: number;
}

export class CodeFolders {
  readonly #root: string;
  readonly #blobs: BlobStore;
  readonly #random: Random;
  /** By what is in them, least recently released first. */
  readonly #folders = new Map<string, Folder>();
  #cleared: Promise<void> | undefined;

  constructor(workFolder: string, blobs: BlobStore, random: Random) {
    this.#root = join(workFolder, 'code');
    this.#blobs = blobs;
    this.#random = random;
  }

  /**
   * Unpacks a package that was just uploaded. Returns the size of its files; throws AWS's errors for
   * one that is no good.
   */
  async check(zip: Buffer): Promise<number> {
    const sha256 = createHash('sha256').update(zip).digest('base64');
    const folder = await this.#open(hex(sha256), (path) => unpack(zip, path));
    folder.release();
    return folder.sizeBytes;
  }

  /** The folder with a stored package's files. */
  async open(code: CodeReference): Promise<CodeFolder> {
    if (code.folder !== undefined) return { path: code.folder, release() {} };
    return this.#open(hex(code.sha256), async (path) => {
      return unpack(await readBlob(this.#blobs, code), path);
    });
  }

  /** The folder with the files of all layers, later ones over earlier ones; undefined for none. */
  async openMerged(layers: readonly CodeReference[]): Promise<CodeFolder | undefined> {
    const [first, ...others] = layers;
    if (first === undefined || others.length === 0) return first && this.open(first);
    const digest = createHash('sha256').update(layers.map(({ sha256 }) => sha256).join());
    return this.#open(`layers-${digest.digest('hex')}`, async (path) => {
      for (const layer of layers) {
        const folder = await this.open(layer);
        await mergeFolder(folder.path, path).finally(() => folder.release());
      }
      await closeFolders(path);
      // Links: the files are counted with their layers.
      return 0;
    });
  }

  /** Removes all folders. Whoever made the folder around them could not: files in them are read-only. */
  async close(): Promise<void> {
    await removeTree(this.#root);
  }

  async #open(name: string, fill: (path: string) => Promise<number>): Promise<OpenFolder> {
    this.#cleared ??= removeTree(this.#root);
    await this.#cleared;
    let folder = this.#folders.get(name);
    if (folder === undefined) {
      // The UUID, because the folder of an earlier unpacking may still be on its way out.
      const path = join(this.#root, `${name}-${this.#random.uuid()}`);
      folder = { path, filled: fillOrRemove(path, fill), sizeBytes: 0, users: 0 };
      this.#folders.set(name, folder);
    }
    const held = folder;
    held.users++;
    try {
      held.sizeBytes = await held.filled;
    } catch (error) {
      this.#folders.delete(name);
      throw error;
    }
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      held.users--;
      this.#folders.delete(name);
      this.#folders.set(name, held);
      this.#trim();
    };
    return { path: held.path, sizeBytes: held.sizeBytes, release };
  }

  #trim(): void {
    const unused = [...this.#folders].filter(([, folder]) => folder.users === 0);
    let excess = unused.reduce((sum, [, folder]) => sum + folder.sizeBytes, 0);
    excess -= UNUSED_CODE_BYTES_MAX;
    for (const [name, folder] of unused) {
      if (excess <= 0) return;
      excess -= folder.sizeBytes;
      this.#folders.delete(name);
      // A folder that cannot be removed costs room until the next start, which clears them all.
      removeTree(folder.path).catch(() => {});
    }
  }
}

async function fillOrRemove(path: string, fill: (path: string) => Promise<number>) {
  try {
    return await fill(path);
  } catch (error) {
    await removeTree(path);
    throw error;
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
