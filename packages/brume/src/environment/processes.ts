/** Child processes as Lambda's execution environments need them. */
import type { Server } from 'node:net';
import type { Duplex, Readable, Writable } from 'node:stream';

export interface Processes {
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Absolute path of an executable on the PATH, or undefined. */
  find(command: string): Promise<string | undefined>;
}

export interface SpawnOptions {
  readonly cwd?: string;
  /** The child's whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts a process group of its own, so that `kill` reaches the child's children too. */
  readonly ownGroup: boolean;
  /** Pipes to the child, both ways, beside its stdin: file descriptors 3, 4, … */
  readonly inputs?: number;
  /** Gives the child Node's IPC channel, as the file descriptor after those. */
  readonly channel?: boolean;
}

/** By which a child hands over sockets that it listens at: they stay in its own network. */
export interface Channel {
  onListening(receive: (message: unknown, server: Server) => void): void;
  send(message: string): void;
  close(): void;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface ChildProcess {
  /** Undefined when the process could not be started; `exit` then rejects with the reason. */
  readonly pid: number | undefined;
  readonly stdin: Writable;
  /** As many as were asked for; the first is the child's file descriptor 3. */
  readonly inputs: readonly Duplex[];
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Where it was asked for. */
  readonly channel?: Channel | undefined;
  readonly exit: Promise<ProcessExit>;
  /** Sends a signal to the process, or to its whole group when it has one. */
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}
