/**
 * Blobs as files: `<first two digits of the id>/<id>`. A blob is written under `unfinished/`, synced,
 * renamed and its name synced, so that a name outside of `unfinished/` always means all of the bytes.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Environment } from '../../environment/environment.ts';
import type { BlobReference, BlobStore } from '../blob-store.ts';
import { isBlobId, newBlobId } from './blob-id.ts';
import { BlobNotFoundError } from './errors.ts';

type Source = Uint8Array | AsyncIterable<Uint8Array>;

export interface FileBlobStoreOptions {
  readonly folder: string;
  readonly environment: Pick<Environment, 'disk' | 'random'>;
}

/** Opens or creates the blob store, and removes what an earlier process left unfinished. */
export async function createFileBlobStore(options: FileBlobStoreOptions): Promise<BlobStore> {
  const { folder, environment } = options;
  const unfinished = join(folder, 'unfinished');
  await environment.disk.remove(unfinished);
  await environment.disk.makeDirectory(unfinished);
  return new FileBlobStore(folder, unfinished, environment);
}

class FileBlobStore implements BlobStore {
  readonly #folder: string;
  readonly #unfinished: string;
  readonly #disk: Environment['disk'];
  readonly #random: Environment['random'];

  constructor(
    folder: string,
    unfinished: string,
    environment: FileBlobStoreOptions['environment'],
  ) {
    this.#folder = folder;
    this.#unfinished = unfinished;
    this.#disk = environment.disk;
    this.#random = environment.random;
  }

  async write(source: Source): Promise<BlobReference> {
    const id = newBlobId(this.#random);
    const draft = join(this.#unfinished, id);
    try {
      const contents = await this.#writeDraft(draft, source);
      const shard = this.#shard(id);
      await this.#disk.makeDirectory(shard);
      await this.#disk.rename(draft, join(shard, id));
      await this.#disk.syncDirectory(shard);
      return { id, ...contents };
    } catch (error) {
      await this.#disk.remove(draft);
      throw error;
    }
  }

  async *read(id: string, range?: { start: number; end: number }): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#disk.readStream(this.#path(id), range);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new BlobNotFoundError(id);
      throw error;
    }
  }

  async delete(id: string): Promise<void> {
    if (!isBlobId(id)) return;
    await this.#disk.remove(this.#path(id));
  }

  async *list(): AsyncGenerator<string> {
    for (const shard of await this.#disk.list(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(shard)) continue;
      for (const name of await this.#disk.list(join(this.#folder, shard))) {
        if (isBlobId(name)) yield name;
      }
    }
  }

  async #writeDraft(path: string, source: Source): Promise<Omit<BlobReference, 'id'>> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const file = await this.#disk.open(path, { create: true });
    try {
      for await (const chunk of source instanceof Uint8Array ? [source] : source) {
        hash.update(chunk);
        await file.write(chunk, sizeBytes);
        sizeBytes += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return { sizeBytes, sha256: hash.digest('base64') };
  }

  #shard(id: string): string {
    return join(this.#folder, id.slice(0, 2));
  }

  #path(id: string): string {
    if (!isBlobId(id)) throw new BlobNotFoundError(id);
    return join(this.#shard(id), id);
  }
}
