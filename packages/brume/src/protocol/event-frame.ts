/**
 * Frames of `application/vnd.amazon.eventstream`: total length, header length and their CRC-32, then
 * typed headers, a payload, and the CRC-32 of all before. Big-endian throughout.
 */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { EVENT_BYTES_MAX } from './limits.ts';
import { serializationException } from './serialization-error.ts';

export type HeaderValue = boolean | number | bigint | string | Uint8Array | Date;

export interface Frame {
  readonly headers: ReadonlyMap<string, HeaderValue>;
  readonly payload: Uint8Array;
}

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;

export function encodeFrame({ headers, payload }: Frame): Buffer {
  const encoded = Buffer.concat([...headers].map(([name, value]) => encodeHeader(name, value)));
  const length = PRELUDE_BYTES + encoded.length + payload.byteLength + CRC_BYTES;
  assert(length <= EVENT_BYTES_MAX, 'an event fits into a frame');
  const frame = Buffer.alloc(length);
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(encoded.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  encoded.copy(frame, PRELUDE_BYTES);
  frame.set(payload, PRELUDE_BYTES + encoded.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, length - CRC_BYTES)), length - CRC_BYTES);
  return frame;
}

/** Types of header values, by their number on the wire. */
const TYPE = {
  true: 0,
  false: 1,
  byte: 2,
  short: 3,
  integer: 4,
  long: 5,
  bytes: 6,
  string: 7,
  timestamp: 8,
  uuid: 9,
} as const;

function encodeHeader(name: string, value: HeaderValue): Buffer {
  const nameBytes = Buffer.from(name);
  return Buffer.concat([Buffer.of(nameBytes.length), nameBytes, ...encodeValue(value)]);
}

function encodeValue(value: HeaderValue): Uint8Array[] {
  if (typeof value === 'boolean') return [Buffer.of(value ? TYPE.true : TYPE.false)];
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return [Buffer.of(TYPE.integer), bytes];
  }
  if (typeof value === 'bigint' || value instanceof Date) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(typeof value === 'bigint' ? value : BigInt(value.getTime()));
    return [Buffer.of(typeof value === 'bigint' ? TYPE.long : TYPE.timestamp), bytes];
  }
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.byteLength);
  return [Buffer.of(typeof value === 'string' ? TYPE.string : TYPE.bytes), length, bytes];
}

/** Cuts a body into frames, whatever its chunks. Throws for a broken or an unfinished frame. */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let pending: Uint8Array[] = [];
  let size = 0;
  let wanted = PRELUDE_BYTES;
  for await (const chunk of chunks) {
    pending.push(chunk);
    size += chunk.byteLength;
    if (size < wanted) continue;
    let bytes = Buffer.concat(pending);
    while (bytes.length >= PRELUDE_BYTES && bytes.length >= (wanted = frameLength(bytes))) {
      yield decodeFrame(bytes.subarray(0, wanted));
      bytes = bytes.subarray(wanted);
      wanted = PRELUDE_BYTES;
    }
    pending = [bytes];
    size = bytes.length;
  }
  if (size > 0) throw brokenFrame();
}

function brokenFrame(): Error {
  return serializationException('The event stream is broken.');
}

function frameLength(bytes: Buffer): number {
  const length = bytes.readUInt32BE(0);
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw brokenFrame();
  const isPossible = length >= PRELUDE_BYTES + CRC_BYTES && length <= EVENT_BYTES_MAX;
  if (!isPossible || bytes.readUInt32BE(4) > length - PRELUDE_BYTES - CRC_BYTES)
    throw brokenFrame();
  return length;
}

/** Decodes one whole frame, whose prelude has been checked. */
function decodeFrame(frame: Buffer): Frame {
  const end = frame.length - CRC_BYTES;
  if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end)) throw brokenFrame();
  const headersEnd = PRELUDE_BYTES + frame.readUInt32BE(4);
  return {
    headers: decodeHeaders(frame.subarray(PRELUDE_BYTES, headersEnd)),
    payload: frame.subarray(headersEnd, end),
  };
}

/** Decodes a frame that is another's payload, as signed events have it. */
export function decodeWholeFrame(bytes: Uint8Array): Frame {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (frame.length < PRELUDE_BYTES || frameLength(frame) !== frame.length) throw brokenFrame();
  return decodeFrame(frame);
}

function decodeHeaders(bytes: Buffer): Map<string, HeaderValue> {
  const headers = new Map<string, HeaderValue>();
  try {
    for (let offset = 0; offset < bytes.length;) {
      const nameEnd = offset + 1 + bytes.readUInt8(offset);
      const name = bytes.toString('utf8', offset + 1, nameEnd);
      const [value, next] = decodeValue(bytes, bytes.readUInt8(nameEnd), nameEnd + 1);
      if (next > bytes.length) throw brokenFrame();
      headers.set(name, value);
      offset = next;
    }
  } catch (error) {
    // Reading beyond the end of the headers.
    if (error instanceof RangeError) throw brokenFrame();
    throw error;
  }
  return headers;
}

/** The value, and the offset behind it. */
function decodeValue(bytes: Buffer, type: number, offset: number): [HeaderValue, number] {
  switch (type) {
    case TYPE.true:
    case TYPE.false:
      return [type === TYPE.true, offset];
    case TYPE.byte:
      return [bytes.readInt8(offset), offset + 1];
    case TYPE.short:
      return [bytes.readInt16BE(offset), offset + 2];
    case TYPE.integer:
      return [bytes.readInt32BE(offset), offset + 4];
    case TYPE.long:
      return [bytes.readBigInt64BE(offset), offset + 8];
    case TYPE.timestamp:
      return [new Date(Number(bytes.readBigInt64BE(offset))), offset + 8];
    case TYPE.uuid:
      return [bytes.subarray(offset, offset + 16), offset + 16];
    case TYPE.bytes:
    case TYPE.string: {
      const end = offset + 2 + bytes.readUInt16BE(offset);
      const content = bytes.subarray(offset + 2, end);
      return [type === TYPE.string ? content.toString() : content, end];
    }
    default:
      throw brokenFrame();
  }
}
