/** TLS on connections that something else has accepted: the handshake, and what it may cost. */
import { createSecureContext, createServer, TLSSocket } from 'node:tls';
import type { SecureContext, Server } from 'node:tls';
import type { Socket } from 'node:net';

/** The first byte of a TLS handshake, with which no HTTP request begins. */
export const HANDSHAKE_RECORD = 0x16;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Handshakes cost far more than requests: what comes while so many run is turned away. */
const HANDSHAKES_MAX = 512;

/** Where a server's certificates come from. */
export interface Certificates {
  /** For the name that a client asks for (SNI), `''` for one that names none; the same until renewed. */
  pairFor(serverName: string): CertificatePair;
  /** Whether clients are asked for a certificate of their own; those without one connect all the same. */
  asksClients?(): boolean;
}

export interface CertificatePair {
  /** PEM. */
  readonly key: string;
  /** PEM: the server's own, then those of who vouch for it. */
  readonly cert: string;
}

export interface TlsFrontOptions {
  /** Called once, by the first handshake. */
  readonly certificates: () => Promise<Certificates>;
  /** Takes a connection whose handshake is done. */
  readonly onSecure: (socket: TLSSocket) => void;
}

/** DER; undefined where the client has none, was not asked, or came without TLS. */
export function clientCertificateOf(socket: Socket): Uint8Array | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
}

export class TlsFront {
  readonly #options: TlsFrontOptions;
  readonly #contexts = new WeakMap<CertificatePair, SecureContext>();
  #handshakes = 0;
  #certificates: Promise<Certificates> | undefined;
  /** One that asks clients for certificates, and one that does not. */
  readonly #servers = new Map<boolean, { server: Server; unnamed: CertificatePair | undefined }>();

  constructor(options: TlsFrontOptions) {
    this.#options = options;
  }

  /** Takes over a paused connection, with the bytes that were read of it already pushed back. */
  async take(socket: Socket): Promise<void> {
    if (this.#handshakes >= HANDSHAKES_MAX) {
      socket.destroy();
      return;
    }
    this.#handshakes++;
    // Nobody else listens until the handshake begins.
    socket.on('error', () => socket.destroy());
    try {
      const certificates = await (this.#certificates ??= this.#options.certificates());
      const asks = certificates.asksClients?.() ?? false;
      const known = this.#servers.get(asks);
      const kept = known ?? { server: this.#start(certificates, asks), unnamed: undefined };
      if (!known) this.#servers.set(asks, kept);
      // What clients get that name nobody.
      const unnamed = certificates.pairFor('');
      if (unnamed !== kept.unnamed) kept.server.setSecureContext((kept.unnamed = unnamed));
      kept.server.emit('connection', socket);
    } catch {
      // Without a certificate there is nothing to say to this client.
      this.#handshakes--;
      socket.destroy();
    }
  }

  #start(certificates: Certificates, requestCert: boolean): Server {
    const server = createServer({
      // Older versions are broken (RFC 8996).
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      ALPNProtocols: ['http/1.1'],
      allowHalfOpen: true,
      requestCert,
      // Who vouches for a client is the business of whom it calls.
      rejectUnauthorized: false,
      SNICallback: (name, done) => done(null, this.#contextOf(certificates.pairFor(name))),
    });
    server.on('tlsClientError', (_, socket) => {
      this.#handshakes--;
      socket.destroy();
    });
    server.on('secureConnection', (socket) => {
      this.#handshakes--;
      this.#options.onSecure(socket);
    });
    return server;
  }

  #contextOf(pair: CertificatePair): SecureContext {
    const known = this.#contexts.get(pair) ?? createSecureContext(pair);
    this.#contexts.set(pair, known);
    return known;
  }
}
