/**
 * Functions apart from the machine and from each other, by bubblewrap: own user, processes, files and
 * host name, no privileges, a filter on system calls, limits on memory, processes and `/tmp`, and a
 * network of its own (`own-network.ts`) unless the machine's is wanted.
 */
import { mkdir } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import type { Random } from '../../../environment/environment.ts';
import type { ChildProcess, Processes } from '../../../environment/processes.ts';
import {
  LAYERS_ROOT,
  rootArguments,
  SOCKET_PATH,
  TASK_ROOT,
  type RootFiles,
  type SandboxUser,
} from './bwrap-root.ts';
import { fillSlot, fitsSlot, removeSlot } from './code-slot.ts';
import type { Cgroup, Cgroups } from './cgroups.ts';
import type { MemoryWatch, Watched } from './memory-watch.ts';
import {
  endpointPort,
  OwnNetwork,
  portVariables,
  RUNTIME_API_PORT,
  STARTER,
  type NetworkParts,
} from './own-network.ts';
import {
  ownMemoryMb,
  ownsConnection,
  peakMemoryMb,
  processTree,
  signalAll,
} from './process-tree.ts';
import type {
  Address,
  CodeSlot,
  Sandbox,
  SandboxDriver,
  SandboxExit,
  SandboxSpec,
  SocketPlace,
} from './sandbox.ts';
import type { SocketFolder } from './socket-folder.ts';

export interface BwrapParts {
  readonly processes: Processes;
  readonly random: Random;
  /** Absolute path of bubblewrap. */
  readonly bwrap: string;
  readonly cgroups: Cgroups;
  readonly memory: MemoryWatch;
  readonly sockets: SocketFolder;
  /** Undefined on a processor that there is no filter for. */
  readonly seccomp: Buffer | undefined;
  readonly user: SandboxUser;
  /** Absolute path of a folder for code, on the file system that the unpacked code is on. */
  readonly slots: string;
  readonly files: RootFiles;
  /** Undefined where functions have the machine's network. */
  readonly network: NetworkParts | undefined;
}

const MIB = 1024 * 1024;
/** AWS's quota: "Execution processes/threads: 1,024". */
const PROCESSES_MAX = 1024;
/** AWS's quota: "File descriptors: 1,024". */
const OPEN_FILES_MAX = 1024;
/** What the kernel counts beside a function's own memory: its tables, bubblewrap, the shell. */
const MEMORY_MARGIN_MB = 32;

/** Limits that a process takes with it; shells differ in the letter for the number of processes. */
const WITH_LIMITS =
  'ulimit -c 0; ulimit -n $1; ' +
  '(ulimit -u $2) 2>/dev/null && ulimit -u $2 || ulimit -p $2 2>/dev/null; shift 2; exec "$@"';

/** The same Node that Brume runs on; what it says of itself is nothing for a function's log. */
const START_WITH_PORTS = [process.execPath, '--disable-warning=ExperimentalWarning', STARTER];

/** bubblewrap exits with 128 and the signal when a signal ended the function, as shells do. */
const ENDED_BY_SIGNAL = new Map([
  [128 + 4, 'SIGILL'],
  [128 + 6, 'SIGABRT'],
  [128 + 7, 'SIGBUS'],
  [128 + 8, 'SIGFPE'],
  [128 + 9, 'SIGKILL'],
  [128 + 11, 'SIGSEGV'],
  [128 + 13, 'SIGPIPE'],
  [128 + 15, 'SIGTERM'],
  [128 + 31, 'SIGSYS'],
]);

export class BwrapDriver implements SandboxDriver {
  readonly name = 'bwrap';
  readonly runtimeApi: string | undefined;
  readonly #parts: BwrapParts;

  constructor(parts: BwrapParts) {
    this.#parts = parts;
    this.runtimeApi = parts.network && `127.0.0.1:${RUNTIME_API_PORT}`;
  }

  endpointInside(url: string): string {
    const { network } = this.#parts;
    return network ? `${new URL(url).protocol}//127.0.0.1:${endpointPort(network)}` : url;
  }

  taskRoot(): string {
    return TASK_ROOT;
  }

  layersRoot(): string {
    return LAYERS_ROOT;
  }

