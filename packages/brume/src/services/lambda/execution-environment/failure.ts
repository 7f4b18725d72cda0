/**
 * What a caller gets when it is not the function that answers: a process that ended, ran out of time,
 * or never came up. Texts recorded from AWS 2025-11-24.
 */
import type { ProcessExit } from '../../../environment/processes.ts';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';

export interface Failure {
  readonly errorType: string;
  readonly status: 'timeout' | 'error';
  /** The payload for the invocation with this request id. */
  readonly payload: (requestId: string) => Buffer;
  /** What the function's log says of it. */
  readonly logLine?: (requestId: string, nowMs: number) => string;
}

/** As Go, in which AWS's supervisor is written, names the signals. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGILL: 'illegal instruction',
  SIGTRAP: 'trace/breakpoint trap',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGPIPE: 'broken pipe',
  SIGALRM: 'alarm clock',
  SIGTERM: 'terminated',
};

const START_PROBLEMS = new Map([
  ['EACCES', 'permission denied'],
  ['ENOEXEC', 'exec format error'],
]);

export function exited({ code, signal }: ProcessExit): Failure {
  const status = signal === null ? `exit status ${code}` : `signal: ${SIGNALS[signal] ?? signal}`;
  const text =
    code === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: ${status}`;
  return failure('Runtime.ExitError', text);
}

/** In AWS's words as they are in github.com/adobe/helix-html2md-service issue 1001 (2026-07). */
export function outOfMemory(): Failure {
  return failure('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');
}

/** The program could not be started. A shell, which AWS starts wrappers with, exits with 127 then. */
export function notStarted(error: NodeJS.ErrnoException): Failure {
  if (error.code === 'ENOENT') return exited({ code: 127, signal: null });
  const reason = START_PROBLEMS.get(error.code ?? '') ?? error.message;
  return invalidEntrypoint(`fork/exec /var/task/bootstrap: ${reason}`);
}

export function invalidEntrypoint(text: string, errorType = 'Runtime.InvalidEntrypoint'): Failure {
  return failure(errorType, text);
}

export function timedOut(timeoutSeconds: number): Failure {
  const text = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return {
    ...failure('Sandbox.Timedout', text),
    status: 'timeout',
    logLine: (requestId, nowMs) => `${new Date(nowMs).toISOString()} ${requestId} ${text}\n\n`,
  };
}

export function answerTooLarge(): Failure {
  const errorType = 'Function.ResponseSizeTooLarge';
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${PAYLOAD_BYTES_MAX} bytes).`;
  const payload = () => Buffer.from(JSON.stringify({ errorMessage, errorType }));
  return { errorType, status: 'error', payload };
}

/** `Extension.Crash` and its text as AWS's users quote them; others have none that is known. */
export function extensionEnded(name: string, { code, signal }: ProcessExit): Failure {
  if (code === 126 || code === 127) {
    return failure('Extension.LaunchError', `/opt/extensions/${name} could not be started`);
  }
  const status = signal === null ? `exit code ${code}` : `signal: ${SIGNALS[signal] ?? signal}`;
  return failure('Extension.Crash', status);
}

/** The extension has said so itself. */
export function extensionFailed(phase: 'init' | 'exit', errorType: string): Failure {
  return failure(phase === 'init' ? 'Extension.InitError' : 'Extension.ExitError', errorType);
}

/** The runtime has reported why it could not be initialised: its words reach the caller unchanged. */
export function initFailed(body: Buffer): Failure {
  return { errorType: 'Runtime.InitError', status: 'error', payload: () => body };
}

function failure(errorType: string, text: string): Failure {
  const message = (requestId: string) => `RequestId: ${requestId} Error: ${text}`;
  return {
    errorType,
    status: 'error',
    payload: (requestId) =>
      Buffer.from(JSON.stringify({ errorType, errorMessage: message(requestId) })),
    logLine: (requestId) => `${message(requestId)}\n${errorType}\n`,
  };
}
