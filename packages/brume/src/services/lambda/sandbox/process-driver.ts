/**
 * Functions as plain child processes in groups of their own: portable, and no isolation beyond what
 * the operating system has between the processes of one user.
 */
import { readFileSync } from 'node:fs';
import type { ChildProcess, Processes } from '../../../environment/processes.ts';
import { ProcessReaper } from './process-reaper.ts';
import type { Sandbox, SandboxDriver, SandboxSpec } from './sandbox.ts';

const KIB_PER_MIB = 1024;

export class ProcessDriver implements SandboxDriver {
  readonly name = 'process';
  readonly #processes: Processes;
  readonly #reaper: ProcessReaper;

  constructor(processes: Processes) {
    this.#processes = processes;
    this.#reaper = new ProcessReaper(processes);
  }

  start(spec: SandboxSpec): Sandbox {
    const { command, args, cwd, env } = spec;
    const child = this.#processes.spawn(command, args, { cwd, env, ownGroup: true });
    child.stdout.on('data', spec.onStdout);
    child.stderr.on('data', spec.onStderr);
    child.stdin.end();
    const { pid } = child;
    if (pid !== undefined) this.#reaper.watch(pid);
    const exit = child.exit.finally(() => {
      // What the first process has started does not outlive it.
      child.kill('SIGKILL');
      if (pid !== undefined) this.#reaper.forget(pid);
    });
    // Whoever asks for it gets the reason; nobody may ask.
    exit.catch(() => {});
    return { exit, memoryPeakMb: () => peakMb(child), kill: () => child.kill('SIGKILL') };
  }

  close(): void {
    this.#reaper.close();
  }
}

/** Peak resident memory of the first process, where the system is Linux. */
function peakMb(child: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
    return Math.ceil(Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / KIB_PER_MIB);
  } catch {
    // No /proc on this system, or the process has ended.
    return 0;
  }
}
