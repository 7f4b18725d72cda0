/**
 * Keys of the ordered store from tuples: comparing two encoded tuples byte by byte orders them as
 * comparing them part by part would, and a shorter tuple sorts before all that begin with it.
 *
 * A part is text (by its UTF-8 bytes), bytes, or a safe integer ≥ 0. Text and bytes are escaped
 * (00 → 00 FF) and ended by 00, so that no part's bytes can run into the next part.
 */
export type KeyPart = string | Uint8Array | number;

const TEXT = 0x01;
const BYTES = 0x02;
const INTEGER = 0x03;
const END = 0x00;
const ESCAPED = 0xff;
const INTEGER_BYTES = 8;

export function encodeKey(parts: readonly KeyPart[]): Buffer {
  let sizeMax = 0;
  for (const part of parts) sizeMax += sizeMaxOf(part);
  const key = Buffer.allocUnsafe(sizeMax);
  let at = 0;
  for (const part of parts) at = writePart(key, at, part);
  return key.subarray(0, at);
}

/** The range of all keys whose tuples begin with `parts` and have at least one part more. */
export function prefixRange(parts: readonly KeyPart[]): { start: Buffer; end: Buffer } {
  const prefix = encodeKey(parts);
  // Every further part starts with its type, all of which are below FF.
  return {
    start: Buffer.concat([prefix, Buffer.of(0x00)]),
    end: Buffer.concat([prefix, Buffer.of(0xff)]),
  };
}

function sizeMaxOf(part: KeyPart): number {
  if (typeof part === 'number') return 1 + INTEGER_BYTES;
  // A UTF-16 unit has three bytes of UTF-8 at most; a zero, escaped, two.
  return (typeof part === 'string' ? 3 : 2) * part.length + 2;
}

/** Returns where the next part begins. */
function writePart(key: Buffer, start: number, part: KeyPart): number {
  if (typeof part === 'number') return writeInteger(key, start, part);
  let at = start;
  if (typeof part !== 'string') {
    key[at++] = BYTES;
    at = writeEscaped(key, at, part);
  } else {
    key[at++] = TEXT;
    at = part.includes('\0')
      ? writeEscaped(key, at, Buffer.from(part, 'utf8'))
      : at + key.write(part, at, 'utf8');
  }
  key[at++] = END;
  return at;
}

function writeInteger(key: Buffer, at: number, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a key part: ${value}`);
  key[at] = INTEGER;
  key.writeUInt32BE(Math.floor(value / 2 ** 32), at + 1);
  key.writeUInt32BE(value % 2 ** 32, at + 5);
  return at + 1 + INTEGER_BYTES;
}

function writeEscaped(key: Buffer, start: number, bytes: Uint8Array): number {
  let at = start;
  for (const byte of bytes) {
    key[at++] = byte;
    if (byte === END) key[at++] = ESCAPED;
  }
  return at;
}
