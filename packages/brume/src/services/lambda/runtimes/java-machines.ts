/** The Javas that a machine has: the one that is in use, and those in the usual folders. */
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Processes } from '../../../environment/processes.ts';

export interface JavaMachine {
  /** Absolute paths of its folder and of `java`. */
  readonly home: string;
  readonly command: string;
  /** `21`; what calls itself 1.8 is 8. */
  readonly major: number;
  /** `21.0.3`. */
  readonly version: string;
}

/** Of packages, SDKMAN!, IntelliJ, mise and asdf: folders that have one folder for each. */
const USUAL_FOLDERS = [
  ...['/usr/lib/jvm', '/usr/java', '/opt/java'],
  ...['.sdkman/candidates', '.local/share/mise/installs', '.asdf/installs'].map((folder) =>
    join(homedir(), folder, 'java'),
  ),
  join(homedir(), '.jdks'),
];

/** Those in use come first. */
export async function findJavaMachines(
  processes: Processes,
  folders: readonly string[] = USUAL_FOLDERS,
): Promise<readonly JavaMachine[]> {
  const used = await processes.find('java');
  const named = process.env['JAVA_HOME'];
  const first = [named ?? [], used === undefined ? [] : dirname(dirname(await realpath(used)))];
  const others = await Promise.all(folders.map(foldersIn));
  const homes = new Set<string>();
  for (const home of [...first, ...others].flat()) {
    if (existsSync(join(home, 'bin/java'))) homes.add(await realpath(home));
  }
  const machines = await Promise.all([...homes].map(readMachine));
  return machines.filter((machine) => machine !== undefined);
}

async function foldersIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  return (await readdir(folder)).toSorted().map((name) => join(folder, name));
}

/** Each says in a file `release` what it is, before anybody has to start it. */
async function readMachine(home: string): Promise<JavaMachine | undefined> {
  const release = join(home, 'release');
  const said = existsSync(release) ? await readFile(release, 'utf8') : '';
  const version = /^JAVA_VERSION="([^"]+)"/m.exec(said)?.[1];
  const major = Number(/^(?:1\.)?(\d+)/.exec(version ?? '')?.[1]);
  if (version === undefined || !Number.isInteger(major)) return undefined;
  return { home, command: join(home, 'bin/java'), major, version };
}
