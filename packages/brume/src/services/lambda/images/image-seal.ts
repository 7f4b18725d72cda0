/**
 * The note beside an unpacked image that all of it was on the disk: how large it is, and what its files
 * looked like from outside. What it is not true of any more is not used.
 */
import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../../environment/environment.ts';

export interface Seal {
  readonly sizeBytes: number;
  /** Of names, kinds, modes, sizes, times of change and targets of links. */
  readonly fingerprint: string;
}

export const SEAL = 'image.json';

/** Makes an image durable, and then says so in `folder`. */
export async function seal(
  folder: string,
  root: string,
  sizeBytes: number,
  { disk, processes }: Pick<Environment, 'disk' | 'processes'>,
): Promise<void> {
  await syncFiles(root, processes);
  const note: Seal = { sizeBytes, fingerprint: await fingerprintOf(root) };
  const file = await disk.open(join(folder, SEAL), { create: true });
  try {
    await file.write(Buffer.from(JSON.stringify(note)), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.syncDirectory(folder);
}

/** Undefined for a folder that has no seal. */
export async function readSeal(
  folder: string,
  { disk }: Pick<Environment, 'disk'>,
): Promise<Seal | undefined> {
  try {
    const said = JSON.parse((await disk.readFile(join(folder, SEAL))).toString()) as Partial<Seal>;
    const { sizeBytes, fingerprint } = said;
    return Number.isSafeInteger(sizeBytes) && typeof fingerprint === 'string'
      ? { sizeBytes: Number(sizeBytes), fingerprint }
      : undefined;
  } catch {
    // Not there, or not written to its end: either way it says nothing.
    return undefined;
  }
}

/** Whether the files are as they were. */
export async function isIntact(root: string, { fingerprint }: Seal): Promise<boolean> {
  const now = await fingerprintOf(root).catch(() => undefined);
  return now === fingerprint;
}

async function fingerprintOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  await addFolder(hash, root, '');
  return hash.digest('hex');
}

async function addFolder(hash: Hash, root: string, folder: string): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = `${folder}/${entry.name}`;
    const { mode, size, mtimeMs } = lstatSync(join(root, name));
    const isLink = entry.isSymbolicLink();
    const seen = isLink ? readlinkSync(join(root, name)) : entry.isDirectory() ? '' : size;
    hash.update(JSON.stringify([name, mode, entry.isFile() ? mtimeMs : 0, seen]));
    if (entry.isDirectory()) await addFolder(hash, root, name);
  }
}

/** All at once: one call for each of an image's files would take minutes. */
async function syncFiles(root: string, processes: Environment['processes']): Promise<void> {
  const sync = await processes.find('sync');
  for (const args of [['-f', root], []]) {
    const child = sync === undefined ? undefined : processes.spawn(sync, args, SPAWN);
    child?.stdout.resume();
    child?.stderr.resume();
    if ((await child?.exit)?.code === 0) return;
  }
  throw new Error('An image could not be made durable: there is no program sync that works');
}

const SPAWN = { env: {}, ownGroup: true };
