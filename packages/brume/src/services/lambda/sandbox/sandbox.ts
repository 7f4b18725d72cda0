/** What a function's processes run in. A driver decides how far they are kept apart. */
import type { Socket } from 'node:net';
import type { ProcessExit } from '../../../environment/processes.ts';
import type { ExtensionPrograms } from './supervisor.ts';

/** A root file system of the function's own. */
export interface ImageRoot {
  /** Its folder on this machine. */
  readonly root: string;
  /** Where the function's processes start, as they see it. */
  readonly workingDirectory: string;
}

export interface SandboxSpec {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the function's code on this machine; where its processes start. */
  readonly codeFolder: string;
  /** A container image in place of this machine's system. */
  readonly image?: ImageRoot | undefined;
  /** Folder of the files of the function's layers on this machine; undefined without layers. */
  readonly layersFolder: string | undefined;
  /** What the processes read beside their code and the system's own folders: absolute paths. */
  readonly readable: readonly string[];
  /** A socket file of `SandboxDriver.socket` that the processes reach. */
  readonly socket: string | undefined;
  /** The program opens the ports of a network of the sandbox's own itself (`open-ports.cjs`). */
  readonly opensPorts: boolean;
  /** A process has connected to the Runtime API, where that is a port of such a network. */
  readonly onRuntimeConnection: (socket: Socket) => void;
  /** External extensions: the runtime then starts with `startRuntime`. */
  readonly extensions: ExtensionPrograms | undefined;
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
  /** Resolves when the runtime has ended; rejects when it could not be started. */
  readonly exit: Promise<SandboxExit>;
  /** Most memory that the processes have had so far, in MB; 0 where the system does not say. */
  memoryPeakMb(): number;
  /** Whether a connection between two ports of this machine is held by one of the processes. */
  owns(ports: { readonly local: number; readonly remote: number }): boolean;
  /** Where a port that a process listens at on its loopback interface is reached from here. */
  dial(port: number): Promise<Address>;
  /** The runtime has come up, or will not: what should not be in its way may be done now. */
  settled(): void;
  /** Starts the runtime, where there are extensions that had to come first. */
  startRuntime(): void;
  /** Asks the runtime to end. */
  terminate(): void;
  /** Stops all processes where they are until `resume`: the function has nothing to do. */
  pause(): void;
  resume(): void;
  /** Ends all processes at once. */
  kill(): void;
}

/** Where a socket file is: on this machine, and as a sandbox sees it. */
export interface SocketPlace {
  readonly path: string;
  readonly seenAt: string;
}

/** As `net.connect` takes it. */
export type Address = { readonly path: string } | { readonly host: string; readonly port: number };

/** A folder for the code of a sandbox that starts before it has a function. */
export interface CodeSlot {
  /** The `codeFolder` to start with. */
  readonly folder: string;
  /** Puts a function's code there. False, with nothing done, where that would take too long. */
  fill(codeFolder: string): Promise<boolean>;
  remove(): Promise<void>;
}

export interface SandboxDriver {
  /** As it is shown to people: `process`, `bwrap`. */
  readonly name: string;
  /** Why container images cannot be run; undefined where they can. */
  readonly imageProblem: string | undefined;
  /** AWS_LAMBDA_RUNTIME_API where sandboxes have networks of their own; undefined for a port of Brume's. */
  readonly runtimeApi: string | undefined;
  /** Where a function finds what is at `url`, the URL at which Brume listens. */
  endpointInside(url: string): string;
  /** Where a function finds the folder of its code. */
  taskRoot(codeFolder: string): string;
  /** Where a function finds the files of its layers. */
  layersRoot(layersFolder: string | undefined): string;
  /** A place for a socket file of one sandbox, where nothing is yet. */
  socket(): Promise<SocketPlace>;
  codeSlot(): Promise<CodeSlot>;
  start(spec: SandboxSpec): Sandbox;
  close(): Promise<void>;
}
