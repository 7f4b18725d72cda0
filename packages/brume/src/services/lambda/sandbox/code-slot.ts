/**
 * Places for code that comes after its sandbox has started: a folder that is mounted while it is empty,
 * and filled with links to a function's files when there is one.
 */
import { link, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Linking more files takes longer than starting a sandbox. */
const FILES_MAX = 300;

/** Whether a folder has so few files that a slot is filled with them at once. */
export async function fitsSlot(folder: string): Promise<boolean> {
  return (await readdir(folder, { recursive: true })).length <= FILES_MAX;
}

/** Links all files of `from` into `to`, which exists. Both are on one file system. */
export async function fillSlot(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(target);
      await fillSlot(source, target);
    } else if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), target);
    } else {
      await link(source, target);
    }
  }
}

export async function removeSlot(folder: string): Promise<void> {
  // What stays costs names, not room, until the next start clears it.
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}
