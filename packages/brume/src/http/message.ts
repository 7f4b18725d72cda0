/** HTTP requests and responses as the rest of Brume sees them, free of sockets and of AWS. */
import type { WebSocketUpgrade } from './websocket.ts';

export interface HttpRequest {
  readonly method: string;
  /** Request target as sent: undecoded path, with `?query` where there is one. */
  readonly target: string;
  readonly headers: HttpHeaders;
  readonly body: HttpBody;
  readonly remoteAddress: string;
  /** True when the request came over TLS. */
  readonly encrypted: boolean;
  /**
   * The client's own certificate, DER, where it was asked for one and has it. It holds the key; who vouches
   * for it has not been looked at.
   */
  readonly clientCertificate?: Uint8Array | undefined;
  /** The name that the client asked for in its TLS handshake (SNI), where it did. */
  readonly serverName?: string | undefined;
  /** Aborted when the client is gone. */
  readonly signal?: AbortSignal | undefined;
}

/** Header fields of a request: names in lower case, each value as sent, in order. */
export interface HttpHeaders {
  /** The field's value, several joined by `, ` (cookies by `; `), or undefined. */
  get(name: string): string | undefined;
  /** Name and value alternating, in the order and casing of the wire. */
  readonly raw: readonly string[];
}

/** A request's body: read once, either whole or as a stream. */
export interface HttpBody {
  /** The whole body. Rejects with `BodyTooLargeError` as soon as more than `bytesMax` have come. */
  bytes(bytesMax: number): Promise<Buffer>;
  stream(): AsyncIterable<Uint8Array>;
}

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** The client ended, or broke, its request before the announced length. */
export class TruncatedBodyError extends Error {
  override readonly name = 'TruncatedBodyError';
}

export interface HttpResponse {
  readonly status: number;
  /** Values by name; an array is sent as one field each (`set-cookie`). */
  readonly headers: Record<string, string | readonly string[]>;
  /** A string is sent as UTF-8; a stream chunked, as fast as the client reads. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
  /**
   * Turns the connection of an upgrade request into a WebSocket: of all the rest only a header
   * `sec-websocket-protocol` is then sent.
   */
  readonly webSocket?: WebSocketUpgrade | undefined;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;
