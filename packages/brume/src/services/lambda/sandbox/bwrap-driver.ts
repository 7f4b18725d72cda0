/**
 * Functions apart from the machine and from each other, by bubblewrap: own user, processes, files and
 * host name, no privileges, a filter on system calls, limits on memory, processes and `/tmp`, and a
 * network of its own (`own-network.ts`) unless the machine's is wanted.
 */
import { mkdir } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import type { ChildProcess, ProcessExit } from '../../../environment/processes.ts';
import {
  LAYERS_ROOT,
  encodeArguments,
  imageArguments,
  rootArguments,
  SOCKET_PATH,
  TASK_ROOT,
  type RootFiles,
} from './bwrap-root.ts';
import { fillSlot, fitsSlot, removeSlot } from './code-slot.ts';
import type { Cgroup } from './cgroups.ts';
import { Cradles, type Cradle, type CradleParts } from './cradles.ts';
import { heldBack, OPENER, prologueVariables, type Prologue } from './prologue.ts';
import type { MemoryWatch, Watched } from './memory-watch.ts';
import {
  endpointPort,
  OwnNetwork,
  portVariables,
  runtimeApiPort,
  starterPorts,
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
  ImageRoot,
  Sandbox,
  SandboxDriver,
  SandboxExit,
  SandboxSpec,
  SocketPlace,
} from './sandbox.ts';
import type { SocketFolder } from './socket-folder.ts';
import { exitOfStatus, supervisedCommand, Supervisor, SUPERVISOR_PIPES } from './supervisor.ts';

export interface BwrapParts extends CradleParts {
  readonly memory: MemoryWatch;
  readonly sockets: SocketFolder;
  /** Absolute path of a folder for code, on the file system that the unpacked code is on. */
  readonly slots: string;
  readonly files: RootFiles;
  /** Undefined where functions have the machine's network. */
  readonly network: NetworkParts | undefined;
}

interface SandboxParts extends BwrapParts {
  readonly cradles: Cradles;
}

const MIB = 1024 * 1024;
/** AWS's quota: "Execution processes/threads: 1,024". */
const PROCESSES_MAX = 1024;
/** AWS's quota: "File descriptors: 1,024". */
const OPEN_FILES_MAX = 1024;
/** What the kernel counts beside a function's own memory: its tables, bubblewrap, the shell. */
const MEMORY_MARGIN_MB = 32;

export class BwrapDriver implements SandboxDriver {
  readonly name = 'bwrap';
  readonly #parts: SandboxParts;

  constructor(parts: BwrapParts) {
    this.#parts = { ...parts, cradles: new Cradles(parts, parts.network !== undefined) };
  }

  get imageProblem(): string | undefined {
    const { network, user, starters } = this.#parts;
    if (network && network.nsenter === undefined) return 'container images without nsenter';
    return user.isNamespaced || starters.path() !== undefined
      ? undefined
      : 'container images as root on this processor';
  }

  get runtimeApi(): string | undefined {
    const { network } = this.#parts;
    return network && `127.0.0.1:${runtimeApiPort(network)}`;
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
    await this.#parts.cradles.close();
    this.#parts.cgroups.close();
    await this.#parts.sockets.close();
  }
}

class BwrapSandbox implements Sandbox, Watched {
  readonly exit: Promise<SandboxExit>;
  readonly limitMb: number;
  readonly #parts: SandboxParts;
  readonly #network: OwnNetwork | undefined;
  /** Where there are extensions, which outlive the runtime. */
  readonly #runtimeExit = Promise.withResolvers<SandboxExit>();
  #supervisor: Supervisor | undefined;
  #group: Cgroup | undefined;
  #child: ChildProcess | undefined;
  #killed = false;
  #outOfMemory = false;
  #peakMb = 0;

