/**
 * What a runtime may say when: the states of the Runtime API (2018-06-01), whatever way its requests
 * come. Codes, texts and states are those of AWS's open Runtime Interface Emulator (2026-01).
 */
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import type { AnswerSink } from './answer-stream.ts';
import type { Answer } from './answer.ts';

/** What a runtime is told of an invocation. */
export interface RuntimeInvocation {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly invokedFunctionArn: string;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly traceId: string;
  /** JSON text. */
  readonly clientContext?: string | undefined;
  readonly tenantId?: string | undefined;
  /** Where the answer goes while it is written, should the runtime stream it. */
  readonly sink?: AnswerSink | undefined;
}

/** What the runtime has done. */
export interface RuntimeEvents {
  /** It has started without a function, and asks for one. */
  waiting?(): void;
  /** It asks for an invocation: initialisation, or the invocation before, is over. */
  ready(): void;
  /** It could not be initialised; the body is an error object. */
  initFailed(body: Buffer): void;
  /** It has answered the invocation that it has. */
  answered(answer: Answer): void;
}

/** Takes the reply to one request of the runtime's. */
export interface Reply {
  /** Nobody waits for the reply any more. */
  readonly isGone: boolean;
  invocation(invocation: RuntimeInvocation): void;
  assignment(variables: string): void;
  accepted(): void;
  refused(status: number, errorType: string, errorMessage: string): void;
}

export type AnswerKind = 'response' | 'error';

type State =
  | 'Started'
  | 'InitError'
  | 'Ready'
  | 'Running'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'ResponseSent';

export class RuntimeState {
  #events: RuntimeEvents;
  #unassigned: Reply | undefined;
  #state: State = 'Started';
  #parked: Reply | undefined;
  #requestId: string | undefined;
  #sink: AnswerSink | undefined;

  constructor(events: RuntimeEvents) {
    this.#events = events;
  }

  /** Others hear of the runtime from now on. */
  attach(events: RuntimeEvents): void {
    this.#events = events;
  }

  /** The runtime has started without a function and asks for one. */
  assignment(reply: Reply): void {
    if (this.#state !== 'Started') return this.#refuse(reply, 'Ready');
    this.#unassigned = reply;
    this.#events.waiting?.();
  }

  /** Gives the runtime its function, as environment variables. `waiting` was called last. */
  assign(variables: Readonly<Record<string, string>>): void {
    const reply = this.#unassigned;
    this.#unassigned = undefined;
    reply?.assignment(JSON.stringify(variables));
  }

  /** Hands an invocation to the runtime, which must be waiting: `ready` was called last. */
  give(invocation: RuntimeInvocation): void {
    const reply = this.#parked;
    this.#parked = undefined;
    this.#state = 'Running';
    this.#requestId = invocation.requestId;
    this.#sink = invocation.sink;
    // When the runtime has gone away meanwhile, its process's exit tells so.
    reply?.invocation(invocation);
  }

  /** Of the invocation that the runtime has. */
  get sink(): AnswerSink | undefined {
    return this.#sink;
  }

  next(reply: Reply): void {
    const isAbandoned = this.#state === 'Ready' && this.#parked?.isGone === true;
    if (this.#state !== 'Started' && this.#state !== 'ResponseSent' && !isAbandoned) {
      return this.#refuse(reply, 'Ready');
    }
    this.#parked = reply;
    if (isAbandoned) return;
    this.#state = 'Ready';
    this.#events.ready();
  }

  /** Whether the error object may follow; where not, that is the reply. */
  beginInitError(reply: Reply): boolean {
    if (this.#state !== 'Started') {
      this.#refuse(reply, 'InitError');
      return false;
    }
    this.#state = 'InitError';
    return true;
  }

  endInitError(answer: Answer, reply: Reply): void {
    if (answer.type === 'error') this.#events.initFailed(answer.payload);
    reply.accepted();
  }

  /** Whether the answer may follow; where not, that is the reply. */
  beginAnswer(requestId: string, kind: AnswerKind, reply: Reply): boolean {
    if (requestId !== this.#requestId) {
      reply.refused(400, 'InvalidRequestID', 'Invalid request ID');
      return false;
    }
    const state = kind === 'error' ? 'InvocationErrorResponse' : 'InvocationResponse';
    if (this.#state !== 'Running') {
      this.#refuse(reply, state);
      return false;
    }
    this.#state = state;
    return true;
  }

  endAnswer(answer: Answer, reply: Reply): void {
    this.#state = 'ResponseSent';
    this.#requestId = undefined;
    this.#sink = undefined;
    if (answer.type === 'too-large') {
      const message = `Exceeded maximum allowed payload size (${PAYLOAD_BYTES_MAX} bytes).`;
      reply.refused(413, 'RequestEntityTooLarge', message);
    } else {
      reply.accepted();
    }
    this.#events.answered(answer);
  }

  #refuse(reply: Reply, to: State): void {
    const message = `State transition from ${this.#state} to ${to} failed for runtime. Error: State transition is not allowed`;
    reply.refused(403, 'InvalidStateTransition', message);
  }
}

/** Headers of the reply to `next`. */
export function nextHeaders(invocation: RuntimeInvocation): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'Content-Length': String(invocation.payload.length),
    'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
    'Lambda-Runtime-Deadline-Ms': String(invocation.deadlineMs),
    'Lambda-Runtime-Invoked-Function-Arn': invocation.invokedFunctionArn,
    'Lambda-Runtime-Trace-Id': invocation.traceId,
  };
  const { clientContext, tenantId } = invocation;
  if (clientContext !== undefined) headers['Lambda-Runtime-Client-Context'] = clientContext;
  if (tenantId !== undefined) headers['Lambda-Runtime-Aws-Tenant-Id'] = tenantId;
  return headers;
}

export const ACCEPTED_BODY = '{"status":"OK"}\n';

export function refusalBody(errorType: string, errorMessage: string): string {
  return JSON.stringify({ errorMessage, errorType });
}
