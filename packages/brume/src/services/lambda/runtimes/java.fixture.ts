/** Java functions for tests, compiled here where the machine has what that takes. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeEnvironment } from '../../../environment/node.ts';
import type { ZipEntry } from '../code/zip.fixture.ts';
import { JARS } from './java-client.ts';
import { findJavaMachines } from './java-machines.ts';

const MAVEN = join(homedir(), '.m2/repository');

/** Why nothing can be compiled or run here; undefined where it can. */
export async function javaProblem(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'AWS has its Java runtime for Linux only';
  const missing = JARS.find(({ path }) => !existsSync(join(MAVEN, path)));
  if (missing) return `${missing.path} is not in ~/.m2/repository`;
  return (await findCompiler()) === undefined ? 'this machine has no javac' : undefined;
}

async function findCompiler(): Promise<string | undefined> {
  const machines = await findJavaMachines(nodeEnvironment().processes);
  return machines.map(({ command }) => `${command}c`).find(existsSync);
}

/** The entries of a package with the classes of all `sources`, by file name. */
export async function compile(sources: Readonly<Record<string, string>>): Promise<ZipEntry[]> {
  const folder = await mkdtemp(join(tmpdir(), 'brume-javac-'));
  try {
    const files = Object.keys(sources).map((name) => join(folder, 'sources', name));
    for (const [name, text] of Object.entries(sources)) {
      await mkdir(dirname(join(folder, 'sources', name)), { recursive: true });
      await writeFile(join(folder, 'sources', name), text);
    }
    const classes = join(folder, 'classes');
    const path = JARS.map((jar) => join(MAVEN, jar.path)).join(':');
    // What any Java here can run.
    const options = ['--release', '11', '-nowarn', '-proc:none', '-g', '-cp', path, '-d', classes];
    const { status, stderr } = spawnSync((await findCompiler()) ?? '', [...options, ...files], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const found = await readdir(classes, { recursive: true, withFileTypes: true });
    return await Promise.all(
      found
        .filter((entry) => entry.isFile())
        .map(async ({ parentPath, name }) => ({
          name: join(parentPath, name).slice(classes.length + 1),
          content: await readFile(join(parentPath, name)),
        })),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
