/**
 * WebSockets (RFC 6455) on connections of the listener: the handshake, once the handler has agreed to it,
 * and messages. Frames are the `ws` library's; what it has no word for, the size of one frame, is watched
 * beside it.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { FrameWatch } from './frame-watch.ts';

/** What a handler answers with that agrees to an upgrade; see `HttpResponse`. */
export interface WebSocketUpgrade {
  /** A message beyond this closes the connection with 1009. */
  readonly messageBytesMax: number;
  /** A frame beyond this too. */
  readonly frameBytesMax: number;
  /** Pieces of one message: each costs far more than its bytes. */
  readonly fragmentsMax: number;
  /** The connection is open. Called at most once, or `abandoned` is. */
  opened(connection: WebSocketConnection): WebSocketListener;
  /** The client went away before it could be told. */
  abandoned(): void;
}

export interface WebSocketConnection {
  /** Bytes given to `send` that the client has not taken yet. */
  readonly unsentBytes: number;
  /** Resolves once the system has taken the message; rejects when the connection is closed. */
  send(message: string | Uint8Array): Promise<void>;
  /** Begins the closing handshake. */
  close(code: number, reason: string): void;
  /** Stops reading, so that the client has to wait, and goes on. */
  pause(): void;
  resume(): void;
}

export interface WebSocketListener {
  message(data: Buffer, isBinary: boolean): void;
  /** The client sent a ping or a pong. */
  active(): void;
  /** Called once; codes are RFC 6455's, 1005 for none and 1006 for a connection that broke. */
  closed(code: number, reason: string): void;
}

const GOING_AWAY = 1001;
const TOO_BIG = 1009;
const VERSION = '13';
/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** Loaded by the first upgrade: it would take a good part of a start. */
const library = () => import('ws');

export class WebSockets {
  readonly #open = new Set<WebSocket>();

  /** Completes the handshake that `upgrade` agrees to, with a protocol of those the client offered. */
  async accept(
    message: IncomingMessage,
    socket: Duplex,
    upgrade: WebSocketUpgrade,
    protocol: string | undefined,
  ): Promise<void> {
    const { WebSocketServer } = await library();
    const watch = new FrameWatch(upgrade.frameBytesMax);
    let accepted: WebSocket | undefined;
    socket.on('data', (chunk: Buffer) => {
      if (!watch.allows(chunk)) accepted?.close(TOO_BIG);
    });
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // An idle connection would cost several times as much.
      perMessageDeflate: false,
      maxPayload: upgrade.messageBytesMax,
      maxFragments: upgrade.fragmentsMax,
      handleProtocols: (offered) =>
        protocol !== undefined && offered.has(protocol) ? protocol : false,
    });
    server.handleUpgrade(message, socket, NO_HEAD, (webSocket) => {
      accepted = webSocket;
      this.#open.add(webSocket);
      follow(webSocket, upgrade.opened(new Connection(webSocket)), () => {
        this.#open.delete(webSocket);
      });
    });
    if (!accepted) upgrade.abandoned();
  }

  /** Tells all clients to go elsewhere. */
  close(): void {
    for (const webSocket of this.#open) webSocket.close(GOING_AWAY, 'Going away');
  }
}

const NO_HEAD = Buffer.alloc(0);

/** Why a request cannot become a WebSocket, whatever the handler would say; undefined when it can. */
export function refusalOf(message: IncomingMessage, head: Buffer): string | undefined {
  const { method, headers, httpVersion } = message;
  if (headers['sec-websocket-version'] !== VERSION) {
    return `426 Upgrade Required\r\nSec-WebSocket-Version: ${VERSION}`;
  }
  // A body, or bytes after the request, would be requests to some and frames to others.
  const hasBody =
    headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  const isWellFormed = method === 'GET' && httpVersion === '1.1' && !hasBody && head.length === 0;
  return isWellFormed && KEY.test(headers['sec-websocket-key'] ?? '')
    ? undefined
    : '400 Bad Request';
}

function follow(webSocket: WebSocket, listener: WebSocketListener, onClosed: () => void): void {
  webSocket.on('message', (data, isBinary) => {
    // What was under way when the connection was told to close is nobody's business any more.
    if (webSocket.readyState === webSocket.OPEN) listener.message(data as Buffer, isBinary);
  });
  webSocket.on('ping', () => listener.active());
  webSocket.on('pong', () => listener.active());
  // The library has closed the connection with the code of the violation; 'close' follows.
  webSocket.on('error', () => {});
  webSocket.on('close', (code, reason) => {
    onClosed();
    listener.closed(code, reason.toString());
  });
}

class Connection implements WebSocketConnection {
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
  }

  get unsentBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(message: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#webSocket.send(message, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }
}
