/** One client's connection: who it is, what waits for it, and the order in which its messages are handled. */
import type { WebSocketConnection } from '../../../http/websocket.ts';
import { QUEUED_LENGTH_MAX, QUEUED_MESSAGES_MAX, UNSENT_BYTES_MAX } from './limits.ts';

/** Scalars that the authorizer of `$connect` gave, for every event from then on. */
export type AuthorizerValues = Readonly<Record<string, string | number | boolean>>;

export interface ConnectionIdentity {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stageName: string;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly connectedAtMs: number;
  readonly authorizer: AuthorizerValues | undefined;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** What a client sent: text, or bytes. */
export type MessageBody = string | Buffer;

export interface ConnectionHandlers {
  /** Handles one message; the next waits until this resolves. Never rejects. */
  readonly message: (connection: Connection, body: MessageBody) => Promise<void>;
  /** The connection has ended and its messages are handled. */
  readonly ended: (connection: Connection, closing: Closing) => void;
}

/** A connection that takes no more until its client has read. */
export class ConnectionFullError extends Error {
  override readonly name = 'ConnectionFullError';
}

export class Connection {
  readonly identity: ConnectionIdentity;
  lastActiveMs: number;
  readonly #socket: WebSocketConnection;
  readonly #handlers: ConnectionHandlers;
  #waiting: MessageBody[] | undefined;
  #waitingLength = 0;
  #isPaused = false;
  /** Why we closed it, or how it ended. */
  #closing: Closing | undefined;
  #hasEnded = false;

  constructor(
    identity: ConnectionIdentity,
    socket: WebSocketConnection,
    handlers: ConnectionHandlers,
  ) {
    this.identity = identity;
    this.lastActiveMs = identity.connectedAtMs;
    this.#socket = socket;
    this.#handlers = handlers;
  }

  /** Takes a message in. Past the limits the client is not read from until there is room again. */
  receive(body: MessageBody): void {
    if (!this.#waiting) {
      this.#waiting = [];
      void this.#handle(body);
      return;
    }
    this.#waiting.push(body);
    this.#waitingLength += body.length;
    if (!this.#isPaused && this.#isCrowded()) {
      this.#isPaused = true;
      this.#socket.pause();
    }
  }

  /** Throws `ConnectionFullError` where too much waits for the client already. */
  post(message: string | Uint8Array): void {
    if (this.#socket.unsentBytes > UNSENT_BYTES_MAX) throw new ConnectionFullError();
    // Whoever sends is not told whether the client lives to read it, as on AWS.
    void this.#socket.send(message).catch(() => {});
  }

  /** Resolves once the client's side of the network has taken the message, or is gone. */
  async answer(message: string | Uint8Array): Promise<void> {
    await this.#socket.send(message).catch(() => {});
  }

  close(closing: Closing): void {
    this.#closing ??= closing;
    this.#socket.close(closing.code, closing.reason);
  }

  /** The socket is closed: called once. */
  closed(closing: Closing): void {
    this.#closing ??= closing;
    this.#hasEnded = true;
    if (!this.#waiting) this.#end();
  }

  #isCrowded(): boolean {
    return (
      (this.#waiting?.length ?? 0) >= QUEUED_MESSAGES_MAX || this.#waitingLength > QUEUED_LENGTH_MAX
    );
  }

  async #handle(first: MessageBody): Promise<void> {
    for (let body: MessageBody | undefined = first; body !== undefined; body = this.#next()) {
      await this.#handlers.message(this, body);
    }
    // Nearly all connections have nothing waiting nearly all of the time.
    this.#waiting = undefined;
    if (this.#hasEnded) this.#end();
  }

  #next(): MessageBody | undefined {
    const body = this.#waiting?.shift();
    this.#waitingLength -= body?.length ?? 0;
    if (this.#isPaused && !this.#isCrowded()) {
      this.#isPaused = false;
      this.#socket.resume();
    }
    return body;
  }

  #end(): void {
    this.#handlers.ended(this, this.#closing ?? { code: 1006, reason: '' });
  }
}
