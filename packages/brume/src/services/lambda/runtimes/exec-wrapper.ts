/**
 * AWS_LAMBDA_EXEC_WRAPPER: a program of the function's that starts the runtime in its place, with the
 * runtime's command line as arguments. Custom runtimes do not have it: they are programs themselves.
 */
import type { Launch } from './runtime.ts';

/** Where the folders with these names on AWS are. */
export interface Roots {
  readonly '/var/task/': string;
  readonly '/opt/': string | undefined;
}

export function wrapped(launch: Launch, wrapper: string | undefined, roots: Roots): Launch {
  if (!wrapper || !(launch.ownBootstrap || launch.takesWrapper)) return launch;
  const [name, root] = Object.entries(roots).find(([prefix]) => wrapper.startsWith(prefix)) ?? [];
  const command = name && root ? `${root}/${wrapper.slice(name.length)}` : wrapper;
  const { preparedArgs: _, inspectArgs: __, ...plain } = launch;
  return { ...plain, command, args: [launch.command, ...launch.args], opensPorts: false };
}