  async socket(): Promise<SocketPlace> {
    return { path: await this.#parts.sockets.path(), seenAt: SOCKET_PATH };
  }

  async codeSlot(): Promise<CodeSlot> {
    const folder = join(this.#parts.slots, this.#parts.random.uuid());
    await mkdir(folder, { recursive: true });
    return {
      folder,
      async fill(codeFolder) {
        const fits = await fitsSlot(codeFolder);
        if (fits) await fillSlot(codeFolder, folder);
        return fits;
      },
      remove: () => removeSlot(folder),
    };
  }

  start(spec: SandboxSpec): Sandbox {
    return new BwrapSandbox(spec, this.#parts);
  }

  async close(): Promise<void> {
    this.#parts.memory.close();
    this.#parts.cgroups.close();
    await this.#parts.sockets.close();
  }
}

class BwrapSandbox implements Sandbox, Watched {
  readonly exit: Promise<SandboxExit>;
  readonly limitMb: number;
  readonly #parts: BwrapParts;
  readonly #network: OwnNetwork | undefined;
  #group: Cgroup | undefined;
  #child: ChildProcess | undefined;
  #killed = false;
  #outOfMemory = false;
  #peakMb = 0;

  constructor(spec: SandboxSpec, parts: BwrapParts) {
    this.#parts = parts;
    this.limitMb = spec.memorySizeMb;
    this.#network = parts.network && new OwnNetwork(parts.network);
    this.exit = this.#run(spec);
    // Whoever asks for it gets the reason; nobody may ask.
    this.exit.catch(() => {});
  }

  async #run(spec: SandboxSpec): Promise<SandboxExit> {
    const { cgroups, memory, random } = this.#parts;
    const memoryMb = spec.memorySizeMb + spec.ephemeralStorageMb + MEMORY_MARGIN_MB;
    this.#group = await cgroups.create(random.uuid(), {
      memoryBytes: memoryMb * MIB,
      processes: PROCESSES_MAX,
    });
    try {
      if (this.#killed) return { code: null, signal: 'SIGKILL', outOfMemory: false };
      const child = this.#spawn(spec);
      this.#child = child;
      this.#network?.attach(child, () => this.#insidePid(), spec.onRuntimeConnection);
      // bubblewrap waits for its arguments: nothing of it is outside of the group.
      if (child.pid !== undefined) await this.#group?.add(child.pid);
      this.#writeInputs(child, spec);
      memory.add(this);
      const { code, signal } = await child.exit;
      const outOfMemory = this.#outOfMemory || (this.#group?.outOfMemory ?? false);
      const ended = ENDED_BY_SIGNAL.get(code ?? 0);
      return ended === undefined || signal !== null
        ? { code, signal, outOfMemory }
        : { code: null, signal: ended, outOfMemory };
    } finally {
      memory.remove(this);
      this.#network?.close();
      this.kill();
      if (this.#group) cgroups.end(this.#group);
    }
  }

  #spawn(spec: SandboxSpec): ChildProcess {
    const { processes, bwrap, seccomp, user, network } = this.#parts;
    const limits = [OPEN_FILES_MAX, this.#processesMax()].map(String);
    const options = ['--args', '3', ...(seccomp ? ['--seccomp', '4'] : []), '--'];
    const starter = network && !spec.opensPorts ? START_WITH_PORTS : [];
    const shell = ['/bin/sh', '-c', WITH_LIMITS, 'sh', ...limits];
    const start = [...user.command, ...starter, ...shell, spec.command, ...spec.args];
    const child = processes.spawn(bwrap, [...options, ...start], {
      // The function's variables are for the function: some would change what bubblewrap itself does.
      env: {},
      ownGroup: true,
      inputs: this.#inputs,
      channel: network !== undefined,
    });
    child.stdout.on('data', spec.onStdout);
    child.stderr.on('data', spec.onStderr);
    child.stdin.end();
    return child;
  }

  get #inputs(): number {
    return this.#parts.seccomp ? 2 : 1;
  }

  /** A process that is in the sandbox: what bubblewrap has started. */
  #insidePid(): number {
    return processTree(this.#child?.pid ?? 0)[1] ?? 0;
  }

  /** Where no group counts them, the kernel does by user; by namespace too since Linux 5.14. */
  #processesMax(): number | 'unlimited' {
    const { cgroups, user } = this.#parts;
    const [major = 0, minor = 0] = release().split('.').map(Number);
    const countsByNamespace = user.isNamespaced && (major > 5 || (major === 5 && minor >= 14));
    return !cgroups.has('pids') && countsByNamespace ? PROCESSES_MAX : 'unlimited';
  }

  /** Through a pipe: others on this machine see the arguments of a process, and there are secrets. */
  #writeInputs(child: ChildProcess, spec: SandboxSpec): void {
    const { user, files, network } = this.#parts;
    const ports = network ? portVariables(network, 3 + this.#inputs) : {};
    const variables = Object.entries({ ...spec.env, ...ports }).flatMap(([name, value]) => [
      '--setenv',
      name,
      value,
    ]);
    const readable = network
      ? [...new Set([...spec.readable, process.execPath, dirname(STARTER)])]
      : spec.readable;
    const [args, filter] = child.inputs;
    const root = { ...spec, readable, ownNetwork: network !== undefined };
    const all = [...rootArguments(root, user, files), ...variables];
    args?.end(`${all.join('\0')}\0`);
    filter?.end(this.#parts.seccomp);
  }

  usedMb(): number {
    const pid = this.#child?.pid;
    const grouped = this.#group?.ownMemoryMb();
    const usedMb = grouped ?? (pid === undefined ? 0 : ownMemoryMb(processTree(pid)));
    this.#peakMb = Math.max(this.#peakMb, usedMb);
    return usedMb;
  }

  exceeded(): void {
    this.#outOfMemory = true;
    this.kill();
  }

  memoryPeakMb(): number {
    const pid = this.#child?.pid;
    if (pid !== undefined) this.#peakMb = Math.max(this.#peakMb, peakMemoryMb(processTree(pid)));
    return Math.min(this.#peakMb, this.limitMb);
  }

  owns(ports: { readonly local: number; readonly remote: number }): boolean {
    const pid = this.#child?.pid;
    return pid !== undefined && ownsConnection(processTree(pid), ports);
  }

  async dial(port: number): Promise<Address> {
    if (!this.#network) return { host: '127.0.0.1', port };
    const path = await this.#parts.sockets.path();
    return { path: await this.#network.dial(port, this.#insidePid(), path) };
  }

  pause(): void {
    this.#parts.memory.remove(this);
    if (this.#group?.freeze(true) !== true) this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#parts.memory.add(this);
    if (this.#group?.freeze(false) !== true) this.#signal('SIGCONT');
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const pid = this.#child?.pid;
    if (pid !== undefined) signalAll(processTree(pid), signal);
  }

  /** All processes die with bubblewrap's own, wherever they have gone: they are in its namespace. */
  kill(): void {
    this.#killed = true;
    this.#child?.kill('SIGKILL');
  }
}
