/**
 * AWS_LAMBDA_EXEC_WRAPPER: a program of the function's that starts the runtime in its place, with the
 * runtime's command line as arguments. Custom runtimes do not have it: they are programs themselves.
 */
import type { Launch } from './runtime.ts';

const TASK_ROOT = '/var/task/';

export function wrapped(launch: Launch, wrapper: string | undefined, code: string): Launch {
  if (!wrapper || !launch.ownBootstrap) return launch;
  // The name that the code's folder has on AWS.
  const command = wrapper.startsWith(TASK_ROOT)
    ? `${code}/${wrapper.slice(TASK_ROOT.length)}`
    : wrapper;
  return { ...launch, command, args: [launch.command, ...launch.args] };
}
