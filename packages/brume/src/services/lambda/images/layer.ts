/**
 * Lays one layer of an image over those below it: files, folders and links, and the marks by which a layer
 * takes away what is below ("whiteouts", OCI image specification, layer.md).
 *
 * A layer is believed nothing: its names stay in the root, links are followed as they would be inside, and
 * devices, owners and special modes are left out. Everything in it can be read by everybody.
 */
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ReadEntry } from 'tar';
import { AwsError } from '../../../model/aws-error.ts';
import { brokenImage } from './errors.ts';
import { LINK_TARGET_BYTES_MAX } from './limits.ts';
import { NewFile } from './new-file.ts';
import { resolveWithin } from './rooted-path.ts';
import { eachEntry, type EntryReceiver } from './tar-entries.ts';

const ANY_EXECUTE = 0o111;
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Room for what is unpacked; throws when there is no more. */
export type TakeRoom = (bytes: number) => void;

export async function applyLayer(
  tar: AsyncIterable<Uint8Array>,
  root: string,
  takeRoom: TakeRoom,
): Promise<void> {
  const layer = new LayerWriter(root, takeRoom);
  await eachEntry(tar, (entry) => layer.take(entry));
}

class LayerWriter {
  readonly #root: string;
  readonly #takeRoom: TakeRoom;
  /** What this layer has made: its marks are for what is below. */
  readonly #made = new Set<string>();
  /** Folders that entries were put in, by how entries name them. */
  readonly #folders = new Map<string, string>();

  constructor(root: string, takeRoom: TakeRoom) {
    this.#root = root;
    this.#takeRoom = takeRoom;
  }

  take(entry: ReadEntry): EntryReceiver | undefined {
    try {
      return this.#take(entry);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (error instanceof AwsError || !CAUSED_BY_NAMES.has(code ?? '')) throw error;
      throw brokenImage(`${entry.path} cannot be (${code})`);
    }
  }

  #take(entry: ReadEntry): EntryReceiver | undefined {
    const name = cleanName(entry.path);
    if (name === '') return undefined;
    const folder = this.#folder(dirname(name));
    const last = basename(name);
    if (last === OPAQUE) this.#empty(folder);
    else if (last.startsWith(WHITEOUT)) this.#whiteOut(folder, last.slice(WHITEOUT.length));
    else return this.#make(entry, join(folder, last));
    return undefined;
  }

  #make(entry: ReadEntry, path: string): EntryReceiver | undefined {
    switch (entry.type) {
      case 'Directory':
        this.#makeFolder(path);
        return undefined;
      case 'File':
      case 'OldFile':
      case 'ContiguousFile':
        this.#replace(path);
        this.#takeRoom(entry.size);
        return new NewFile(path, ((entry.mode ?? 0) & ANY_EXECUTE) === 0 ? 0o644 : 0o755);
      case 'SymbolicLink':
        this.#replace(path);
        symlinkSync(linkPath(entry), path);
        return undefined;
      case 'Link':
        this.#makeHardLink(entry, path);
        return undefined;
      default:
        // Devices and pipes: functions have a `/dev` of their own.
        return undefined;
    }
  }

  #makeFolder(path: string): void {
    if (isFolder(path)) {
      this.#made.add(path);
      return;
    }
    this.#replace(path);
    newFolder(path);
  }

  #makeHardLink(entry: ReadEntry, path: string): void {
    const target = cleanName(linkPath(entry));
    const existing = join(this.#folder(dirname(target)), basename(target));
    const found = lstatSync(existing, { throwIfNoEntry: false });
    if (!found?.isFile() && !found?.isSymbolicLink()) {
      throw brokenImage(`${entry.path} is a link to what is not a file of it`);
    }
    if (existing === path) return;
    this.#replace(path);
    linkSync(existing, path);
  }

  /** Makes place for what this layer has in place of anything that was there. */
  #replace(path: string): void {
    this.#remove(path);
    this.#made.add(path);
  }

  #whiteOut(folder: string, name: string): void {
    // Other marks with this beginning are notes of a file system to itself.
    if (name.startsWith(WHITEOUT)) return;
    if (name === '' || name === '.' || name === '..')
      throw brokenImage('it takes away what it is in');
    const path = join(folder, name);
    if (!this.#made.has(path)) this.#remove(path);
  }

  /** Takes away what lower layers have in a folder. */
  #empty(folder: string): void {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (!this.#made.has(path)) this.#remove(path);
      else if (isFolder(path)) this.#empty(path);
    }
  }

  #remove(path: string): void {
    if (!lstatSync(path, { throwIfNoEntry: false })) return;
    rmSync(path, { recursive: true });
    this.#folders.clear();
  }

  /** Where a folder of an entry really is; it is made if it is not there. */
  #folder(name: string): string {
    const known = this.#folders.get(name);
    if (known !== undefined) return known;
    const path = resolveWithin(this.#root, name);
    this.#makeParents(path);
    this.#folders.set(name, path);
    return path;
  }

  /** Parents of an entry that says nothing of them; they are this layer's. */
  #makeParents(path: string): void {
    if (path === this.#root) return;
    this.#makeParents(dirname(path));
    if (isFolder(path)) this.#made.add(path);
    else this.#makeFolder(path);
  }
}

/** A folder that everybody can look into. */
export function newFolder(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o755);
}

export function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A name below the root, without dots; the root's own is empty. */
function cleanName(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || name.includes('\0')) throw brokenImage(`${name} is outside of it`);
  return parts.join('/');
}

function linkPath({ path, linkpath = '' }: ReadEntry): string {
  if (linkpath === '' || Buffer.byteLength(linkpath) > LINK_TARGET_BYTES_MAX) {
    throw brokenImage(`${path} is a link to nowhere`);
  }
  return linkpath;
}

/** Errors of the file system that a layer's names cause. */
const CAUSED_BY_NAMES = new Set(['EEXIST', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG', 'EILSEQ', 'ELOOP']);
