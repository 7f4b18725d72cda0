/** What a function's processes run in. A driver decides how far they are kept apart. */
import type { ProcessExit } from '../../../environment/processes.ts';

export interface SandboxSpec {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the function's code on this machine; where its processes start. */
  readonly codeFolder: string;
  /** What the processes read beside their code and the system's own folders: absolute paths. */
  readonly readable: readonly string[];
  readonly memorySizeMb: number;
  /** Size of `/tmp`. */
  readonly ephemeralStorageMb: number;
  /** Receivers of what the processes write. */
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

export interface SandboxExit extends ProcessExit {
  /** The processes had more memory than they may. */
  readonly outOfMemory: boolean;
}

export interface Sandbox {
  /** Resolves when the first process has ended; rejects when it could not be started. */
  readonly exit: Promise<SandboxExit>;
  /** Most memory that the processes have had so far, in MB; 0 where the system does not say. */
  memoryPeakMb(): number;
  /** Ends all processes at once. */
  kill(): void;
}

export interface SandboxDriver {
  /** As it is shown to people: `process`, `bwrap`. */
  readonly name: string;
  /** Where a function finds the folder of its code. */
  taskRoot(codeFolder: string): string;
  start(spec: SandboxSpec): Sandbox;
  close(): void;
}
