/**
 * Bubblewraps that have started and wait for their arguments, each in a control group already: moving a
 * process into a group takes the kernel longer than starting one. One waits for the next sandbox.
 */
import type { Random, Timer, Timers } from '../../../environment/environment.ts';
import type { ChildProcess, Processes } from '../../../environment/processes.ts';
import { STARTER, type SandboxUser } from './bwrap-root.ts';
import type { Cgroup, Cgroups } from './cgroups.ts';
import { PROLOGUE } from './prologue.ts';
import type { Starters } from './starters.ts';
import { SUPERVISOR_PIPES } from './supervisor.ts';

/** A start is followed by an invocation, which comes first. */
const REFILL_AFTER_MS = 5;

export interface CradleParts {
  readonly processes: Processes;
  readonly random: Random;
  readonly timers: Timers;
  /** Absolute path of bubblewrap. */
  readonly bwrap: string;
  readonly cgroups: Cgroups;
  /** Undefined on a processor that there is no filter for. */
  readonly seccomp: Buffer | undefined;
  readonly user: SandboxUser;
  readonly starters: Starters;
}

export interface Cradle {
  readonly child: ChildProcess;
  readonly group: Cgroup | undefined;
  /** Pipes to the sandbox itself, for a supervisor. */
  readonly pipes: ChildProcess['inputs'];
  /** Where bubblewrap says that an image's sandbox stands, and what it then waits for. */
  readonly gate: ChildProcess['inputs'];
  /** File descriptors of these, and of the channel, in the sandbox. */
  readonly pipeFds: readonly number[];
  readonly channelFd: number;
  /** The sandbox begins with a starter, which opens the ports of its network and becomes its user. */
  readonly hasStarter: boolean;
}

interface Waiting extends Cradle {
  isGone: boolean;
}

export class Cradles {
  readonly #parts: CradleParts;
  readonly #hasChannel: boolean;
  #next: Promise<Waiting | undefined> | undefined;
  #refill: Timer | undefined;
  #closed = false;

  /** `hasChannel` says whether there is one for the ports of an own network. */
  constructor(parts: CradleParts, hasChannel: boolean) {
    this.#parts = parts;
    this.#hasChannel = hasChannel;
  }

  async take(): Promise<Cradle> {
    const next = this.#next;
    this.#next = undefined;
    const cradle = await next;
    if (cradle?.isGone === false) return cradle;
    if (cradle?.group) this.#parts.cgroups.end(cradle.group);
    return this.#make();
  }

  /** A start is over: it is time to make one for the next. Before that it would be in the way. */
  refill(): void {
    if (this.#closed || this.#next || this.#refill) return;
    this.#refill = this.#parts.timers.after(REFILL_AFTER_MS, () => {
      this.#refill = undefined;
      // What is wrong the next sandbox says itself.
      this.#next ??= this.#make().catch(() => undefined);
    });
  }

  /**
   * One for a container image, in which nothing runs but a command, and which nobody waited with: limits
   * come before it. The command is told the first file descriptor of its pipes, where it has some. Where there
   * is a network bubblewrap says on one more pipe when the sandbox stands, and waits for another.
   */
  async makeForImage(
    commandOf: (pipeFd: number) => readonly string[],
    pipeCount: number,
    openFiles: number,
  ): Promise<Cradle> {
    const { processes, bwrap, seccomp, user } = this.#parts;
    const own = seccomp ? 2 : 1;
    const gateAt = own + pipeCount;
    const options = [
      ...(this.#hasChannel ? ['--info-fd', `${3 + gateAt}`, '--block-fd', `${4 + gateAt}`] : []),
      ...['--args', '3', ...(seccomp ? ['--seccomp', '4'] : []), '--'],
    ];
    const limits = `ulimit -c 0; ulimit -n ${openFiles}; exec "$@"`;
    const starter = user.isNamespaced ? [] : [STARTER];
    const command = [...starter, ...commandOf(3 + own)];
    const child = processes.spawn('/bin/sh', ['-c', limits, 'sh', bwrap, ...options, ...command], {
      env: {},
      ownGroup: true,
      inputs: gateAt + (this.#hasChannel ? 2 : 0),
    });
    const group = await this.#group(child);
    const [pipes, gate] = [child.inputs.slice(own, gateAt), child.inputs.slice(gateAt)];
    return { child, group, pipes, gate, pipeFds: [], channelFd: 0, hasStarter: false };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#refill?.cancel();
    const waiting = await this.#next;
    if (waiting) this.#end(waiting);
  }

  async #make(): Promise<Waiting> {
    const { processes, bwrap, seccomp, user, starters } = this.#parts;
    const own = seccomp ? 2 : 1;
    const options = ['--args', '3', ...(seccomp ? ['--seccomp', '4'] : []), '--'];
    const hasTasks = this.#hasChannel || !user.isNamespaced;
    const hasStarter = hasTasks && starters.path() !== undefined;
    const first = hasStarter ? [STARTER] : user.command;
    const command = [...first, '/bin/sh', '-c', PROLOGUE, 'sh'];
    const child = processes.spawn(bwrap, [...options, ...command], {
      // The function's variables are for the function: some would change what bubblewrap itself does.
      env: {},
      ownGroup: true,
      inputs: own + SUPERVISOR_PIPES,
      channel: this.#hasChannel,
    });
    const group = await this.#group(child);
    const fds = child.inputs.map((_, index) => 3 + index);
    const cradle: Waiting = {
      child,
      group,
      pipes: child.inputs.slice(own),
      gate: [],
      pipeFds: fds.slice(own),
      channelFd: 3 + fds.length,
      hasStarter,
      isGone: false,
    };
    const gone = () => void (cradle.isGone = true);
    child.exit.then(gone, gone);
    return cradle;
  }

  /** Nothing of one that cannot be in a group stays. */
  async #group(child: ChildProcess): Promise<Cgroup | undefined> {
    const { cgroups, random } = this.#parts;
    const { pid } = child;
    let group: Cgroup | undefined;
    try {
      group = await cgroups.create(random.uuid());
      if (pid !== undefined) await group?.add(pid);
      return group;
    } catch (error) {
      this.#end({ child, group });
      throw error;
    }
  }

  #end({ child, group }: Pick<Cradle, 'child' | 'group'>): void {
    child.kill('SIGKILL');
    if (group) this.#parts.cgroups.end(group);
  }
}
