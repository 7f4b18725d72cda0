/** Lays the files of one folder over those of another, by links: as layers come to lie in `/opt`. */
import { link, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What has the same name in `to`, which need not exist, is replaced; folders are merged. */
export async function mergeFolder(from: string, to: string): Promise<void> {
  // Never through a link that another layer has put there.
  if (!(await isFolder(to))) {
    await rm(to, { force: true });
    await mkdir(to, { recursive: true });
  }
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await mergeFolder(source, target);
    else {
      await rm(target, { recursive: true, force: true });
      if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
      else await link(source, target);
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}