  constructor(spec: SandboxSpec, parts: SandboxParts) {
    this.#parts = parts;
    this.limitMb = spec.memorySizeMb;
    this.#network = parts.network && new OwnNetwork(parts.network);
    this.exit = Promise.race([this.#run(spec), this.#runtimeExit.promise]);
    // Whoever asks for it gets the reason; nobody may ask.
    this.exit.catch(() => {});
  }

  async #run(spec: SandboxSpec): Promise<SandboxExit> {
    const { cgroups, memory, cradles } = this.#parts;
    const memoryMb = spec.memorySizeMb + spec.ephemeralStorageMb + MEMORY_MARGIN_MB;
    try {
      const cradle = spec.image
        ? await cradles.makeForImage(
            (pipeFd) => commandOf(spec, pipeFd),
            spec.extensions ? SUPERVISOR_PIPES : 0,
            OPEN_FILES_MAX,
          )
        : await cradles.take();
      const { child, group } = cradle;
      this.#child = child;
      this.#group = group;
      if (this.#killed) return { code: null, signal: 'SIGKILL', outOfMemory: false };
      group?.limit({ memoryBytes: memoryMb * MIB, processes: PROCESSES_MAX });
      this.#connect(cradle, spec);
      this.#writeInputs(cradle, spec);
      memory.add(this);
      const exit = await child.exit;
      // bubblewrap exits as a shell does when a signal ended the function.
      return this.#exitOf(exit.signal === null ? exitOfStatus(exit.code ?? 0) : exit);
    } finally {
      memory.remove(this);
      this.#network?.close();
      this.kill();
      if (this.#group) cgroups.end(this.#group);
    }
  }

  #exitOf(exit: ProcessExit): SandboxExit {
    return { ...exit, outOfMemory: this.#outOfMemory || (this.#group?.outOfMemory ?? false) };
  }

  #connect({ child, pipes, gate }: Cradle, spec: SandboxSpec): void {
    if (spec.image) this.#letGo(gate, spec);
    else this.#network?.attach(child, () => this.#insidePid(), spec.onRuntimeConnection);
    child.stdout.on('data', spec.onStdout);
    child.stderr.on('data', spec.onStderr);
    child.stdin.end();
    if (!spec.extensions) return;
    this.#supervisor = new Supervisor(spec.extensions, pipes);
    const ended = (exit: ProcessExit) => this.#runtimeExit.resolve(this.#exitOf(exit));
    void this.#supervisor.runtimeExit.then(ended);
  }

  /** The ports of an image's network are opened from outside, while bubblewrap waits at its gate. */
  #letGo([info, gate]: Cradle['gate'], { onRuntimeConnection, onStderr }: SandboxSpec): void {
    const network = this.#network;
    if (!info || !gate || !network) return;
    info.once('data', () => {
      network.openFromOutside(this.#insidePid(), onRuntimeConnection).then(
        () => gate.end('.'),
        (error: Error) => {
          onStderr(Buffer.from(`${error.message}\n`));
          this.kill();
        },
      );
    });
  }

  #prologue({ pipeFds, hasStarter }: Cradle, spec: SandboxSpec): Prologue {
    const { extensions, opensPorts } = spec;
    const hasOpenPorts = this.#network === undefined || hasStarter;
    return {
      openFiles: OPEN_FILES_MAX,
      processes: this.#processesMax(),
      opensPorts: !hasOpenPorts && (extensions !== undefined || !opensPorts),
      closes: extensions ? [] : pipeFds,
      command: commandOf(spec, pipeFds[0] ?? 0),
    };
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
  #writeInputs(cradle: Cradle, spec: SandboxSpec): void {
    const [args, filter] = cradle.child.inputs;
    const all = spec.image ? this.#imageOptions(spec, spec.image) : this.#options(cradle, spec);
    args?.end(encodeArguments(all));
    filter?.end(this.#parts.seccomp);
  }

  #imageOptions(spec: SandboxSpec, image: ImageRoot): string[] {
    const { user, files, network, starters } = this.#parts;
    const starter = user.isNamespaced ? undefined : starters.path();
    const root = { ...spec, starter, ownNetwork: network !== undefined };
    return [...imageArguments(root, image, user, files), ...settingOf(spec.env)];
  }

  #options(cradle: Cradle, spec: SandboxSpec): string[] {
    const { user, files, network, starters } = this.#parts;
    const { channelFd, hasStarter } = cradle;
    const starter = hasStarter
      ? starters.path(network && starterPorts(network, channelFd))
      : undefined;
    const opens = network && !hasStarter;
    const ports = opens ? portVariables(network, channelFd) : {};
    const prologue = prologueVariables(this.#prologue(cradle, spec));
    const env = { ...heldBack(spec.env), ...ports, ...prologue };
    const readable = opens
      ? [...new Set([...spec.readable, process.execPath, dirname(OPENER)])]
      : spec.readable;
    const root = { ...spec, readable, starter, ownNetwork: network !== undefined };
    return [...rootArguments(root, user, files), ...settingOf(env)];
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

  settled(): void {
    this.#parts.cradles.refill();
  }

  startRuntime(): void {
    this.#supervisor?.startRuntime();
  }

  terminate(): void {
    if (this.#supervisor) this.#supervisor.terminateRuntime();
    else signalAll(processTree(this.#child?.pid ?? 0).slice(2), 'SIGTERM');
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

/** The runtime, or a supervisor that has pipes from this file descriptor on. */
function commandOf({ extensions, command, args }: SandboxSpec, pipeFd: number): string[] {
  const own = [command, ...args];
  return extensions ? supervisedCommand(extensions, own, pipeFd) : own;
}

function settingOf(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value]);
}
