/** Custom runtimes: the package brings a program called `bootstrap` that speaks the Runtime API. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeFamily } from './runtime.ts';

export const providedFamily: RuntimeFamily = {
  async launch(_runtime, code) {
    const command = join(code, 'bootstrap');
    const problem = await problemWith(command);
    if (problem !== undefined) return { errorType: 'Runtime.InvalidEntrypoint', error: problem };
    return { command, args: [], env: {}, ownBootstrap: false, version: 'bootstrap' };
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
  return undefined;
}
