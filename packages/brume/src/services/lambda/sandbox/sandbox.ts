/** What a function's processes run in. A driver decides how far they are kept apart. */
import type { ProcessExit } from '../../../environment/processes.ts';

export interface SandboxSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Receivers of what the processes write. */
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

export interface Sandbox {
  /** Resolves when the first process has ended; rejects when it could not be started. */
  readonly exit: Promise<ProcessExit>;
  /** Most memory that the processes have had so far, in MB; 0 where the system does not say. */
  memoryPeakMb(): number;
  /** Ends all processes at once. */
  kill(): void;
}

export interface SandboxDriver {
  /** As it is shown to people: `process`. */
  readonly name: string;
  start(spec: SandboxSpec): Sandbox;
  close(): void;
}
