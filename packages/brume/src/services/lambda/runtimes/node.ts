/** Node.js functions, on the version that they ask for. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeProgram, NodeVersions } from './node-versions.ts';
import type { LaunchFailure, RuntimeFamily } from './runtime.ts';

const BOOTSTRAP = fileURLToPath(new URL('./node/bootstrap.cjs', import.meta.url));

const PREPARED = fileURLToPath(new URL('./node/prepared.cjs', import.meta.url));

interface Choice extends NodeProgram {
  readonly warning?: string;
}

/** `fetches` says whether a Node that is not here is an error, or Brume's own will do. */
export function nodeFamily(versions: NodeVersions, fetches: boolean): RuntimeFamily {
  const startFolder = process.cwd();
  const folders = [dirname(BOOTSTRAP), startFolder].flatMap(sdkFolders);
  const choose = async (runtime: string): Promise<Choice | LaunchFailure> => {
    const major = /^nodejs(\d+)\.x$/.exec(runtime)?.[1] ?? '';
    const found = await versions.find(major);
    if ('path' in found) return found;
    if (fetches) {
      const error = `There is no Node.js ${major} here to run ${runtime} with: ${found.problem}`;
      return { errorType: 'Runtime.InvalidRuntime', error };
    }
    const version = process.versions.node;
    const warning = `${runtime} functions run on Node.js ${version}, the one Brume runs on.`;
    return { path: process.execPath, version, warning };
  };
  return {
    async launch(runtime, { memorySizeMb }) {
      const program = await choose(runtime);
      if ('error' in program) return program;
      const { path, version, warning } = program;
      const readable = [path, realpathSync(path), dirname(BOOTSTRAP), ...folders];
      return {
        command: path,
        args: [...heapOptions(memorySizeMb), BOOTSTRAP, startFolder],
        preparedArgs: [...heapOptions(memorySizeMb), PREPARED, startFolder],
        // What Node says of it at its start is nothing for a function's log.
        inspectArgs: (port) => [`--inspect=127.0.0.1:${port}`, '--inspect-publish-uid=http'],
        env: {},
        readable: [...new Set(readable)],
        ownBootstrap: true,
        opensPorts: true,
        version: `Node.js ${version}`,
        warning,
      };
    },
  };
}

/** What V8 keeps is collected before the function is out of memory; shares as AWS's runtime has them. */
function heapOptions(memorySizeMb: number): string[] {
  const share = (part: number) => Math.floor(memorySizeMb * part);
  return [`--max-old-space-size=${share(0.9)}`, `--max-semi-space-size=${share(0.05)}`];
}

/** Folders of packages with the AWS SDK, which Lambda provides, that `folder` can import from. */
function sdkFolders(folder: string): string[] {
  const modules = join(folder, 'node_modules');
  const found = existsSync(join(modules, '@aws-sdk')) ? [modules] : [];
  return folder === dirname(folder) ? found : [...found, ...sdkFolders(dirname(folder))];
}
