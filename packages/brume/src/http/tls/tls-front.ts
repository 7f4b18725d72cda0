/** TLS on connections that something else has accepted: the handshake, and what it may cost. */
import { createSecureContext, createServer, TLSSocket } from 'node:tls';
import type { SecureContext, Server } from 'node:tls';
import type { Socket } from 'node:net';
import { readServerName } from './client-hello.ts';

/** The first byte of a TLS handshake, with which no HTTP request begins. */
export const HANDSHAKE_RECORD = 0x16;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Handshakes cost far more than requests: what comes while so many run is turned away. */
const HANDSHAKES_MAX = 512;

/** Where a server's certificates come from. */
export interface Certificates {
  /** For the name that a client asks for (SNI), `''` for one that names none; the same until renewed. */
  pairFor(serverName: string): CertificatePair;
}

/** What a handshake takes. */
export interface HandshakeTerms {
  /** Whether clients are asked for a certificate of their own; those without one connect all the same. */
  readonly asksClients: boolean;
  /** Older versions are broken (RFC 8996). */
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
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
  /** Of the name that a client asks for, `''` for one that names none. */
  readonly termsFor: (serverName: string) => HandshakeTerms;
  /** Takes a connection whose handshake is done. */
  readonly onSecure: (socket: TLSSocket) => void;
}

/** DER; undefined where the client has none, was not asked, or came without TLS. */
export function clientCertificateOf(socket: Socket): Uint8Array | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
}

/** The name that the client asked for, as the handshake has it; undefined where it named none. */
export function serverNameOfSocket(socket: Socket): string | undefined {
  return socket instanceof TLSSocket ? socket.servername || undefined : undefined;
}

/** Sessions are resumed wherever clients show certificates, too. */
const SESSIONS = 'brume';

interface KeptServer {
  readonly server: Server;
  /** What clients get that name nobody. */
  unnamed: CertificatePair | undefined;
}

export class TlsFront {
  readonly #options: TlsFrontOptions;
  readonly #contexts = new WeakMap<CertificatePair, SecureContext>();
  #handshakes = 0;
  #certificates: Promise<Certificates> | undefined;
  /** One for each kind of terms. */
  readonly #servers = new Map<string, KeptServer>();

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
      const terms = this.#options.termsFor(await readServerName(socket, HANDSHAKE_TIMEOUT_MS));
      const kept = this.#serverFor(certificates, terms);
      const unnamed = certificates.pairFor('');
      if (unnamed !== kept.unnamed) {
        kept.unnamed = unnamed;
        const { minVersion } = terms;
        kept.server.setSecureContext({ ...unnamed, minVersion, sessionIdContext: SESSIONS });
      }
      kept.server.emit('connection', socket);
    } catch {
      // Without a certificate there is nothing to say to this client.
      this.#handshakes--;
      socket.destroy();
    }
  }

  #serverFor(certificates: Certificates, terms: HandshakeTerms): KeptServer {
    const key = keyOf(terms);
    const known = this.#servers.get(key);
    if (known) return known;
    const kept = { server: this.#start(certificates, terms), unnamed: undefined };
    this.#servers.set(key, kept);
    return kept;
  }

  #start(certificates: Certificates, terms: HandshakeTerms): Server {
    const { asksClients, minVersion } = terms;
    const server = createServer({
      minVersion,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      ALPNProtocols: ['http/1.1'],
      allowHalfOpen: true,
      requestCert: asksClients,
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
      // One who hides the name in several records is not spared what it asks for.
      const asked = this.#options.termsFor(serverNameOfSocket(socket) ?? '');
      if (keyOf(asked) === keyOf(terms)) this.#options.onSecure(socket);
      else socket.destroy();
    });
    return server;
  }

  #contextOf(pair: CertificatePair): SecureContext {
    const known =
      this.#contexts.get(pair) ?? createSecureContext({ ...pair, sessionIdContext: SESSIONS });
    this.#contexts.set(pair, known);
    return known;
  }
}

function keyOf({ asksClients, minVersion }: HandshakeTerms): string {
  return `${asksClients} ${minVersion}`;
}
