/**
 * The Runtime API (2018-06-01) of one execution environment: what a runtime asks for invocations and
 * gives answers to. Own port on the loopback interface, because custom runtimes know nothing but
 * `host:port`; Brume's own bootstraps also show a token, so that no other process can take their place.
 *
 * Bodies, codes and states are those of AWS's open Runtime Interface Emulator (2026-01).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import { readAnswer, type Answer } from './answer.ts';

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
}

/** What the runtime has done. */
export interface RuntimeEvents {
  /** It asks for an invocation: initialisation, or the invocation before, is over. */
  ready(): void;
  /** It could not be initialised; the body is an error object. */
  initFailed(body: Buffer): void;
  /** It has answered the invocation that it has. */
  answered(answer: Answer): void;
}

type State =
  | 'Started'
  | 'InitError'
  | 'Ready'
  | 'Running'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'ResponseSent';

export const TOKEN_HEADER = 'brume-environment-token';
/** A runtime waits for its next invocation as long as it takes, and so it may answer. */
const PATIENT = {
  requestTimeout: 0,
  headersTimeout: 0,
  keepAliveTimeout: 0,
  // There are no timeouts to check.
  connectionsCheckingInterval: 2 ** 31 - 1,
};
const ROOT = '/2018-06-01/';
const INVOCATION = /^runtime\/invocation\/([^/]+)\/(response|error)$/;

export class RuntimeApi {
  readonly #events: RuntimeEvents;
  readonly #token: string | undefined;
  readonly #server: Server;
  #state: State = 'Started';
  #parked: ServerResponse | undefined;
  #requestId: string | undefined;

  /** Without a token anybody on this machine who finds the port may speak for the runtime. */
  constructor(events: RuntimeEvents, token: string | undefined) {
    this.#events = events;
    this.#token = token;
    this.#server = createServer(PATIENT, (request, response) => {
      response.sendDate = false;
      // The runtime broke off: its connection is of no more use.
      this.#handle(request, response).catch(() => request.destroy());
    });
  }

  /** Starts to listen. Returns `host:port`, the value of AWS_LAMBDA_RUNTIME_API. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Hands an invocation to the runtime, which must be waiting: `ready` was called last. */
  give(invocation: RuntimeInvocation): void {
    const response = this.#parked;
    this.#parked = undefined;
    this.#state = 'Running';
    this.#requestId = invocation.requestId;
    // When the runtime has gone away meanwhile, its process's exit tells so.
    response?.writeHead(200, nextHeaders(invocation)).end(invocation.payload);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#token !== undefined && request.headers[TOKEN_HEADER] !== this.#token) {
      return refuse(response, 403, 'Forbidden', 'Not the runtime of this environment');
    }
    const path = request.url?.startsWith(ROOT) ? request.url.slice(ROOT.length) : undefined;
    const route = `${request.method} ${path}`;
    if (route === 'GET ping') return void response.end('pong');
    if (route === 'GET runtime/invocation/next') return this.#next(response);
    if (route === 'POST runtime/init/error') return this.#initError(request, response);
    const [, requestId, kind] = INVOCATION.exec(path ?? '') ?? [];
    if (request.method === 'POST' && requestId !== undefined) {
      return this.#answer(request, response, requestId, kind === 'error' ? 'error' : 'response');
    }
    return refuse(response, 404, 'NotFound', `${route} is not part of the Runtime API`);
  }

  #next(response: ServerResponse): void {
    const abandoned = this.#state === 'Ready' && this.#parked?.destroyed === true;
    if (this.#state !== 'Started' && this.#state !== 'ResponseSent' && !abandoned) {
      return this.#refuseTransition(response, 'Ready');
    }
    this.#parked = response;
    if (abandoned) return;
    this.#state = 'Ready';
    this.#events.ready();
  }

  async #initError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#state !== 'Started') return this.#refuseTransition(response, 'InitError');
    this.#state = 'InitError';
    const answer = await readAnswer(request, 'error', PAYLOAD_BYTES_MAX);
    if (answer.type === 'error') this.#events.initFailed(answer.payload);
    accept(response);
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    kind: 'response' | 'error',
  ): Promise<void> {
    if (requestId !== this.#requestId) {
      return refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
    }
    if (this.#state !== 'Running') return this.#refuseTransition(response, stateOf(kind));
    this.#state = stateOf(kind);
    const answer = await readAnswer(request, kind, PAYLOAD_BYTES_MAX);
    this.#state = 'ResponseSent';
    this.#requestId = undefined;
    if (answer.type === 'too-large') {
      const message = `Exceeded maximum allowed payload size (${PAYLOAD_BYTES_MAX} bytes).`;
      refuse(response, 413, 'RequestEntityTooLarge', message);
    } else {
      accept(response);
    }
    this.#events.answered(answer);
  }

  #refuseTransition(response: ServerResponse, to: State): void {
    const message = `State transition from ${this.#state} to ${to} failed for runtime. Error: State transition is not allowed`;
    refuse(response, 403, 'InvalidStateTransition', message);
  }
}

function stateOf(kind: 'response' | 'error'): State {
  return kind === 'error' ? 'InvocationErrorResponse' : 'InvocationResponse';
}

function nextHeaders(invocation: RuntimeInvocation): Record<string, string | number> {
  const headers: Record<string, string | number> = {
    'Content-Type': 'application/json',
    'Content-Length': invocation.payload.length,
    'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
    'Lambda-Runtime-Deadline-Ms': invocation.deadlineMs,
    'Lambda-Runtime-Invoked-Function-Arn': invocation.invokedFunctionArn,
    'Lambda-Runtime-Trace-Id': invocation.traceId,
  };
  const { clientContext } = invocation;
  if (clientContext !== undefined) headers['Lambda-Runtime-Client-Context'] = clientContext;
  return headers;
}

function accept(response: ServerResponse): void {
  send(response, 202, '{"status":"OK"}\n');
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string) {
  send(response, status, JSON.stringify({ errorMessage, errorType }));
}

function send(response: ServerResponse, status: number, body: string): void {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
