/** What a family of runtimes is: how to start one on a function's code. */
import type { AwsError } from '../../../model/aws-error.ts';

export interface RuntimeFamily {
  /** Says how to start `runtime` (`python3.13`); the log gets what a user should know about it. */
  launch(runtime: string, code: CodePlace): Promise<Launch | LaunchFailure>;
}

/** Where the code's folder is. */
export interface CodePlace {
  /** On this machine. */
  readonly folder: string;
  /** As the function sees it. */
  readonly taskRoot: string;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables of this family beside those that all have. */
  readonly env: Readonly<Record<string, string>>;
  /** What the program reads beside the code and the system's own folders: absolute paths. */
  readonly readable: readonly string[];
  /** True when the program is Brume's own bootstrap, which shows the environment's token. */
  readonly ownBootstrap: boolean;
  /** What runs, for the log: `Python 3.13.0`. */
  readonly version: string;
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
  launch(runtime: string, code: CodePlace): Promise<Launch | LaunchFailure>;
}
