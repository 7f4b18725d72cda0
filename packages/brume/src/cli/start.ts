/** `brume start`: serves until it is told to stop, then stops cleanly. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { createBrume } from '../brume.ts';
import type { Brume } from '../brume.ts';
import { ConfigError, endpointOf } from '../config.ts';
import type { Config } from '../config.ts';
import { clientVariables, exportLines } from './env.ts';
import { print, printError } from './output.ts';
import { readVersion } from './version.ts';

export async function start(config: Config, init: string | undefined): Promise<number> {
  // From the first moment: a Ctrl-C while starting stops cleanly too.
  const stopped = stopSignal();
  const brume = await createBrume({ ...config, version: await readVersion() }, { write: print });
  const listener = await brume.listen().catch(async (error: NodeJS.ErrnoException) => {
    await brume.close();
    throw error instanceof ConfigError ? error : new ConfigError(listenFailure(error, config));
  });
  const address = { ...config, port: listener.port };
  const root = config.auth === 'enforce' ? brume.root : undefined;
  const variables = clientVariables(address, root, await brume.authorityFile());
  print(banner(brume, address, variables));
  if (init !== undefined) void runInit(init, variables);
  await stopped;
  print('\nStopping …\n');
  await brume.close();
  print('Stopped. Everything acknowledged is kept.\n');
  return 0;
}

function listenFailure(error: NodeJS.ErrnoException, { host, port }: Config): string {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use. Stop what uses it, or take another: --port ${port + 1}`,
    EACCES: `Port ${port} needs more rights than this user has. Take another: --port 4566`,
    EADDRNOTAVAIL: `${host} is not an address of this machine.`,
    ENOTFOUND: `${host} is not an address of this machine.`,
  };
  return reasons[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}`;
}

/** `performance.now()` counts from the start of the process. */
function banner(brume: Brume, address: Config, variables: Record<string, string>): string {
  const rows = [
    ['endpoint', endpointOf(address)],
    ['region', address.region],
    ['account', brume.root.accountId],
    ['data', address.memory ? 'in memory, gone when stopped' : address.dataFolder],
    [
      'auth',
      address.auth === 'enforce' ? 'signatures are verified' : 'any credentials are accepted',
    ],
    ['console', `${endpointOf(address)}/_brume/`],
  ];
  return [
    `Brume is ready in ${Math.round(performance.now())} ms.\n\n`,
    ...rows.map(([name = '', value = '']) => `  ${name.padEnd(9)} ${value}\n`),
    '\nPoint your SDKs and tools at it:\n',
    ...exportLines(variables).map((line) => `  ${line}`),
    '\nCtrl-C stops it.\n\n',
  ].join('');
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        // A second Ctrl-C means now; nothing acknowledged is lost by it.
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

/** Runs the user's script against this Brume, its output on ours. */
async function runInit(script: string, variables: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...variables },
  });
  const failed = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(code === 0 ? undefined : `exit code ${code}`));
  });
  if (failed) printError(`${script} failed (${failed}); Brume goes on without it.`);
}
