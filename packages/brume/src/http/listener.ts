/**
 * Brume's one socket: HTTP/1.1 bytes in and out through `node:http`, whose parser refuses ambiguous
 * framing (both Content-Length and Transfer-Encoding, bare line feeds, folded headers), with TLS or
 * without, and WebSockets. Knows nothing of AWS.
 */
import { createServer, ServerResponse } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { DirectConnection } from './direct-connection.ts';
import { BodyTooLargeError, TruncatedBodyError } from './message.ts';
import type { HttpBody, HttpHandler, HttpHeaders, HttpRequest, HttpResponse } from './message.ts';
import {
  clientCertificateOf,
  HANDSHAKE_RECORD,
  serverNameOfSocket,
  TlsFront,
} from './tls/tls-front.ts';
import type { Certificates, HandshakeTerms } from './tls/tls-front.ts';
import { refusalOf, WebSockets } from './websocket.ts';

/** API Gateway takes 10,240 bytes of headers, S3 8 KB; SigV4 session tokens alone can pass 2 KB. */
const HEADER_BYTES_MAX = 32 * 1024;
const HEADERS_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const CONNECTIONS_MAX = 50_000;
const IDLE_SWEEP_MS = 20;
/** WebSockets may be silent for as long as they like: that their peer is there is the system's to know. */
const SOCKETS = {
  noDelay: true,
  allowHalfOpen: true,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
} as const;

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops accepting, lets running requests end for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Asked for by the first TLS handshake; without it there is no TLS. */
  readonly certificates?: (() => Promise<Certificates>) | undefined;
  /** What handshakes take, by the name that a client asks for; where absent, of all the same. */
  readonly termsFor?: ((serverName: string) => HandshakeTerms) | undefined;
}

const TERMS: HandshakeTerms = { asksClients: false, minVersion: 'TLSv1.2' };

/** Rejects with Node's error (`EADDRINUSE`, `EACCES` …) when the address cannot be had. */
export async function listen(handler: HttpHandler, options: ListenOptions): Promise<Listener> {
  const webSockets = new WebSockets();
  const server = createHttpServer(handler, webSockets);
  const direct = new Set<DirectConnection>();
  const serve = (socket: Socket) => {
    const connection = new DirectConnection(socket, {
      handler,
      idleTimeoutMs: KEEP_ALIVE_TIMEOUT_MS,
      handOver(handed, bytes, isNew) {
        direct.delete(connection);
        if (isNew && bytes[0] === HANDSHAKE_RECORD && tls && !('encrypted' in handed)) {
          void tls.take(handed);
        } else {
          server.emit('connection', handed);
          handed.resume();
        }
      },
    });
    direct.add(connection);
    socket.once('close', () => direct.delete(connection));
  };
  const { certificates, termsFor = () => TERMS } = options;
  const tls = certificates && new TlsFront({ certificates, termsFor, onSecure: serve });
  const accepted = new Set<Socket>();
  const front = createTcpServer(SOCKETS, (socket) => {
    accepted.add(socket);
    socket.once('close', () => accepted.delete(socket));
    serve(socket);
  });
  front.maxConnections = CONNECTIONS_MAX;
  front.listen(options.port, options.host);
  await once(front, 'listening');
  const bound = front.address() as AddressInfo;
  return {
    host: bound.address,
    port: bound.port,
    close(graceMs) {
      for (const connection of direct) connection.close();
      webSockets.close();
      return close(front, server, accepted, graceMs);
    },
  };
}

function createHttpServer(handler: HttpHandler, webSockets: WebSockets): Server {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // A stream of any length is legal; the handlers bound what they read.
    requestTimeout: 0,
    // Checked here, with what else Host may be wrong in.
    requireHostHeader: false,
    joinDuplicateHeaders: true,
    noDelay: true,
    // Whoever asks for anything else (Java's client does, for HTTP/2) is answered in HTTP/1.1.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.on('request', (message, response) => {
    if (isAmbiguous(message)) refuse(message.socket, '400 Bad Request');
    else void answer(handler, message, response);
  });
  server.on('upgrade', (message, socket, head) => {
    // The 'close' that follows says all that anybody has to know.
    socket.on('error', () => {});
    const refusal = isAmbiguous(message) ? '400 Bad Request' : refusalOf(message, head);
    if (refusal === undefined) void answerUpgrade(handler, webSockets, message, socket);
    else refuse(socket, refusal);
  });
  server.on('clientError', refuseMalformed);
  // It listens on nothing itself, but keeps its watch over slow and idle connections from then on.
  server.emit('listening');
  return server;
}

