/** Paths within a folder that is somebody's root: links lead to where they would lead there. */
import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { brokenImage } from './errors.ts';
import { LINKS_FOLLOWED_MAX } from './limits.ts';

/**
 * The path on this machine of what `path` is under `root`, with no link on the way; what is not there is
 * taken for a folder. `..` at the root stays there, as for every process.
 */
export function resolveWithin(root: string, path: string): string {
  const rest = path.split('/').toReversed();
  const done: string[] = [];
  let links = 0;
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const target = linkTarget(join(root, ...done, part));
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if (++links > LINKS_FOLLOWED_MAX) throw brokenImage('links in it lead in a circle');
    if (target.startsWith('/')) done.length = 0;
    rest.push(...target.split('/').toReversed());
  }
  return join(root, ...done);
}

function linkTarget(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() ? readlinkSync(path) : undefined;
}
