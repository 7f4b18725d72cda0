/**
 * The connection that one of Brume's own bootstraps keeps: HTTP/1.1 as they write it, each request in
 * one piece with its length, read and answered by hand. A bootstrap sends its answer and asks for the
 * next invocation in one write, and gets the reply to both in one write.
 */
import type { Socket } from 'node:net';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import type { Answer } from './answer.ts';
import {
  ACCEPTED_BODY,
  nextHeaders,
  refusalBody,
  type AnswerKind,
  type Reply,
  type RuntimeInvocation,
  type RuntimeState,
} from './runtime-state.ts';

const HEAD_END = '\r\n\r\n';
/** A bootstrap's own requests have some 300 bytes before the body. */
const HEAD_BYTES_MAX = 16 * 1024;
const REQUEST_LINE = /^(?:GET|POST) \/2018-06-01\/runtime\/(\S+) HTTP\/1\.1\r\n/;
const INVOCATION = /^invocation\/([^/]+)\/(response|error)$/;
/** No part of AWS's API: what a bootstrap asks that has started before it has a function. */
const ASSIGNMENT = 'brume/assignment';
const CONTENT_LENGTH = /\r\nContent-Length: (\d{1,15})\r\n/;
const ACCEPTED = response('202 Accepted', ACCEPTED_BODY);

interface Body {
  readonly chunks: Buffer[];
  readonly sizeBytes: number;
  missingBytes: number;
  /** Undefined for one that is not wanted. */
  readonly complete: ((bytes: Buffer, isTooLarge: boolean) => void) | undefined;
}

/** Whether a connection that begins so is one of these: all others are for any HTTP server. */
export function isBootstrapConnection(firstBytes: Buffer, token: string): boolean {
  const end = firstBytes.indexOf(HEAD_END);
  if (end === -1) return false;
  const head = firstBytes.toString('latin1', 0, end + 2);
  return (
    REQUEST_LINE.test(head) &&
    CONTENT_LENGTH.test(head) &&
    head.includes(`\r\nBrume-Environment-Token: ${token}\r\n`)
  );
}

export class BootstrapConnection implements Reply {
  readonly #socket: Socket;
  readonly #state: RuntimeState;
  #received: Buffer = Buffer.alloc(0);
  #body: Body | undefined;
  /** Replies that are written with those that follow. */
  #held = '';
  #isParked = false;

  constructor(socket: Socket, state: RuntimeState) {
    this.#socket = socket;
    this.#state = state;
  }

  receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let isMore = true;
    while (isMore) isMore = this.#body ? this.#readBody(this.#body) : this.#readHead();
    // With `next` waiting the bootstrap needs no reply before that.
    if (!this.#isParked) this.#flush();
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  invocation(invocation: RuntimeInvocation): void {
    let head = `${this.#held}HTTP/1.1 200 OK\r\n`;
    for (const [name, value] of Object.entries(nextHeaders(invocation))) {
      head += `${name}: ${value}\r\n`;
    }
    this.#held = '';
    this.#isParked = false;
    this.#socket.write(Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), invocation.payload]));
  }

  assignment(variables: string): void {
    this.#held += response('200 OK', variables);
    this.#isParked = false;
    this.#flush();
  }

  accepted(): void {
    this.#held += ACCEPTED;
  }

  refused(status: number, errorType: string, errorMessage: string): void {
    this.#isParked = false;
    this.#held += response(`${status} ${errorType}`, refusalBody(errorType, errorMessage));
  }

  #flush(): void {
    if (this.#held === '') return;
    this.#socket.write(this.#held);
    this.#held = '';
  }

  /** False when more must be received first. */
  #readHead(): boolean {
    const end = this.#received.indexOf(HEAD_END);
    if (end === -1) {
      if (this.#received.length > HEAD_BYTES_MAX) this.#socket.destroy();
      return false;
    }
    const head = this.#received.toString('latin1', 0, end + 2);
    this.#received = this.#received.subarray(end + HEAD_END.length);
    const sizeBytes = Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    const complete = this.#begin(REQUEST_LINE.exec(head)?.[1] ?? '');
    this.#body = { chunks: [], sizeBytes, missingBytes: sizeBytes, complete };
    return true;
  }

  /** Begins a request. Answers with what its body is for. */
  #begin(path: string): Body['complete'] {
    if (path === 'invocation/next') {
      this.#isParked = true;
      this.#state.next(this);
      return undefined;
    }
    if (path === ASSIGNMENT) {
      this.#isParked = true;
      this.#state.assignment(this);
      return undefined;
    }
    if (path === 'init/error') {
      if (!this.#state.beginInitError(this)) return undefined;
      return (bytes, isTooLarge) =>
        this.#state.endInitError(answerOf('error', bytes, isTooLarge), this);
    }
    const [, requestId, name] = INVOCATION.exec(path) ?? [];
    const kind = name === 'error' ? 'error' : 'response';
    if (requestId === undefined) this.refused(404, 'NotFound', 'Not part of the Runtime API');
    else if (this.#state.beginAnswer(requestId, kind, this)) {
      return (bytes, isTooLarge) => this.#state.endAnswer(answerOf(kind, bytes, isTooLarge), this);
    }
    return undefined;
  }

  /** An answer that is too large is read to its end, but not kept. */
  #readBody(body: Body): boolean {
    const bytes = this.#received.subarray(0, body.missingBytes);
    this.#received = this.#received.subarray(bytes.length);
    body.missingBytes -= bytes.length;
    const isTooLarge = body.sizeBytes > PAYLOAD_BYTES_MAX;
    if (body.complete && !isTooLarge) body.chunks.push(bytes);
    if (body.missingBytes > 0) return false;
    this.#body = undefined;
    const [first] = body.chunks;
    const whole = first && body.chunks.length === 1 ? first : Buffer.concat(body.chunks);
    body.complete?.(whole, isTooLarge);
    return this.#received.length > 0;
  }
}

function answerOf(kind: AnswerKind, payload: Buffer, isTooLarge: boolean): Answer {
  return isTooLarge ? { type: 'too-large' } : { type: kind, payload };
}

function response(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
