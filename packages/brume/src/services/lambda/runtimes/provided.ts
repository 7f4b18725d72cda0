/** Custom runtimes: the package brings a program called `bootstrap` that speaks the Runtime API. */
import { constants, existsSync } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeFamily } from './runtime.ts';

/** How programs begin: ELF, and what macOS runs. */
const PROGRAM_MAGIC = new Set(['\x7fELF', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe']);

/** As AWS's users quote it. */
const NOT_FOUND = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";

export const providedFamily: RuntimeFamily = {
  async launch(_runtime, { folder, taskRoot, layers }) {
    const own = { path: join(folder, 'bootstrap'), seenAt: join(taskRoot, 'bootstrap') };
    const places = [{ ...own, name: '/var/task/bootstrap' }];
    if (layers) {
      const { folder: opt, root } = layers;
      const [path, seenAt] = [join(opt, 'bootstrap'), join(root, 'bootstrap')];
      places.push({ path, seenAt, name: '/opt/bootstrap' });
    }
    const found = places.find(({ path }) => existsSync(path));
    const problem = found ? await problemWith(found.path, found.name) : NOT_FOUND;
    if (found === undefined || problem !== undefined) {
      return { errorType: 'Runtime.InvalidEntrypoint', error: problem ?? NOT_FOUND };
    }
    return {
      command: found.seenAt,
      args: [],
      env: {},
      readable: [],
      ownBootstrap: false,
      opensPorts: false,
      version: 'bootstrap',
    };
  },
};

/** In the words that AWS's users quote; `name` is the path as a function on AWS has it. */
async function problemWith(bootstrap: string, name: string): Promise<string | undefined> {
  try {
    await access(bootstrap, constants.X_OK);
  } catch {
    return `fork/exec ${name}: permission denied`;
  }
  return (await isProgram(bootstrap)) ? undefined : `fork/exec ${name}: exec format error`;
}

/** Node would have a shell run a file that the system does not take for a program. */
async function isProgram(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const start = buffer.toString('latin1', 0, bytesRead);
    return start.startsWith('#!') || PROGRAM_MAGIC.has(start);
  } finally {
    await file.close();
  }
}
