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
  return Buffer.concat(parts.map(encodePart));
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

function encodePart(part: KeyPart): Buffer {
  if (typeof part === 'number') return encodeInteger(part);
  if (typeof part === 'string') return encodeBytes(TEXT, Buffer.from(part, 'utf8'));
  return encodeBytes(BYTES, part);
}

function encodeInteger(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a key part: ${value}`);
  const bytes = Buffer.alloc(1 + INTEGER_BYTES);
  bytes[0] = INTEGER;
  bytes.writeBigUInt64BE(BigInt(value), 1);
  return bytes;
}

function encodeBytes(type: number, bytes: Uint8Array): Buffer {
  let escapes = 0;
  for (const byte of bytes) if (byte === END) escapes++;
  const encoded = Buffer.alloc(bytes.length + escapes + 2);
  encoded[0] = type;
  let at = 1;
  for (const byte of bytes) {
    encoded[at++] = byte;
    if (byte === END) encoded[at++] = ESCAPED;
  }
  encoded[at] = END;
  return encoded;
}