/** The connection becomes a WebSocket, or ends with an answer in HTTP. */
async function answerUpgrade(
  handler: HttpHandler,
  webSockets: WebSockets,
  message: IncomingMessage,
  socket: Duplex,
): Promise<void> {
  try {
    const response = await handler(new NodeRequest(message));
    const { webSocket, headers } = response;
    if (webSocket) {
      const protocol = headers['sec-websocket-protocol'];
      await webSockets.accept(message, socket, webSocket, protocol?.toString());
      return;
    }
    const refusal = new ServerResponse(message);
    refusal.shouldKeepAlive = false;
    refusal.assignSocket(socket as Socket);
    refusal.once('finish', () => socket.end());
    await send(message, refusal, response);
  } catch {
    // As with requests: a client that went away, or a body that failed on its way.
    socket.destroy();
  }
}

async function answer(
  handler: HttpHandler,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await send(message, response, await handler(new NodeRequest(message)));
  } catch {
    // The handler answers every error itself; what is left is a client that went away, or a body
    // stream that failed after the headers: the only honest signal then is a broken connection.
    response.destroy();
  }
}

async function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
): Promise<void> {
  const empty = message.method === 'HEAD' || status === 204 || status === 304;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    if (status !== 204 && !('content-length' in headers)) {
      headers['content-length'] = String(
        typeof body === 'string' ? Buffer.byteLength(body) : body.length,
      );
    }
    response.writeHead(status, headers as Record<string, string>);
    response.end(empty ? undefined : body);
  } else {
    response.writeHead(status, headers as Record<string, string>);
    if (empty) response.end();
    else await pipeline(Readable.from(body, { objectMode: false }), response);
  }
  // Answered before the whole request was read: the rest is discarded, or the connection closed
  // where there is too much of it, or the next request on it would begin in the middle.
  if (!message.complete) discardRest(message);
}

const DISCARDED_BYTES_MAX = 1024 * 1024;

function discardRest(message: IncomingMessage): void {
  let discarded = 0;
  message.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > DISCARDED_BYTES_MAX) message.socket.destroy();
  });
}

/** No Host, or several (which are joined by a comma, as no host name has one): several readings. */
function isAmbiguous({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host?.includes(',') ?? httpVersion !== '1.0';
}

function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  // After a refusal the rest of what was sent is of no interest, and rarely well formed.
  if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
  else refuse(socket, tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request');
}

/** `status` may have a header after it. */
function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function close(
  front: TcpServer,
  server: Server,
  accepted: ReadonlySet<Socket>,
  graceMs: number,
): Promise<void> {
  const closed = once(front, 'close');
  front.close();
  server.close();
  // A connection that is kept alive falls idle only once its running request has ended.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const cut = setTimeout(() => {
    for (const socket of accepted) socket.destroy();
  }, graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

/** Made for every request, so: no closures, and nothing computed that might not be asked for. */
class NodeRequest implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HttpHeaders;
  readonly body: HttpBody;
  readonly #message: IncomingMessage;
  #abort: AbortController | undefined;

  constructor(message: IncomingMessage) {
    this.#message = message;
    this.method = message.method ?? 'GET';
    this.target = message.url ?? '/';
    this.headers = new NodeHeaders(message);
    this.body = new NodeBody(message);
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  get encrypted(): boolean {
    return 'encrypted' in this.#message.socket;
  }

  get clientCertificate(): Uint8Array | undefined {
    return clientCertificateOf(this.#message.socket);
  }

  get serverName(): string | undefined {
    return serverNameOfSocket(this.#message.socket);
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      this.#message.socket.once('close', () => abort.abort());
    }
    return this.#abort.signal;
  }
}

class NodeHeaders implements HttpHeaders {
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  get(name: string): string | undefined {
    // Only `set-cookie` comes as a list, which requests have no business to send.
    return this.#message.headers[name] as string | undefined;
  }

  get raw(): readonly string[] {
    return this.#message.rawHeaders;
  }
}

class NodeBody implements HttpBody {
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  bytes(bytesMax: number): Promise<Buffer> {
    return readWhole(this.#message, bytesMax);
  }

  stream(): AsyncIterable<Uint8Array> {
    return readStream(this.#message);
  }
}

const NOTHING = Buffer.alloc(0);

function readWhole(message: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const announced = message.headers['content-length'];
  if (announced === undefined && message.headers['transfer-encoding'] === undefined) {
    return Promise.resolve(NOTHING);
  }
  if (Number(announced) > bytesMax) return Promise.reject(new BodyTooLargeError());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bytesMax) chunks.push(chunk);
      else reject(new BodyTooLargeError());
    });
    message.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    message.on('error', () => reject(new TruncatedBodyError()));
  });
}

async function* readStream(message: IncomingMessage): AsyncIterable<Uint8Array> {
  try {
    yield* message as AsyncIterable<Buffer>;
  } catch (error) {
    throw message.complete ? error : new TruncatedBodyError();
  }
}
