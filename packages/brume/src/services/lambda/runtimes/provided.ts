/** Custom runtimes: the package brings a program called `bootstrap` that speaks the Runtime API. */
import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeFamily } from './runtime.ts';

/** How programs begin: ELF, and what macOS runs. */
const PROGRAM_MAGIC = new Set(['\x7fELF', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe']);

export const providedFamily: RuntimeFamily = {
  async launch(_runtime, { folder, taskRoot }) {
    const problem = await problemWith(join(folder, 'bootstrap'));
    if (problem !== undefined) return { errorType: 'Runtime.InvalidEntrypoint', error: problem };
    return {
      command: join(taskRoot, 'bootstrap'),
      args: [],
      env: {},
      readable: [],
      ownBootstrap: false,
      version: 'bootstrap',
    };
  },
};

/** In the words that AWS's users quote; paths as a function on AWS has them. */
async function problemWith(bootstrap: string): Promise<string | undefined> {
  try {
    await access(bootstrap, constants.F_OK);
  } catch {
    return "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
  }
  try {
    await access(bootstrap, constants.X_OK);
  } catch {
    return 'fork/exec /var/task/bootstrap: permission denied';
  }
  return (await isProgram(bootstrap))
    ? undefined
    : 'fork/exec /var/task/bootstrap: exec format error';
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
