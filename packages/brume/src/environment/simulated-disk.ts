/**
 * A disk that can lose its power. Files are those of a real folder, and beside them it is remembered
 * what of them was synced. A power cut makes, in another folder, what a machine might find afterwards:
 * of every file, each sector that was written but not synced is there or not as the seed decides, and
 * so is each name that was made, changed or removed but not synced. A sector is never torn in itself.
 */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';
import type { Timers } from './environment.ts';
import type { Prng } from './prng.ts';
import { anyLoss, tear } from './torn-write.ts';

const OPERATION_MS_MAX = 0.2;
const SYNC_MS_MAX = 3;
const STREAM_CHUNK_BYTES = 64 * 1024;

/** A file's identity, which stays with it when it is renamed. */
interface Inode {
  /** What has been synced of it, */
  synced: Buffer;
  /** and the time at which it held that. */
  syncedAt: number;
  /** What it held when its last name was removed. */
  removed?: Buffer;
}

export class SimulatedDisk implements Disk {
  readonly folder: string;
  readonly #prng: Prng;
  readonly #timers: Timers;
  readonly #names = new Map<string, Inode>();
  readonly #syncedNames = new Map<string, Inode>();
  /** Counts the syncs. */
  #time = 0;
  #stepsToCut = Infinity;
  #cut: (() => void) | undefined;

  /** All that is in the folder counts as synced. */
  constructor(folder: string, prng: Prng, timers: Timers) {
    this.folder = folder;
    this.#prng = prng;
    this.#timers = timers;
    for (const path of filesBelow(folder)) {
      const inode = { synced: readFileSync(path), syncedAt: 0 };
      this.#names.set(path, inode);
      this.#syncedNames.set(path, inode);
    }
  }

  /** Calls `cut` once, after so many further steps of the disk. */
  planCut(steps: number, cut: () => void): void {
    this.#stepsToCut = steps;
    this.#cut = cut;
  }

  /** A point at which the power may go. */
  step(): void {
    if (--this.#stepsToCut !== 0) return;
    this.#cut?.();
  }

  /** Takes a file that others write as synced: its first bytes, or all of it, and its name. */
  assumeSynced(path: string, length = Infinity): void {
    const inode = this.#inode(path);
    const now = readFileSync(path);
    const rest = length >= now.length ? Buffer.alloc(0) : inode.synced.subarray(length);
    inode.synced = Buffer.concat([now.subarray(0, length), rest]);
    inode.syncedAt = ++this.#time;
    this.#syncedNames.set(path, inode);
  }

  /** Writes what a power cut now might leave into an empty folder. */
  writeRemains(target: string): void {
    for (const path of filesBelow(this.folder)) this.#inode(path);
    const loss = anyLoss(this.#prng);
    for (const path of new Set([...this.#names.keys(), ...this.#syncedNames.keys()])) {
      const inode = (this.#prng.chance(loss) ? this.#syncedNames : this.#names).get(path);
      if (inode === undefined) continue;
      const copy = join(target, relative(this.folder, path));
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, tear(inode.synced, this.#currentBytes(inode), loss, this.#prng));
    }
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#operate();
    mkdirSync(path, { recursive: true });
  }

  async open(path: string, { create }: { create: boolean }): Promise<DiskFile> {
    await this.#operate();
    const fd = openSync(path, create && !existsSync(path) ? 'w+' : 'r+');
    return this.#file(fd, path, this.#inode(path));
  }

  async readFile(path: string): Promise<Buffer> {
    await this.#operate();
    return readFileSync(path);
  }

  async *readStream(
    path: string,
    range: { start: number; end: number } = { start: 0, end: Infinity },
  ): AsyncGenerator<Buffer> {
    const bytes = (await this.readFile(path)).subarray(range.start, range.end);
    for (let at = 0; at < bytes.length; at += STREAM_CHUNK_BYTES) {
      yield bytes.subarray(at, at + STREAM_CHUNK_BYTES);
    }
  }

  async list(path: string): Promise<string[]> {
    await this.#operate();
    // The order of a real folder is not the seed's.
    return readdirSync(path).sort();
  }

  async sizeBytes(path: string): Promise<number | undefined> {
    await this.#operate();
    return statSync(path, { throwIfNoEntry: false })?.size;
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#operate();
    const inode = this.#inode(from);
    renameSync(from, to);
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  async remove(path: string): Promise<void> {
    await this.#operate();
    const gone = [...this.#names].filter(([name]) => name === path || isBelow(name, path));
    for (const [name, inode] of gone) {
      inode.removed = readFileSync(name);
      this.#names.delete(name);
    }
    rmSync(path, { recursive: true, force: true });
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#operate(SYNC_MS_MAX);
    for (const name of this.#syncedNames.keys()) {
      if (dirname(name) === path && !this.#names.has(name)) this.#syncedNames.delete(name);
    }
    for (const [name, inode] of this.#names) {
      if (dirname(name) === path) this.#syncedNames.set(name, inode);
    }
  }

  #file(fd: number, path: string, inode: Inode): DiskFile {
    return {
      write: async (bytes, position) => {
        await this.#operate();
        writeSync(fd, bytes, 0, bytes.length, position);
      },
      read: async (length, position) => {
        await this.#operate();
        const bytes = Buffer.alloc(length);
        return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
      },
      truncate: async (length) => {
        await this.#operate();
        ftruncateSync(fd, length);
      },
      sync: async () => {
        // What is written while the sync runs is not covered by it.
        const covered = readFileSync(path);
        const coveredAt = ++this.#time;
        await this.#operate(SYNC_MS_MAX);
        // Another sync, begun later, may be done already.
        if (coveredAt > inode.syncedAt) {
          inode.synced = covered;
          inode.syncedAt = coveredAt;
        }
        this.step();
      },
      close: async () => closeSync(fd),
    };
  }

  /** Waits as long as the disk takes for an operation; the power may go before it is done. */
  async #operate(atMostMs = OPERATION_MS_MAX): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#timers.after(this.#prng.fraction() * atMostMs, resolve);
    });
    this.step();
  }

  #inode(path: string): Inode {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    const inode = { synced: Buffer.alloc(0), syncedAt: 0 };
    this.#names.set(path, inode);
    return inode;
  }

  #currentBytes(inode: Inode): Buffer {
    for (const [path, named] of this.#names) if (named === inode) return readFileSync(path);
    return inode.removed ?? Buffer.alloc(0);
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(join(folder, '/'));
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}
