/**
 * Functions as plain child processes in groups of their own: portable, and no isolation beyond what
 * the operating system has between the processes of one user. Where the system is Linux, their memory
 * is watched.
 */
import type { ChildProcess, Processes } from '../../../environment/processes.ts';
import type { MemoryWatch, Watched } from './memory-watch.ts';
import { LAYERS_ROOT } from './bwrap-root.ts';
import { ProcessReaper } from './process-reaper.ts';
import { ownMemoryMb, ownsConnection, peakMemoryMb, processTree } from './process-tree.ts';
import type {
  Address,
  CodeSlot,
  Sandbox,
  SandboxDriver,
  SandboxExit,
  SandboxSpec,
  SocketPlace,
} from './sandbox.ts';
import { Supervisor, SUPERVISOR_PIPES, supervisedCommand } from './supervisor.ts';
import type { SocketFolder } from './socket-folder.ts';

export class ProcessDriver implements SandboxDriver {
  readonly name = 'process';
  readonly runtimeApi = undefined;
  readonly imageProblem = 'container images without bubblewrap (bwrap), which they need here';
  readonly #processes: Processes;
  readonly #memory: MemoryWatch;
  readonly #sockets: SocketFolder;
  readonly #reaper: ProcessReaper;

  constructor(processes: Processes, memory: MemoryWatch, sockets: SocketFolder) {
    this.#sockets = sockets;
    this.#processes = processes;
    this.#memory = memory;
    this.#reaper = new ProcessReaper(processes);
  }

  taskRoot(codeFolder: string): string {
    return codeFolder;
  }

  layersRoot(layersFolder: string | undefined): string {
    return layersFolder ?? LAYERS_ROOT;
  }

  endpointInside(url: string): string {
    return url;
  }

  async socket(): Promise<SocketPlace> {
    const path = await this.#sockets.path();
    return { path, seenAt: path };
  }

  /** Nothing is hidden from such a process: it goes to its code when it knows where that is. */
  async codeSlot(): Promise<CodeSlot> {
    return { folder: '/', fill: async () => true, remove: async () => {} };
  }

  start(spec: SandboxSpec): Sandbox {
    const { codeFolder: cwd, env, extensions } = spec;
    const own = [spec.command, ...spec.args];
    const [command = '', ...args] = extensions ? supervisedCommand(extensions, own, 3) : own;
    const inputs = extensions ? SUPERVISOR_PIPES : 0;
    const child = this.#processes.spawn(command, args, { cwd, env, ownGroup: true, inputs });
    child.stdout.on('data', spec.onStdout);
    child.stderr.on('data', spec.onStderr);
    child.stdin.end();
    return new ProcessSandbox(child, spec, this.#memory, this.#reaper);
  }

  async close(): Promise<void> {
    this.#memory.close();
    this.#reaper.close();
    await this.#sockets.close();
  }
}

class ProcessSandbox implements Sandbox, Watched {
  readonly exit: Promise<SandboxExit>;
  readonly limitMb: number;
  readonly #child: ChildProcess;
  readonly #memory: MemoryWatch;
  readonly #supervisor: Supervisor | undefined;
  #outOfMemory = false;
  #peakMb = 0;

  constructor(
    child: ChildProcess,
    { memorySizeMb, extensions }: SandboxSpec,
    memory: MemoryWatch,
    reaper: ProcessReaper,
  ) {
    this.#child = child;
    this.#memory = memory;
    this.limitMb = memorySizeMb;
    this.#supervisor = extensions && new Supervisor(extensions, child.inputs);
    const { pid } = child;
    memory.add(this);
    if (pid !== undefined) reaper.watch(pid);
    const ended = child.exit.finally(() => {
      memory.remove(this);
      // What the first process has started does not outlive it.
      child.kill('SIGKILL');
      if (pid !== undefined) reaper.forget(pid);
    });
    const first = this.#supervisor ? Promise.race([this.#supervisor.runtimeExit, ended]) : ended;
    this.exit = first.then((exit) => ({ ...exit, outOfMemory: this.#outOfMemory }));
    // Whoever asks for it gets the reason; nobody may ask.
    this.exit.catch(() => {});
  }

  usedMb(): number {
    const { pid } = this.#child;
    return pid === undefined ? 0 : ownMemoryMb(processTree(pid));
  }

  exceeded(): void {
    this.#outOfMemory = true;
    this.kill();
  }

  memoryPeakMb(): number {
    const { pid } = this.#child;
    if (pid !== undefined) this.#peakMb = Math.max(this.#peakMb, peakMemoryMb(processTree(pid)));
    return Math.min(this.#peakMb, this.limitMb);
  }

  owns(ports: { readonly local: number; readonly remote: number }): boolean {
    const { pid } = this.#child;
    return pid !== undefined && ownsConnection(processTree(pid), ports);
  }

  async dial(port: number): Promise<Address> {
    return { host: '127.0.0.1', port };
  }

  settled(): void {}

  startRuntime(): void {
    this.#supervisor?.startRuntime();
  }

  terminate(): void {
    if (this.#supervisor) this.#supervisor.terminateRuntime();
    else this.#child.kill('SIGTERM');
  }

  pause(): void {
    this.#memory.remove(this);
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#memory.add(this);
    this.#child.kill('SIGCONT');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
