/**
 * AWS_LAMBDA_EXEC_WRAPPER: a program of the function's that starts the runtime in its place, with the
 * runtime's command line as arguments. Custom runtimes do not have it: they are programs themselves.
 */
import type { Launch } from './runtime.ts';

/** The name that the code's folder has on AWS. */
const AWS_TASK_ROOT = '/var/task/';

export function wrapped(launch: Launch, wrapper: string | undefined, taskRoot: string): Launch {
  if (!wrapper || !launch.ownBootstrap) return launch;
  const command = wrapper.startsWith(AWS_TASK_ROOT)
    ? `${taskRoot}/${wrapper.slice(AWS_TASK_ROOT.length)}`
    : wrapper;
  const { preparedArgs: _, ...plain } = launch;
  return { ...plain, command, args: [launch.command, ...launch.args] };
}
