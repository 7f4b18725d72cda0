/**
 * A network of a sandbox's own: a loopback interface where nothing of the machine listens. What a
 * function must reach, its Runtime API and Brume's endpoint, is served at ports inside. Their sockets
 * are made there by the first program of the sandbox, before the function's code runs, and handed out
 * over an IPC channel; Brume accepts at them as at any others. That program is a starter, or on a processor
 * that there is none for, one of Brume's own that Node or Python runs.
 *
 * With slirp4netns on the machine there is an interface to the outside as well, else there is none.
 */
import { connect, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ChildProcess, Processes } from '../../../environment/processes.ts';
import type { StarterPorts } from './starter-program.ts';

/** As on AWS; and another for a Brume that is at this port itself. */
const RUNTIME_API_PORTS = [9001, 9002] as const;
/** Of what a program complains about, in characters. */
const OUTPUT_MAX = 500;
/** What slirp4netns answers names at. */
export const SLIRP_NAME_SERVER = '10.0.2.3';

/** Relays from outside to a port inside: runs in the sandbox's network, not in the sandbox. */
const DIALLER = fileURLToPath(new URL('./dial-inside.mjs', import.meta.url));

/** Opens the ports of a network whose sandbox waits. */
const OUTSIDE_OPENER = fileURLToPath(new URL('./open-ports-outside.mjs', import.meta.url));

export interface NetworkParts {
  readonly processes: Processes;
  /** Absolute paths of programs; undefined where the machine does not have them. */
  readonly slirp: string | undefined;
  readonly nsenter: string | undefined;
  /** URL at which Brume listens. */
  readonly endpoint: () => string;
  /** Functions cannot get to the internet, although a program for that is there. */
  readonly onNoInternet: (reason: string) => void;
}

/** Where the function's sandbox has the port that Brume is at. */
export function endpointPort({ endpoint }: NetworkParts): number {
  const { port, protocol } = new URL(endpoint());
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

/** Where the function finds its Runtime API. */
export function runtimeApiPort(parts: NetworkParts): number {
  const [usual, other] = RUNTIME_API_PORTS;
  return endpointPort(parts) === usual ? other : usual;
}

/** What a starter is to do; `channelFd` is where it finds the channel. */
export function starterPorts(parts: NetworkParts, channelFd: number): StarterPorts {
  const numbers = [runtimeApiPort(parts), endpointPort(parts)];
  // An interface to the outside is there before the function's code runs.
  return { numbers, channelFd, waits: parts.slirp !== undefined };
}

/** Variables for another program that opens the ports. */
export function portVariables(parts: NetworkParts, channelFd: number): Record<string, string> {
  return {
    NODE_CHANNEL_FD: String(channelFd),
    _BRUME_PORTS: `${runtimeApiPort(parts)},${endpointPort(parts)}`,
  };
}

export class OwnNetwork {
  readonly #parts: NetworkParts;
  readonly #servers: Server[] = [];
  readonly #programs: ChildProcess[] = [];
  #closed = false;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** `insidePid` is asked for when there is a process inside. */
  attach(
    child: ChildProcess,
    insidePid: () => number,
    onRuntimeConnection: (socket: Socket) => void,
  ): void {
    child.channel?.onListening((message, server) => {
      this.#servers.push(server);
      if (this.#closed) server.close();
      const isRuntimeApi = message === runtimeApiPort(this.#parts);
      server.on('connection', (socket) => {
        if (isRuntimeApi) onRuntimeConnection(socket);
        else this.#toEndpoint(socket);
      });
      // With both the program goes on when told so, if it waits, and needs the channel no more.
      if (this.#servers.length === 2) void this.#goOn(child, insidePid);
    });
  }

  /** Has the ports opened from outside, for a sandbox that has no program of Brume's and waits. */
  async openFromOutside(
    insidePid: number,
    onRuntimeConnection: (socket: Socket) => void,
  ): Promise<void> {
    const args = [process.execPath, OUTSIDE_OPENER];
    const program = this.#enter(insidePid, args, portVariables(this.#parts, 3));
    program.stdout.resume();
    this.attach(program, () => insidePid, onRuntimeConnection);
    const { code } = await program.exit;
    if (code !== 0) throw new Error("The ports of the function's network could not be opened");
  }

  /** Connects to a port inside. Resolves with the path of a socket that leads there. */
  async dial(port: number, insidePid: number, path: string): Promise<string> {
    const program = this.#enter(insidePid, [process.execPath, DIALLER, String(port), path]);
    const ready = new Promise<string>((resolve) =>
      program.stdout.once('data', () => resolve(path)),
    );
    const ended = program.exit.then(() => Promise.reject(new Error('The network is gone')));
    return Promise.race([ready, ended]);
  }

  /** Starts a program of Brume's in the network, with a channel where it has variables. */
  #enter(
    insidePid: number,
    command: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): ChildProcess {
    const { nsenter, processes } = this.#parts;
    if (nsenter === undefined) throw new Error('nsenter is not installed');
    const users = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
    const args = ['--target', String(insidePid), '--net', ...users, '--', ...command];
    const channel = env !== undefined;
    const program = processes.spawn(nsenter, args, { env: env ?? {}, ownGroup: true, channel });
    this.#programs.push(program);
    program.stderr.resume();
    return program;
  }

  close(): void {
    this.#closed = true;
    for (const server of this.#servers) server.close();
    // slirp4netns and the relays end with their input too, should Brume be killed.
    for (const program of this.#programs) program.kill('SIGKILL');
  }

  #toEndpoint(socket: Socket): void {
    const { hostname } = new URL(this.#parts.endpoint());
    const outside = connect({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: endpointPort(this.#parts),
      noDelay: true,
    });
    socket.setNoDelay(true);
    socket.pipe(outside).pipe(socket);
    socket.on('error', () => outside.destroy());
    outside.on('error', () => socket.destroy());
    socket.on('close', () => outside.destroy());
    outside.on('close', () => socket.destroy());
  }

  async #goOn(child: ChildProcess, insidePid: () => number): Promise<void> {
    await this.#openOutside(insidePid);
    child.channel?.send('go');
    child.channel?.close();
  }

  /** A function that cannot reach the internet can still do all the rest: this does not fail. */
  async #openOutside(insidePid: () => number): Promise<void> {
    const { slirp, processes, onNoInternet } = this.#parts;
    if (slirp === undefined || this.#closed) return;
    const pid = insidePid();
    const users = process.getuid?.() === 0 ? [] : [`--userns-path=/proc/${pid}/ns/user`];
    const options = ['--configure', '--mtu=65520', '--disable-host-loopback', '--ready-fd=1'];
    // Its input closes with Brume, and it ends.
    const args = [...options, '--exit-fd=0', ...users, String(pid), 'tap0'];
    const program = processes.spawn(slirp, args, { env: {}, ownGroup: true });
    this.#programs.push(program);
    let said = '';
    program.stderr.on(
      'data',
      (chunk: Buffer) => (said = (said + chunk.toString()).slice(-OUTPUT_MAX)),
    );
    const ready = new Promise<true>((resolve) => program.stdout.once('data', () => resolve(true)));
    const ended = program.exit.then(
      () => false,
      () => false,
    );
    const isReady = await Promise.race([ready, ended]);
    if (!isReady && !this.#closed) onNoInternet(said.trim().replaceAll('\n', '; '));
  }
}
