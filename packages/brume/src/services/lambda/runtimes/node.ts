/** Node.js functions. They run on the Node that Brume runs on, whatever version they ask for. */
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../../telemetry/log.ts';
import type { RuntimeFamily } from './runtime.ts';

const BOOTSTRAP = fileURLToPath(new URL('./node/bootstrap.mjs', import.meta.url));

export function nodeFamily(executable: string, version: string, log: Logger): RuntimeFamily {
  const warned = new Set<string>();
  return {
    async launch(runtime) {
      const asked = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
      if (asked !== version.split('.')[0] && !warned.has(runtime)) {
        warned.add(runtime);
        log.log('warn', `${runtime} functions run on Node.js ${version}, the one Brume runs on.`);
      }
      return {
        command: executable,
        args: [BOOTSTRAP, process.cwd()],
        env: {},
        ownBootstrap: true,
        version: `Node.js ${version}`,
      };
    },
  };
}
