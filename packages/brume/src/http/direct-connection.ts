/**
 * The short way for the commonest of requests: a whole one in one piece on a connection that is kept
 * alive, as every SDK sends to the services that speak JSON, and most clients to APIs. Node's HTTP server
 * costs more than all the rest of such a request, for a generality that it does not use.
 *
 * Safe because it is narrow: what is not exactly of that form — another version or a rare method, an
 * unusual target, a request in pieces or followed by another, a header that is repeated, folded or
 * unusual — goes, with all its bytes and for the rest of the connection, to `node:http`, the only judge
 * of ambiguous framing.
 */
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { HttpBody, HttpHandler, HttpHeaders, HttpRequest, HttpResponse } from './message.ts';
import { BodyTooLargeError } from './message.ts';
import { clientCertificateOf, serverNameOfSocket } from './tls/tls-front.ts';

/** HEAD is not among the methods: its answers are framed in a way of their own. */
const REQUEST_LINE =
  /^(GET|POST|PUT|PATCH|DELETE|OPTIONS) (\/[\w\-.~!$&'()*+,;=:@/?%]*) HTTP\/1\.1$/;
const HEAD_END = '\r\n\r\n';
/** RFC 9110 §5.5: a token, and a value of visible characters, spaces and tabs, without folding. */
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const CONTENT_LENGTH = /^\d{1,8}$/;
const HEAD_BYTES_MAX = 16 * 1024;
/** Answers that end with their head (RFC 9110 §6.4.1). */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);
/** Fields that change how a message is framed, or what happens to its connection. */
const FRAMING = new Set(['connection', 'expect', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

export interface DirectOptions {
  readonly handler: HttpHandler;
  /**
   * Takes a connection over, paused, with `bytes` that were read of it already pushed back; `isNew`
   * when they are its first.
   */
  readonly handOver: (socket: Socket, bytes: Buffer, isNew: boolean) => void;
  readonly idleTimeoutMs: number;
}

export class DirectConnection {
  readonly #socket: Socket;
  readonly #options: DirectOptions;
  /** Bytes that came while a request was being answered. */
  #pending: Buffer | undefined;
  #busy = false;
  #closing = false;
  #isNew = true;

  constructor(socket: Socket, options: DirectOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setTimeout(options.idleTimeoutMs);
    socket.on('timeout', this.#onTimeout);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
  }

  /** Ends the connection, after the request that is being answered. */
  close(): void {
    this.#closing = true;
    if (!this.#busy) this.#socket.end();
  }

  readonly #onTimeout = () => void (this.#busy || this.#socket.destroy());

  /** The client sends no more; what it has sent is still answered. */
  readonly #onEnd = () => this.close();

  // The 'close' that follows says all that anybody has to know.
  readonly #onError = () => {};

  readonly #onData = (chunk: Buffer) => {
    if (this.#busy) {
      this.#pending = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
      // Nobody sends so far ahead: the rest waits in the system's buffers.
      if (this.#pending.length > HEAD_BYTES_MAX) this.#socket.pause();
      return;
    }
    const request = readRequest(chunk, this.#socket);
    if (request) void this.#answer(request);
    else this.#handOver(chunk, this.#isNew);
    this.#isNew = false;
  };

  #handOver(bytes: Buffer, isNew: boolean): void {
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('timeout', this.#onTimeout);
    socket.off('error', this.#onError);
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(bytes);
    this.#options.handOver(socket, bytes, isNew);
  }

  async #answer(request: HttpRequest): Promise<void> {
    this.#busy = true;
    try {
      await this.#send(await this.#options.handler(request));
    } catch {
      // A body that failed on its way: the only honest signal is a broken connection.
      this.#socket.destroy();
      return;
    }
    this.#busy = false;
    const pending = this.#pending;
    this.#pending = undefined;
    if (!pending) {
      if (this.#closing) this.#socket.end();
      return;
    }
    this.#socket.resume();
    this.#onData(pending);
  }

  async #send({ status, headers, body }: HttpResponse): Promise<void> {
    const socket = this.#socket;
    if (BODILESS.has(status)) {
      socket.write(this.#head(status, headers, undefined, false), 'latin1');
    } else if (typeof body === 'string') {
      socket.write(this.#head(status, headers, Buffer.byteLength(body)) + body);
    } else if (body instanceof Uint8Array) {
      socket.cork();
      socket.write(this.#head(status, headers, body.length), 'latin1');
      socket.write(body);
      socket.uncork();
    } else {
      await this.#sendStream(this.#head(status, headers, undefined), body);
    }
  }

  async #sendStream(head: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    const socket = this.#socket;
    socket.write(head, 'latin1');
    for await (const chunk of body) {
      if (socket.destroyed) return;
      if (chunk.length === 0) continue;
      socket.cork();
      socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
      socket.write(chunk);
      const flowing = socket.write('\r\n', 'latin1');
      socket.uncork();
      if (!flowing) await drained(socket);
    }
    socket.write('0\r\n\r\n', 'latin1');
  }

  /** `lengthBytes` is undefined for a body that is sent in chunks. */
  #head(
    status: number,
    headers: HttpResponse['headers'],
    lengthBytes: number | undefined,
    hasBody = true,
  ): string {
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    let hasLength = lengthBytes === undefined;
    for (const name in headers) {
      const value = headers[name]!;
      if (name.toLowerCase() === 'content-length') hasLength = true;
      for (const one of typeof value === 'string' ? [value] : value) {
        if (!FIELD_VALUE.test(one)) throw new TypeError(`not a header value: ${name}`);
        head += `${name}: ${one}\r\n`;
      }
    }
    if (lengthBytes === undefined && hasBody) head += 'Transfer-Encoding: chunked\r\n';
    else if (!hasLength) head += `Content-Length: ${lengthBytes}\r\n`;
    head += `Date: ${currentDate()}\r\nConnection: ${this.#closing ? 'close' : 'keep-alive'}\r\n\r\n`;
    return head;
  }
}

/** The request that a chunk is from its first byte to its last; undefined for anything else. */
function readRequest(chunk: Buffer, socket: Socket): HttpRequest | undefined {
  const headEnd = chunk.subarray(0, HEAD_BYTES_MAX).indexOf(HEAD_END, 0, 'latin1');
  if (headEnd < 0) return undefined;
  const [first = '', ...fields] = chunk.toString('latin1', 0, headEnd).split('\r\n');
  const [line, method = '', target = ''] = REQUEST_LINE.exec(first) ?? [];
  const headers = line === undefined ? undefined : DirectHeaders.read(fields);
  if (!headers) return undefined;
  // Without a length there is no body: what follows is another request.
  const length = headers.get('content-length') ?? '0';
  if (!CONTENT_LENGTH.test(length)) return undefined;
  const bodyStart = headEnd + HEAD_END.length;
  if (chunk.length !== bodyStart + Number(length)) return undefined;
  return new DirectRequest(method, target, headers, chunk.subarray(bodyStart), socket);
}

class DirectHeaders implements HttpHeaders {
  readonly raw: readonly string[];
  readonly #byName: ReadonlyMap<string, string>;

  private constructor(raw: readonly string[], byName: ReadonlyMap<string, string>) {
    this.raw = raw;
    this.#byName = byName;
  }

  /** Undefined where a field is not well formed, comes twice or has to do with framing. */
  static read(fields: readonly string[]): DirectHeaders | undefined {
    const raw: string[] = [];
    const byName = new Map<string, string>();
    for (const line of fields) {
      const field = FIELD.exec(line);
      if (!field) return undefined;
      const [, rawName = '', rest = ''] = field;
      const name = rawName.toLowerCase();
      const value = rest.trimEnd();
      const framing = FRAMING.has(name) && !(name === 'connection' && /^keep-alive$/i.test(value));
      if (framing || byName.has(name)) return undefined;
      byName.set(name, value);
      raw.push(rawName, value);
    }
    const host = byName.get('host');
    return host === undefined || host.includes(',') ? undefined : new DirectHeaders(raw, byName);
  }

  get(name: string): string | undefined {
    return this.#byName.get(name);
  }
}

class DirectRequest implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HttpHeaders;
  readonly body: HttpBody;
  readonly #socket: Socket;
  #abort: AbortController | undefined;

  constructor(method: string, target: string, headers: HttpHeaders, body: Buffer, socket: Socket) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = new DirectBody(body);
    this.#socket = socket;
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress ?? '';
  }

  get encrypted(): boolean {
    return 'encrypted' in this.#socket;
  }

  get clientCertificate(): Uint8Array | undefined {
    return clientCertificateOf(this.#socket);
  }

  get serverName(): string | undefined {
    return serverNameOfSocket(this.#socket);
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      this.#socket.once('close', () => abort.abort());
    }
    return this.#abort.signal;
  }
}

class DirectBody implements HttpBody {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  async bytes(bytesMax: number): Promise<Buffer> {
    if (this.#bytes.length > bytesMax) throw new BodyTooLargeError();
    return this.#bytes;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    yield this.#bytes;
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => () => {
      socket.off('drain', onDrain);
      socket.off('close', onClose);
      end();
    };
    const onDrain = settle(resolve);
    const onClose = settle(() => reject(new Error('the client went away')));
    socket.on('drain', onDrain);
    socket.on('close', onClose);
  });
}

let dateText = '';
let dateSecond = 0;

/** RFC 9110's date, made once a second. */
function currentDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}
