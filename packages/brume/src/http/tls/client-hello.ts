/**
 * The name that a client asks for (SNI, RFC 6066 §3), read before the handshake: what is asked of the
 * client depends on it, and Node asks all clients of a server alike. The handshake reads it again for
 * itself; whoever lets somebody in by a name goes by that.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';

const RECORD_HEAD_BYTES = 5;
/** RFC 8446 §5.1, with what older versions add. */
const RECORD_BYTES_MAX = 16 * 1024 + 2048;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;

/**
 * Reads the first record of a paused connection, and gives it back. Rejects when it takes too long, or the
 * connection ends before.
 */
export async function readServerName(socket: Socket, timeoutMs: number): Promise<string> {
  let read: Buffer = Buffer.alloc(0);
  let signal: AbortSignal | undefined;
  while (!isWhole(read)) {
    const chunk = socket.read() as Buffer | null;
    if (chunk) {
      read = Buffer.concat([read, chunk]);
    } else {
      if (socket.readableEnded || socket.destroyed) throw new Error('no handshake');
      signal ??= AbortSignal.timeout(timeoutMs);
      await once(socket, 'readable', { signal });
    }
  }
  socket.unshift(read);
  return serverNameOf(read);
}

function isWhole(bytes: Buffer): boolean {
  if (bytes.length < RECORD_HEAD_BYTES) return false;
  const length = bytes.readUInt16BE(3);
  // What is longer than it may be is for the handshake to refuse.
  return length > RECORD_BYTES_MAX || bytes.length >= RECORD_HEAD_BYTES + length;
}

/** Empty for a client that names nobody, and for what cannot be read. */
export function serverNameOf(record: Buffer): string {
  try {
    return findServerName(new Reader(record.subarray(RECORD_HEAD_BYTES)));
  } catch {
    // The handshake finds it malformed, too.
    return '';
  }
}

/** RFC 8446 §4.1.2: type, version and random; session, ciphers and compression; extensions. */
function findServerName(hello: Reader): string {
  if (hello.number(1) !== CLIENT_HELLO) return '';
  hello.number(3);
  hello.skip(2 + 32);
  hello.vector(1);
  hello.vector(2);
  hello.vector(1);
  const extensions = hello.vector(2);
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (type !== SERVER_NAME) continue;
    const names = content.vector(2);
    if (names.number(1) !== HOST_NAME) return '';
    return names.vector(2).text();
  }
  return '';
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Throws a RangeError where there is less. */
  number(length: number): number {
    const value = this.#bytes.readUIntBE(this.#at, length);
    this.#at += length;
    return value;
  }

  skip(length: number): void {
    if (this.#at + length > this.#bytes.length) throw new RangeError('too short');
    this.#at += length;
  }

  /** What follows its own length. */
  vector(lengthBytes: number): Reader {
    const length = this.number(lengthBytes);
    const start = this.#at;
    this.skip(length);
    return new Reader(this.#bytes.subarray(start, this.#at));
  }

  text(): string {
    return this.#bytes.toString('latin1');
  }
}
