/**
 * The folder that everything durable lives in:
 *
 *     VERSION        format of all that follows; read before anything is touched
 *     lock           held exclusively while a Brume runs; the system lets go of it when one dies
 *     pid            who holds the lock
 *     brume.sqlite   the ordered store
 *     blobs/         the blob store
 *     exports/       tables exported to buckets, and what is to be imported: a folder for each bucket
 *     tls/           the certificate authority that this installation is trusted by
 *     cache/         what can be made again
 */
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Environment } from '../environment/environment.ts';

/** Format written by this release. A release reads its own format and older ones. */
const VERSION = 1;
const VERSION_FILE = 'VERSION';
const VERSION_DRAFT = 'VERSION.new';
const LOCK_FILE = 'lock';
const PID_FILE = 'pid';
/** What an opening that was interrupted may leave in a folder that has no version yet. */
const FIRST_FILES: readonly string[] = [VERSION_DRAFT, LOCK_FILE, PID_FILE];
const SQLITE_BUSY = 5;

type Disk = Environment['disk'];

export interface DataFolder {
  readonly path: string;
  readonly databasePath: string;
  readonly blobsPath: string;
  readonly exportsPath: string;
  readonly tlsPath: string;
  readonly cachePath: string;
  /** Lets others use the folder. To be called when everything in it is closed. */
  close(): Promise<void>;
}

/** A reason why a data folder cannot be used; the message is a sentence for people. */
export class DataFolderError extends Error {}

export class DataFolderTooNewError extends DataFolderError {
  override readonly name = 'DataFolderTooNewError';
}

export class DataFolderLockedError extends DataFolderError {
  override readonly name = 'DataFolderLockedError';
  readonly pid: number | undefined;

  constructor(path: string, pid: number | undefined) {
    const by = pid === undefined ? '' : ` (process ${pid})`;
    super(`The data folder ${path} is in use by another Brume${by}.`);
    this.pid = pid;
  }
}

export class DataFolderUnwritableError extends DataFolderError {
  override readonly name = 'DataFolderUnwritableError';
}

export class DataFolderForeignError extends DataFolderError {
  override readonly name = 'DataFolderForeignError';
}

/** Opens or creates the data folder. Rejects with a `DataFolderError`, having changed nothing. */
export async function openDataFolder(
  folder: string,
  { disk }: Pick<Environment, 'disk'>,
): Promise<DataFolder> {
  const path = resolve(folder);
  const lock = await orUnwritable(path, async () => {
    await disk.makeDirectory(path);
    const version = await readVersion(path, disk);
    if (version === undefined) await requireUnused(path, disk);
    const lock = await takeLock(path, disk);
    try {
      await writePid(path, disk);
      if (version === undefined) await writeVersion(path, disk);
    } catch (error) {
      lock.close();
      throw error;
    }
    return lock;
  });
  return {
    path,
    databasePath: join(path, 'brume.sqlite'),
    blobsPath: join(path, 'blobs'),
    exportsPath: join(path, 'exports'),
    tlsPath: tlsPathOf(path),
    cachePath: join(path, 'cache'),
    async close() {
      await disk.remove(join(path, PID_FILE));
      lock.close();
    },
  };
}

/** Where the certificate authority of a data folder is, whether anybody has it open or not. */
export function tlsPathOf(folder: string): string {
  return join(resolve(folder), 'tls');
}

/** Deletes a data folder with all that is in it; false when there is none. */
export async function deleteDataFolder(
  folder: string,
  { disk }: Pick<Environment, 'disk'>,
): Promise<boolean> {
  const path = resolve(folder);
  return orUnwritable(path, async () => {
    const names = await disk.list(path).catch(undefinedWhenMissing);
    if (names === undefined) return false;
    if (!names.includes(VERSION_FILE)) throw foreign(path);
    const lock = await takeLock(path, disk);
    try {
      for (const name of names) if (name !== LOCK_FILE) await disk.remove(join(path, name));
    } finally {
      lock.close();
    }
    await disk.remove(path);
    return true;
  });
}

async function readVersion(path: string, disk: Disk): Promise<number | undefined> {
  const bytes = await disk.readFile(join(path, VERSION_FILE)).catch(undefinedWhenMissing);
  if (bytes === undefined) return undefined;
  const text = bytes.toString().trim();
  if (!/^[1-9]\d{0,8}$/.test(text)) throw foreign(path);
  if (Number(text) <= VERSION) return Number(text);
  throw new DataFolderTooNewError(
    `The data folder ${path} was written by a newer Brume (format ${text}; ` +
      `this one knows formats up to ${VERSION}).`,
  );
}

async function writeVersion(path: string, disk: Disk): Promise<void> {
  const draft = join(path, VERSION_DRAFT);
  await replaceText(draft, `${VERSION}\n`, disk);
  await disk.rename(draft, join(path, VERSION_FILE));
  await disk.syncDirectory(path);
}

/** Deleting a data folder deletes all that is in it, so nobody else's files may be there. */
async function requireUnused(path: string, disk: Disk): Promise<void> {
  const names = await disk.list(path);
  if (names.some((name) => !FIRST_FILES.includes(name))) throw foreign(path);
}

/**
 * SQLite's own lock on an empty file: exclusive, on every system, between processes and within
 * one, and gone with the process, however it ends. Never open that file by other means: closing it
 * would let go of the lock.
 */
async function takeLock(path: string, disk: Disk): Promise<DatabaseSync> {
  const lock = new DatabaseSync(join(path, LOCK_FILE));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new DataFolderLockedError(path, await readPid(path, disk));
  }
}

async function writePid(path: string, disk: Disk): Promise<void> {
  await replaceText(join(path, PID_FILE), `${process.pid}\n`, disk);
}

async function readPid(path: string, disk: Disk): Promise<number | undefined> {
  const bytes = await disk.readFile(join(path, PID_FILE)).catch(undefinedWhenMissing);
  const text = bytes?.toString().trim() ?? '';
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

async function replaceText(path: string, text: string, disk: Disk): Promise<void> {
  const bytes = Buffer.from(text);
  const file = await disk.open(path, { create: true });
  try {
    await file.write(bytes, 0);
    await file.truncate(bytes.length);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function orUnwritable<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The data folder ${path} cannot be written: ${reason}.`;
    throw new DataFolderUnwritableError(message, { cause: error });
  }
}

function foreign(path: string): DataFolderError {
  return new DataFolderForeignError(`The folder ${path} holds files that are not Brume's.`);
}

function undefinedWhenMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
