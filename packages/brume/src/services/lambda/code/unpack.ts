/**
 * Unpacks a deployment package into a folder, trusting nothing in it: no name or link leaves the
 * folder, nothing grows beyond what the package declares, and contents match their checksums.
 *
 * Real files through `node:fs`, not the environment's disk: functions are real processes, and the
 * folder holds modes and links that only a real file system has.
 */
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, symlink } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { AwsError } from '../../../model/aws-error.ts';
import { emptyZip, invalidZip, unzippedTooLarge } from '../errors.ts';
import { CODE_ENTRIES_MAX, CODE_UNZIPPED_BYTES_MAX } from '../limits.ts';

const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;
const ANY_EXECUTE = 0o111;
const LINK_TARGET_BYTES_MAX = 4096;

/** Writes the package's files, read-only, into `folder`, which must be new. Returns their size. */
export async function unpack(zip: Buffer, folder: string): Promise<number> {
  let archive: ZipFile | undefined;
  try {
    archive = await fromBufferPromise(zip, { lazyEntries: true });
    const entries = await listEntries(archive);
    const sizeBytes = checkEntries(entries);
    await mkdir(folder, { recursive: true });
    const files = [...entries].filter(([, entry]) => !isLink(entry));
    const links = [...entries].filter(([, entry]) => isLink(entry));
    for (const [name, entry] of files) await writeEntry(archive, entry, join(folder, name));
    for (const [name, entry] of links) await writeLink(archive, entry, name, folder);
    await closeFolders(folder);
    return sizeBytes;
  } catch (error) {
    throw asAnswer(error);
  } finally {
    archive?.close();
  }
}

/** Entries by name without a trailing slash; of several with one name the last counts. */
async function listEntries(archive: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  if (archive.entryCount > CODE_ENTRIES_MAX) throw unzippedTooLarge();
  const entries = new Map<string, Entry>();
  // yauzl refuses names that are absolute, have `..` in them, or a drive letter.
  for await (const entry of archive.eachEntry()) {
    const name = posix.normalize(entry.fileName).replace(/\/$/, '');
    if (name !== '.') entries.set(name, entry);
  }
  return entries;
}

function checkEntries(entries: ReadonlyMap<string, Entry>): number {
  if (entries.size === 0) throw emptyZip();
  let sizeBytes = 0;
  for (const [name, entry] of entries) {
    // yauzl ends an entry's stream with an error when there is more in it than it declares here.
    sizeBytes += entry.uncompressedSize;
    if (sizeBytes > CODE_UNZIPPED_BYTES_MAX) throw unzippedTooLarge();
    for (let parent = posix.dirname(name); parent !== '.'; parent = posix.dirname(parent)) {
      const above = entries.get(parent);
      // Nothing may be written through a link.
      if (above && isLink(above)) throw invalidZip();
    }
  }
  return sizeBytes;
}

async function writeEntry(archive: ZipFile, entry: Entry, path: string): Promise<void> {
  if (entry.fileName.endsWith('/')) {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const content = await archive.openReadStreamPromise(entry);
  await pipeline(content, checksummed(entry), createWriteStream(path, { flags: 'wx' }));
  await chmod(path, (unixMode(entry) & ANY_EXECUTE) === 0 ? 0o444 : 0o555);
}

/** Passes an entry's content on and compares its checksum at the end, which yauzl does not. */
function checksummed(entry: Entry) {
  return async function* (content: AsyncIterable<Buffer>) {
    let checksum = 0;
    for await (const chunk of content) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    if (checksum !== entry.crc32) throw invalidZip();
  };
}

async function writeLink(archive: ZipFile, entry: Entry, name: string, folder: string) {
  if (entry.uncompressedSize > LINK_TARGET_BYTES_MAX) throw invalidZip();
  const target = await text(await archive.openReadStreamPromise(entry));
  if (!staysInside(name, target)) throw invalidZip();
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await symlink(target, join(folder, name));
}

/**
 * Whether a link leads to somewhere in the package. Steps up are allowed at the beginning only: after
 * a step down, which may be another link, nobody could say where they lead.
 */
function staysInside(name: string, target: string): boolean {
  if (target === '' || target.startsWith('/')) return false;
  const parts = target.split('/').filter((part) => part !== '.' && part !== '');
  const stepsUp = parts.findIndex((part) => part !== '..');
  const up = stepsUp === -1 ? parts.length : stepsUp;
  return up <= name.split('/').length - 1 && !parts.slice(up).includes('..');
}

/** Takes the right to write from a folder and those in it. */
export async function closeFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await closeFolders(join(folder, entry.name));
  }
  await chmod(folder, 0o555);
}

function isLink(entry: Entry): boolean {
  return (unixMode(entry) & FILE_TYPE) === SYMBOLIC_LINK;
}

/** The entry's mode where it was made on Unix, else 0. */
function unixMode(entry: Entry): number {
  return entry.externalFileAttributes >>> 16;
}

/** Errors of the file system that the package's own names cause. */
const CAUSED_BY_NAMES = new Set(['EEXIST', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG', 'EILSEQ']);

/** A package that cannot be read is the caller's error; a disk that is full is not. */
function asAnswer(error: unknown): unknown {
  if (error instanceof AwsError || !(error instanceof Error)) return error;
  const { syscall, code } = error as NodeJS.ErrnoException;
  return syscall === undefined || CAUSED_BY_NAMES.has(code ?? '') ? invalidZip() : error;
}
