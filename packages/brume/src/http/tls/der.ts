/** ASN.1's DER (ITU-T X.690), as far as writing certificates takes it. Nothing here reads DER. */

export function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

export const sequence = (...members: readonly Uint8Array[]) => tagged(0x30, ...members);
export const set = (...members: readonly Uint8Array[]) => tagged(0x31, ...members);
export const octets = (bytes: Uint8Array) => tagged(0x04, bytes);
export const utf8 = (text: string) => tagged(0x0c, Buffer.from(text));
export const boolean = (value: boolean) => tagged(0x01, Buffer.of(value ? 0xff : 0));
/** `[number]` of a context, around what follows. */
export const explicit = (number: number, content: Uint8Array) => tagged(0xa0 + number, content);

/** Bits in whole bytes, of which the last has `unused` bits too many. */
export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return tagged(0x03, Buffer.of(unused), bytes);
}

/** A number that is not negative, given as bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Buffer.of(0) : bytes.subarray(first);
  // The first bit is the sign's.
  return tagged(0x02, (significant[0] ?? 0) < 0x80 ? Buffer.alloc(0) : Buffer.of(0), significant);
}

/** `1.2.840.10045.4.3.2` */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** RFC 5280 §4.1.2.5: two digits of the year until 2049, four from then on. */
export function time(timeMs: number): Buffer {
  const digits = new Date(timeMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return digits < '2050'
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

function base128(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [...base128(value >> 7).map((byte) => byte | 0x80), low];
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.of(0x80 + bytes.length, ...bytes);
}
