/** What a family of runtimes is: how to start one on a function's code. */
import type { AwsError } from '../../../model/aws-error.ts';
import type { ImageRoot } from '../sandbox/sandbox.ts';

export interface RuntimeFamily {
  /** Says how to start `runtime` (`python3.13`); the log gets what a user should know about it. */
  launch(runtime: string, request: LaunchRequest): Promise<Launch | LaunchFailure>;
}

export interface LaunchRequest {
  /** The code's folder on this machine. */
  readonly folder: string;
  /** The same as the function sees it. */
  readonly taskRoot: string;
  /** The folder of the files of its layers, on this machine and as the function sees it. */
  readonly layers: { readonly folder: string; readonly root: string } | undefined;
  readonly memorySizeMb: number;
  readonly handler: string | undefined;
  /** The function's own. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Arguments for a start without a function, for one that will come; undefined if that cannot be. */
  readonly preparedArgs?: readonly string[];
  /** Arguments before the others that let a debugger in at a port; undefined if that cannot be. */
  readonly inspectArgs?: (port: number) => readonly string[];
  /** Variables of this family beside those that all have. */
  readonly env: Readonly<Record<string, string>>;
  /** What the program reads beside the code and the system's own folders: absolute paths. */
  readonly readable: readonly string[];
  /** True when the program is Brume's own bootstrap, which shows the environment's token. */
  readonly ownBootstrap: boolean;
  /** A function's wrapper may start the program; so may it all of Brume's own bootstraps. */
  readonly takesWrapper?: boolean;
  /** The program frames what it logs in its standard error (`framed-output.ts`). */
  readonly framesLog?: boolean;
  /** The program has answered, but may still log: the invocation is over when it asks for another. */
  readonly logsAfterAnswer?: boolean;
  /** True when the program opens the ports of a sandbox's own network itself (`open-ports.cjs`). */
  readonly opensPorts: boolean;
  /** Where all of that is, in place of this machine's own system. */
  readonly image?: ImageRoot;
  /** What runs, for the log: `Python 3.13.0`. */
  readonly version: string;
  /** What the function's log says when that is not what was asked for. */
  readonly warning?: string | undefined;
}

/** A function that cannot be started: every invocation fails with this. */
export interface LaunchFailure {
  readonly errorType: string;
  readonly error: string;
}

/** Runtimes by AWS's name. */
export interface Runtimes {
  /** The error for a name that AWS does not know, or no longer takes; undefined for a good one. */
  refusal(runtime: string): AwsError | undefined;
  launch(runtime: string, request: LaunchRequest): Promise<Launch | LaunchFailure>;
}
