/**
 * Unpacked images, one folder for each digest, which stay when Brume ends: a function runs again without the
 * registry that its image came from. A folder is made under another name, and gets its own when all of it
 * is on the disk, so that there is none that is half an image.
 *
 * What no function names any more stays while there is room for it, the least recently used going first.
 */
import { renameSync } from 'node:fs';
import { mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../../environment/environment.ts';
import { prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { CodeFolder } from '../code/code-folders.ts';
import { isIntact, readSeal, seal, SEAL } from './image-seal.ts';
import { UNNAMED_IMAGES_BYTES_MAX } from './limits.ts';

export interface ImageFoldersOptions {
  /** Of images alone; the last part of it need not be there. */
  readonly folder: string;
  readonly environment: Environment;
  /** Where functions note which images they use. */
  readonly store: OrderedStore;
  readonly unnamedBytesMax?: number;
}

/** Writes the file system of an image into a new folder, and says its size. */
export type Fill = (root: string) => Promise<number>;

interface Image {
  users: number;
  sizeBytes: number;
  /** Resolves when the folder is there, and known to be whole. */
  ready: Promise<void> | undefined;
}

const ROOT = 'root';
const NAME = /^sha256-[0-9a-f]{64}$/;

export class ImageFolders {
  readonly #options: ImageFoldersOptions;
  /** By digest, least recently used first. */
  readonly #images = new Map<string, Image>();
  #opened: Promise<void> | undefined;
  #trimmed = Promise.resolve();

  constructor(options: ImageFoldersOptions) {
    this.#options = options;
  }

  /** The folder of an image, made by `fill` where it is not there yet; it stays until it is released. */
  async open(digest: string, fill: Fill): Promise<CodeFolder> {
    await (this.#opened ??= this.#find());
    const image = this.#images.get(digest) ?? { users: 0, sizeBytes: 0, ready: undefined };
    this.#images.delete(digest);
    this.#images.set(digest, image);
    image.users++;
    try {
      await (image.ready ??= this.#prepare(digest, image, fill));
    } catch (error) {
      image.users--;
      if (this.#images.get(digest) === image) this.#images.delete(digest);
      throw error;
    }
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      image.users--;
      void this.trim();
    };
    return { path: join(this.#pathOf(digest), ROOT), release };
  }

  /** Removes what no function names and nobody uses, as far as there is not the room for it. */
  trim(): Promise<void> {
    // One after the other: two would make room for the same. What cannot be removed costs room, no more.
    this.#trimmed = this.#trimmed.then(() => this.#trim()).catch(() => {});
    return this.#trimmed;
  }

  async #trim(): Promise<void> {
    await (this.#opened ??= this.#find());
    const unnamed: (readonly [string, Image])[] = [];
    for (const [digest, image] of this.#images) {
      if (image.users === 0 && !(await this.#isNamed(digest))) unnamed.push([digest, image]);
    }
    const { unnamedBytesMax = UNNAMED_IMAGES_BYTES_MAX } = this.#options;
    let excessBytes = unnamed.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, -unnamedBytesMax);
    const removed: string[] = [];
    for (const [digest, image] of unnamed) {
      if (excessBytes <= 0) break;
      // Somebody may have come meanwhile.
      if (image.users > 0 || this.#images.get(digest) !== image) continue;
      this.#images.delete(digest);
      excessBytes -= image.sizeBytes;
      removed.push(this.#setAside(digest));
    }
    for (const path of removed) await this.#options.environment.disk.remove(path);
  }

  /** What earlier runs have left: whole images, and what they did not finish, which goes. */
  async #find(): Promise<void> {
    const { folder, environment } = this.#options;
    await environment.disk.makeDirectory(folder);
    const found: { digest: string; sizeBytes: number; usedMs: number }[] = [];
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const sealed = NAME.test(name) ? await readSeal(path, environment) : undefined;
      if (!sealed) await environment.disk.remove(path);
      else {
        const { mtimeMs } = await stat(join(path, SEAL));
        found.push({
          digest: name.replace('-', ':'),
          sizeBytes: sealed.sizeBytes,
          usedMs: mtimeMs,
        });
      }
    }
    for (const { digest, sizeBytes } of found.toSorted((a, b) => a.usedMs - b.usedMs)) {
      this.#images.set(digest, { users: 0, sizeBytes, ready: undefined });
    }
  }

  async #prepare(digest: string, image: Image, fill: Fill): Promise<void> {
    const { environment, folder } = this.#options;
    const { clock, disk } = environment;
    const path = this.#pathOf(digest);
    const known = await readSeal(path, environment);
    if (known && (await isIntact(join(path, ROOT), known))) {
      const now = new Date(clock.nowMs());
      return utimes(join(path, SEAL), now, now);
    }
    if (known) await disk.remove(this.#setAside(digest));
    const draft = this.#draft();
    try {
      await mkdir(draft);
      image.sizeBytes = await fill(join(draft, ROOT));
      await seal(draft, join(draft, ROOT), image.sizeBytes, environment);
      renameSync(draft, path);
      await disk.syncDirectory(folder);
    } catch (error) {
      await disk.remove(draft);
      throw error;
    }
  }

  async #isNamed(digest: string): Promise<boolean> {
    const uses = prefixRange(['lambda', 'image-use', digest]);
    return (await this.#options.store.range({ ...uses, limit: 1 })).length > 0;
  }

  /** At once, so that the name is free for who comes next. */
  #setAside(digest: string): string {
    const draft = this.#draft();
    renameSync(this.#pathOf(digest), draft);
    return draft;
  }

  #draft(): string {
    return join(this.#options.folder, `draft-${this.#options.environment.random.uuid()}`);
  }

  #pathOf(digest: string): string {
    return join(this.#options.folder, digest.replace(':', '-'));
  }
}
