/** Event streams: each event of the union is one frame, its members in headers and payload. */
import assert from 'node:assert/strict';
import { AwsError } from '../model/aws-error.ts';
import type { Shape, ShapeReference } from '../model/shapes.ts';
import {
  decodeWholeFrame,
  encodeFrame,
  type Frame,
  type HeaderValue,
  readFrames,
} from './event-frame.ts';
import type { DecodableBody } from './protocol.ts';
import type { BodyCodec, Member, Members } from './rest-compiler.ts';
import { serializationException } from './serialization-error.ts';
import type { ShapeTable } from './shape-table.ts';

export type EncodeEvents = (events: AsyncIterable<unknown>) => AsyncGenerator<Uint8Array>;

/** Writes an output's event stream. An `AwsError` thrown by the source ends it with that error. */
export function encodeEvents(
  shapes: ShapeTable,
  reference: ShapeReference,
  codec: BodyCodec,
): EncodeEvents {
  const encoders = new Map<string, EncodeEvent>();
  for (const [name, member] of shapes.members(shapes.of(reference))) {
    encoders.set(name, eventEncoder(shapes, name, member, codec));
  }
  return async function* (events) {
    try {
      for await (const event of events) {
        const [name, value] = Object.entries(event as Members).find(([, each]) => each) ?? [];
        const encode = encoders.get(name ?? '');
        assert(encode, `no event ${name}`);
        yield encode(value as Members);
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const encode = encoders.get(error.code);
      yield encode ? encode({ ...error.fields, message: error.message }) : encodeFault(error);
    }
  };
}

type EncodeEvent = (value: Members) => Uint8Array;

function eventEncoder(
  shapes: ShapeTable,
  name: string,
  member: ShapeReference,
  codec: BodyCodec,
): EncodeEvent {
  const shape = shapes.of(member);
  const kind = shape.exception ? 'exception' : 'event';
  const bound = shapes.members(shape).filter(([, { eventheader }]) => eventheader);
  const { contentType, encode } = payloadEncoder(shapes, member, shape, codec);
  return (value) => {
    const headers = new Map<string, HeaderValue>([
      [':message-type', kind],
      [`:${kind}-type`, name],
      [':content-type', contentType],
    ]);
    for (const [boundName] of bound) {
      const header = value[boundName];
      if (header !== undefined) headers.set(boundName, header as HeaderValue);
    }
    return encodeFrame({ headers, payload: encode(value) });
  };
}

function payloadEncoder(
  shapes: ShapeTable,
  member: ShapeReference,
  shape: Shape,
  codec: BodyCodec,
): { contentType: string; encode: (value: Members) => Uint8Array } {
  const payload = shapes.members(shape).find(([, { eventpayload }]) => eventpayload);
  if (!payload) {
    const encode = codec.membersEncoder(member, bodyMembers(shapes, shape));
    return { contentType: codec.contentType, encode: (value) => Buffer.from(encode(value)) };
  }
  const [name, reference] = payload;
  const { type } = shapes.of(reference);
  if (type === 'blob') {
    return {
      contentType: 'application/octet-stream',
      encode: (value) => (value[name] ?? Buffer.alloc(0)) as Uint8Array,
    };
  }
  if (type === 'string') {
    return {
      contentType: 'text/plain',
      encode: (value) => Buffer.from((value[name] ?? '') as string),
    };
  }
  const encode = codec.payloadEncoder(reference);
  return {
    contentType: codec.contentType,
    encode: (value) => Buffer.from(encode(value[name])),
  };
}

function bodyMembers(shapes: ShapeTable, shape: Shape): Member[] {
  return shapes.members(shape).filter(([, { eventheader }]) => !eventheader);
}

/** An error that the stream does not model. */
function encodeFault(error: AwsError): Uint8Array {
  const headers = new Map<string, HeaderValue>([
    [':message-type', 'error'],
    [':error-code', error.code],
    [':error-message', error.message],
  ]);
  return encodeFrame({ headers, payload: Buffer.alloc(0) });
}

/** The first message of a JSON protocol's stream: the output's other members. */
export function initialResponse(body: string): Uint8Array {
  const headers = new Map<string, HeaderValue>([
    [':message-type', 'event'],
    [':event-type', 'initial-response'],
    [':content-type', 'application/json'],
  ]);
  return encodeFrame({ headers, payload: Buffer.from(body) });
}

/**
 * Reads an input's event stream. Signed events come wrapped in another frame; the wrapping is taken
 * off, and its signature not looked at: no service of ours takes event streams yet.
 */
export function decodeEvents(
  shapes: ShapeTable,
  reference: ShapeReference,
  codec: BodyCodec,
): (body: DecodableBody) => AsyncIterable<unknown> {
  const decoders = new Map<string, (frame: Frame) => Members>();
  for (const [name, member] of shapes.members(shapes.of(reference))) {
    decoders.set(name, eventDecoder(shapes, member, codec));
  }
  return async function* (body) {
    for await (const outer of readFrames(asStream(body))) {
      const isSigned = outer.headers.has(':chunk-signature');
      if (isSigned && outer.payload.byteLength === 0) return;
      const frame = isSigned ? decodeWholeFrame(outer.payload) : outer;
      const name = String(frame.headers.get(':event-type'));
      const decode = decoders.get(name);
      if (!decode) throw serializationException(`Unknown event type: ${name}`);
      yield { [name]: decode(frame) };
    }
  };
}

async function* asStream(body: DecodableBody): AsyncGenerator<Uint8Array> {
  if (Buffer.isBuffer(body)) yield body;
  else yield* body;
}

function eventDecoder(
  shapes: ShapeTable,
  member: ShapeReference,
  codec: BodyCodec,
): (frame: Frame) => Members {
  const shape = shapes.of(member);
  const bound = shapes.members(shape).filter(([, { eventheader }]) => eventheader);
  const payload = shapes.members(shape).find(([, { eventpayload }]) => eventpayload);
  const decodePayload = payload
    ? memberDecoder(shapes, payload, codec)
    : codec.membersDecoder(member, bodyMembers(shapes, shape));
  return ({ headers, payload: bytes }) => {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const event: Members = body.length === 0 && !payload ? {} : decodePayload(body);
    for (const [name] of bound) {
      if (headers.has(name)) event[name] = headers.get(name);
    }
    return event;
  };
}

function memberDecoder(
  shapes: ShapeTable,
  [name, reference]: Member,
  codec: BodyCodec,
): (body: Buffer) => Members {
  const { type } = shapes.of(reference);
  if (type === 'blob') return (body) => ({ [name]: body });
  if (type === 'string') return (body) => ({ [name]: body.toString() });
  const decode = codec.payloadDecoder(reference);
  return (body) => ({ [name]: decode(body) });
}
