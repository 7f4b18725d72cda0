/** Node.js functions. They run on the Node that Brume runs on, whatever version they ask for. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../../telemetry/log.ts';
import type { RuntimeFamily } from './runtime.ts';

const BOOTSTRAP = fileURLToPath(new URL('./node/bootstrap.mjs', import.meta.url));

const PREPARED = fileURLToPath(new URL('./node/prepared.mjs', import.meta.url));

export function nodeFamily(executable: string, version: string, log: Logger): RuntimeFamily {
  const warned = new Set<string>();
  const startFolder = process.cwd();
  const readable = [
    executable,
    realpathSync(executable),
    dirname(BOOTSTRAP),
    ...[dirname(BOOTSTRAP), startFolder].flatMap(sdkFolders),
  ];
  return {
    async launch(runtime, { memorySizeMb }) {
      const asked = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
      if (asked !== version.split('.')[0] && !warned.has(runtime)) {
        warned.add(runtime);
        log.log('warn', `${runtime} functions run on Node.js ${version}, the one Brume runs on.`);
      }
      return {
        command: executable,
        args: [...heapOptions(memorySizeMb), BOOTSTRAP, startFolder],
        preparedArgs: [...heapOptions(memorySizeMb), PREPARED, startFolder],
        env: {},
        readable: [...new Set(readable)],
        ownBootstrap: true,
        opensPorts: true,
        version: `Node.js ${version}`,
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
