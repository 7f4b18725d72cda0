/**
 * Where exports go and imports come from: objects by bucket and key. Until there is S3, buckets are
 * folders, and keys are paths in them, each part percent-encoded where a file cannot have its name.
 */
import { dirname, join } from 'node:path';
import type { Environment } from '../../../environment/environment.ts';
import { TransferFailure } from './errors.ts';

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
}

export interface Objects {
  /** Makes an object, or replaces it; durable when it resolves. */
  put(bucket: string, key: string, bytes: Uint8Array): Promise<void>;
  /** In the order of their keys, at most `limit`. Rejects where there is no such bucket. */
  list(bucket: string, prefix: string, limit: number): Promise<StoredObject[]>;
  read(bucket: string, key: string): AsyncIterable<Uint8Array>;
}

/** No bucket's name begins with a point. */
const DRAFTS = '.unfinished';

export class FolderObjects implements Objects {
  readonly #folder: () => Promise<string>;
  readonly #environment: Pick<Environment, 'disk' | 'random'>;

  constructor(folder: () => Promise<string>, environment: Pick<Environment, 'disk' | 'random'>) {
    this.#folder = folder;
    this.#environment = environment;
  }

  async put(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
    const { disk, random } = this.#environment;
    const folder = await this.#folder();
    const path = join(folder, bucket, encodeKey(key));
    const drafts = join(folder, DRAFTS);
    const draft = join(drafts, random.uuid());
    try {
      await disk.makeDirectory(drafts);
      await disk.makeDirectory(dirname(path));
      const file = await disk.open(draft, { create: true });
      try {
        await file.write(bytes, 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await disk.rename(draft, path);
      await disk.syncDirectory(dirname(path));
    } catch (error) {
      await disk.remove(draft);
      const reason = error instanceof Error ? error.message : String(error);
      throw new TransferFailure('UNKNOWN', `The object ${key} could not be written: ${reason}`);
    }
  }

  async list(bucket: string, prefix: string, limit: number): Promise<StoredObject[]> {
    const root = join(await this.#folder(), bucket);
    if ((await this.#names(root)) === undefined) {
      throw new TransferFailure('S3NoSuchBucket', 'The specified bucket does not exist');
    }
    const encoded = encodeKey(prefix);
    const found: StoredObject[] = [];
    await this.#walk(root, '', encoded, limit, found);
    return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  async *read(bucket: string, key: string): AsyncGenerator<Uint8Array> {
    const path = join(await this.#folder(), bucket, encodeKey(key));
    yield* this.#environment.disk.readStream(path);
  }

  async #walk(
    root: string,
    path: string,
    prefix: string,
    limit: number,
    found: StoredObject[],
  ): Promise<void> {
    for (const name of (await this.#names(join(root, path))) ?? []) {
      const child = path === '' ? name : `${path}/${name}`;
      const isInside = child.startsWith(prefix);
      if (found.length === limit || !(isInside || prefix.startsWith(`${child}/`))) continue;
      if ((await this.#names(join(root, child))) !== undefined) {
        await this.#walk(root, child, prefix, limit, found);
      } else if (isInside) {
        const sizeBytes = (await this.#environment.disk.sizeBytes(join(root, child))) ?? 0;
        found.push({ key: decodeKey(child), sizeBytes });
      }
    }
  }

  /** Undefined where the path is no folder. */
  async #names(path: string): Promise<string[] | undefined> {
    try {
      return await this.#environment.disk.list(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  }
}

/** A lone `%` stands for nothing: the encoding of characters never gives one. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['', '%'],
  ['.', '%2E'],
  ['..', '%2E%2E'],
]);

function encodeKey(key: string): string {
  const parts = key.split('/');
  return parts
    .map((part, at) => {
      // The end of a prefix may be the beginning of a name.
      if (at === parts.length - 1 && part === '') return '';
      return SPECIAL.get(part) ?? encodeURIComponent(part.toWellFormed());
    })
    .join('/');
}

function decodeKey(path: string): string {
  return path
    .split('/')
    .map((part) => (part === '%' ? '' : decoded(part)))
    .join('/');
}

/** Files that people put there are named as they like. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // No percent-encoding: the name is meant as it is.
    return part;
  }
}
