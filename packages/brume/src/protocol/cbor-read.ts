/** A strict reader of CBOR (RFC 8949) into plain values, as far as smithy-rpc-v2-cbor uses it. */
import { isUtf8 } from 'node:buffer';
import { DEPTH_MAX } from './limits.ts';
import { nestedTooDeeply, serializationException } from './serialization-error.ts';
import { dateOfSeconds } from './timestamps.ts';

/**
 * Byte strings come as Uint8Array, epoch times as Date, integers beyond 2^53 as the nearest number,
 * undefined as null. Maps become objects whose members are own properties, whatever their names.
 */
export function readCbor(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  try {
    const value = reader.value(0);
    if (reader.offset !== bytes.length) throw malformed();
    return value;
  } catch (error) {
    // Reading beyond the end.
    if (error instanceof RangeError) throw malformed();
    throw error;
  }
}

function malformed(): Error {
  return serializationException();
}

const MAJOR = { negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
const INDEFINITE = 31;
const BREAK = 0xff;
const EPOCH_TAG = 1;

class Reader {
  readonly #bytes: Buffer;
  offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  value(depth: number): unknown {
    if (depth > DEPTH_MAX) throw nestedTooDeeply();
    const head = this.#byte();
    const major = head >> 5;
    const info = head & 31;
    switch (major) {
      case MAJOR.negative:
        return -1 - this.#argument(info);
      case MAJOR.bytes:
        return this.#string(major, info);
      case MAJOR.text:
        return this.#text(info);
      case MAJOR.array:
        return this.#array(info, depth);
      case MAJOR.map:
        return this.#map(info, depth);
      case MAJOR.tag:
        return this.#tagged(info, depth);
      case MAJOR.simple:
        return this.#simple(info);
      default:
        return this.#argument(info);
    }
  }

  #byte(): number {
    return this.#bytes.readUInt8(this.offset++);
  }

  /** The number that follows a head: a value, a length, or a tag. */
  #argument(info: number): number {
    const start = this.offset;
    const take = (size: number) => (this.offset += size);
    if (info < 24) return info;
    if (info === 24) return this.#byte();
    if (info === 25) return (take(2), this.#bytes.readUInt16BE(start));
    if (info === 26) return (take(4), this.#bytes.readUInt32BE(start));
    if (info === 27) return (take(8), Number(this.#bytes.readBigUInt64BE(start)));
    throw malformed();
  }

  /** Bytes, of one piece or, where the length is indefinite, of several. */
  #string(major: number, info: number): Buffer {
    if (info !== INDEFINITE) {
      const length = this.#argument(info);
      if (length > this.#bytes.length - this.offset) throw malformed();
      this.offset += length;
      return this.#bytes.subarray(this.offset - length, this.offset);
    }
    const pieces: Buffer[] = [];
    while (!this.#atBreak()) {
      const head = this.#byte();
      if (head >> 5 !== major || (head & 31) === INDEFINITE) throw malformed();
      pieces.push(this.#string(major, head & 31));
    }
    return Buffer.concat(pieces);
  }

  #text(info: number): string {
    const bytes = this.#string(MAJOR.text, info);
    if (!isUtf8(bytes)) throw malformed();
    return bytes.toString();
  }

  #array(info: number, depth: number): unknown[] {
    const values: unknown[] = [];
    this.#repeat(info, () => values.push(this.value(depth + 1)));
    return values;
  }

  #map(info: number, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#repeat(info, () => {
      const key = this.value(depth + 1);
      if (typeof key !== 'string') throw malformed();
      entries.push([key, this.value(depth + 1)]);
    });
    return Object.fromEntries(entries);
  }

  #repeat(info: number, read: () => void): void {
    if (info === INDEFINITE) {
      while (!this.#atBreak()) read();
      return;
    }
    const count = this.#argument(info);
    // Each element takes a byte at least: a length that lies is refused before any work.
    if (count > this.#bytes.length - this.offset) throw malformed();
    for (let index = 0; index < count; index++) read();
  }

  #atBreak(): boolean {
    if (this.#bytes.readUInt8(this.offset) !== BREAK) return false;
    this.offset += 1;
    return true;
  }

  #tagged(info: number, depth: number): Date {
    const tag = this.#argument(info);
    const seconds = this.value(depth + 1);
    const date = tag === EPOCH_TAG && typeof seconds === 'number' && dateOfSeconds(seconds);
    if (!date) throw malformed();
    return date;
  }

  #simple(info: number): unknown {
    const start = this.offset;
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        this.offset += 2;
        return float16(this.#bytes.readUInt16BE(start));
      case 26:
        this.offset += 4;
        return this.#bytes.readFloatBE(start);
      case 27:
        this.offset += 8;
        return this.#bytes.readDoubleBE(start);
      default:
        throw malformed();
    }
  }
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
