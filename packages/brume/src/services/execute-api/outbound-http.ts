/** Requests that the gateway makes itself: to HTTP integrations and to the issuers of tokens. */
export interface OutboundHttp {
  /**
   * Rejects with `OutboundTimeoutError`, `OutboundTooLargeError`, or what the network said. Follows
   * no redirects and decodes nothing.
   */
  send(request: OutboundRequest): Promise<OutboundResponse>;
  close(): Promise<void>;
}

export interface OutboundRequest {
  readonly method: string;
  readonly url: URL;
  /** Names and values alternating. */
  readonly headers: readonly string[];
  readonly body?: Uint8Array | undefined;
  /** How the connection is secured, where it is not in the usual way. */
  readonly tls?: OutboundTls | undefined;
  /** For the whole exchange, to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
}

export interface OutboundTls {
  /** PEM: shown to a server that asks for it. */
  readonly certificate?: string | undefined;
  readonly privateKey?: string | undefined;
  /** Whether the server's certificate is taken, whoever signed it and for whatever name. */
  readonly insecure?: boolean | undefined;
}

export interface OutboundResponse {
  readonly status: number;
  /** Names and values alternating, as received. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export class OutboundTimeoutError extends Error {
  override readonly name = 'OutboundTimeoutError';
}

export class OutboundTooLargeError extends Error {
  override readonly name = 'OutboundTooLargeError';
}
