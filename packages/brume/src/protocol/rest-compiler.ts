/**
 * Compiles operations of the rest protocols: members are bound to path, query, headers and status, and
 * the rest, or one member, is the body.
 */
import assert from 'node:assert/strict';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { OperationModel, ServiceModel, Shape, ShapeReference } from '../model/shapes.ts';
import { decodeEvents, encodeEvents } from './event-stream.ts';
import { memberReader, memberWriter, parseQuery, type ReadMember } from './http-bindings.ts';
import type { DecodableBody, OperationMatch } from './protocol.ts';
import { serializationException } from './serialization-error.ts';
import { ShapeTable } from './shape-table.ts';
import { splitTarget } from './uri-router.ts';

export type Member = readonly [name: string, reference: ShapeReference];
export type Members = Record<string, unknown>;

/** How a body is read and written: JSON or XML. */
export interface BodyCodec {
  readonly contentType: string;
  /** Reads the members of a structure that are not bound elsewhere. The body is not empty. */
  membersDecoder(reference: ShapeReference, members: readonly Member[]): (body: Buffer) => Members;
  /** Reads a body that is one member: a structure, union, list, map or document. */
  payloadDecoder(reference: ShapeReference): (body: Buffer) => unknown;
  membersEncoder(reference: ShapeReference, members: readonly Member[]): (value: Members) => string;
  payloadEncoder(reference: ShapeReference): (value: unknown) => string;
}

type DecodeBody = (body: DecodableBody) => unknown;

interface CompiledInput {
  readonly bound: readonly (readonly [string, ReadMember])[];
  /** Members that the body gives; null when no member is the whole body. */
  readonly payloadName: string | null;
  readonly decodeBody: DecodeBody;
}

export class RestCompiler {
  readonly shapes: ShapeTable;
  readonly #codec: BodyCodec;

  constructor(model: ServiceModel, codec: BodyCodec) {
    this.shapes = new ShapeTable(model);
    this.#codec = codec;
  }

  /** Decodes a request of the operation. */
  decoder(operation: OperationModel): (match: OperationMatch, parts: Request) => Members {
    const { input } = operation;
    if (!input) return () => ({});
    const { bound, payloadName, decodeBody } = this.#compileInput(input, operation.http.requestUri);
    return ({ labels }, { target, headers, body }) => {
      const decoded = decodeBody(body);
      const members: Members =
        payloadName === null
          ? (decoded as Members)
          : decoded === undefined
            ? {}
            : { [payloadName]: decoded };
      if (bound.length === 0) return members;
      const parts = { labels, headers, query: parseQuery(splitTarget(target).query) };
      for (const [name, read] of bound) {
        const value = read(parts);
        if (value !== undefined) members[name] = value;
      }
      return members;
    };
  }

  #compileInput(input: ShapeReference, requestUri: string): CompiledInput {
    const shape = this.shapes.of(input);
    const members = this.shapes.members(shape);
    const queryNames = new Set([
      ...parseQuery(splitTarget(requestUri).query).map(([name]) => name),
      ...members
        .filter(([, { location }]) => location === 'querystring')
        .map(([name, reference]) => reference.locationName ?? name),
    ]);
    const bound = members
      .filter(([, { location }]) => location !== undefined)
      .map((member) => [member[0], memberReader(this.shapes, member, queryNames)] as const);
    const payload = payloadMember(shape);
    return {
      bound,
      payloadName: payload?.[0] ?? null,
      decodeBody: payload ? this.#payloadDecoder(payload[1]) : this.#membersDecoder(input),
    };
  }

  #membersDecoder(input: ShapeReference): DecodeBody {
    const members = this.shapes
      .members(this.shapes.of(input))
      .filter(([, { location }]) => location === undefined);
    if (members.length === 0) return () => ({});
    const decode = this.#codec.membersDecoder(input, members);
    return (body) => {
      const whole = wholeBody(body);
      return whole.length === 0 ? {} : decode(whole);
    };
  }

  #payloadDecoder(reference: ShapeReference): DecodeBody {
    const shape = this.shapes.of(reference);
    if (shape.eventstream) return decodeEvents(this.shapes, reference, this.#codec);
    if (shape.type === 'blob') {
      if (isStreaming(shape, reference)) return (body) => body;
      return (body) => nonEmpty(wholeBody(body));
    }
    if (shape.type === 'string') {
      return (body) => {
        const text = nonEmpty(wholeBody(body));
        return text && utf8Text(text);
      };
    }
    const decode = this.#codec.payloadDecoder(reference);
    return (body) => {
      const whole = nonEmpty(wholeBody(body));
      return whole && decode(whole);
    };
  }

  /** Encodes what the operation answered, but for the headers that all responses have. */
  encoder(operation: OperationModel): (output: Members) => HttpResponse {
    const status = operation.http.responseCode ?? 200;
    const { output } = operation;
    if (!output) return () => ({ status, headers: {}, body: '' });
    const write = this.boundWriter(output);
    const encodeBody = this.#bodyEncoder(output);
    return (value) => {
      const parts = { status, headers: {} as HttpResponse['headers'] };
      write(value, parts);
      const { contentType, body } = encodeBody(value);
      // A 204 has no body, whatever the model says.
      if (parts.status === 204) return { ...parts, body: '' };
      if (contentType !== undefined) parts.headers['Content-Type'] ??= contentType;
      return { ...parts, body };
    };
  }

  /** Writes the members that are bound to the response's status and headers. */
  boundWriter(reference: ShapeReference): (value: Members, response: ResponseParts) => void {
    const writers = this.shapes
      .members(this.shapes.of(reference))
      .filter(([, { location }]) => RESPONSE_LOCATIONS.has(location))
      .map((member) => [member[0], memberWriter(this.shapes, member)] as const);
    return (value, response) => {
      for (const [name, write] of writers) {
        const member = value[name];
        if (member !== undefined && member !== null) write(member, response);
      }
    };
  }

  #bodyEncoder(output: ShapeReference): (value: Members) => EncodedBody {
    const shape = this.shapes.of(output);
    const payload = payloadMember(shape);
    if (!payload) {
      const encode = this.#codec.membersEncoder(output, unboundMembers(shape));
      return (value) => ({ contentType: this.#codec.contentType, body: encode(value) });
    }
    const [name, reference] = payload;
    const encode = this.#payloadEncoder(reference);
    return (value) => {
      const member = value[name];
      if (member === undefined || member === null) return { contentType: undefined, body: '' };
      return encode(member);
    };
  }

  #payloadEncoder(reference: ShapeReference): (value: unknown) => EncodedBody {
    const shape = this.shapes.of(reference);
    if (shape.eventstream) {
      const encode = encodeEvents(this.shapes, reference, this.#codec);
      return (value) => ({
        contentType: 'application/vnd.amazon.eventstream',
        body: encode(value as AsyncIterable<unknown>),
      });
    }
    if (shape.type === 'blob') {
      return (value) => ({
        contentType: 'application/octet-stream',
        body: value as HttpResponse['body'],
      });
    }
    if (shape.type === 'string') {
      return (value) => ({ contentType: 'text/plain', body: value as string });
    }
    const { contentType } = this.#codec;
    const encode = this.#codec.payloadEncoder(reference);
    return (value) => ({ contentType, body: encode(value) });
  }
}

interface EncodedBody {
  readonly contentType: string | undefined;
  readonly body: HttpResponse['body'];
}

interface Request extends Pick<HttpRequest, 'target' | 'headers'> {
  readonly body: DecodableBody;
}

interface ResponseParts {
  status: number;
  readonly headers: HttpResponse['headers'];
}

export function isStreaming(shape: Shape, reference: ShapeReference): boolean {
  return shape.streaming === true || reference.streaming === true;
}

export function payloadMember(shape: Shape): Member | undefined {
  const { payload, members = {} } = shape;
  const reference = payload === undefined ? undefined : members[payload];
  return reference && [payload as string, reference];
}

/** Where members of a response can be bound; locations of requests mean nothing in it. */
const RESPONSE_LOCATIONS = new Set<string | undefined>(['header', 'headers', 'statusCode']);

/** The members that a response's body has. */
export function unboundMembers(shape: Shape): Member[] {
  return Object.entries(shape.members ?? {}).filter(
    ([, { location }]) => !RESPONSE_LOCATIONS.has(location),
  );
}

function wholeBody(body: DecodableBody): Buffer {
  assert(Buffer.isBuffer(body), 'only streaming payloads come as streams');
  return body;
}

function nonEmpty(body: Buffer): Buffer | undefined {
  return body.length === 0 ? undefined : body;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8Text(body: Uint8Array): string {
  try {
    return UTF8.decode(body);
  } catch {
    // The only fault that a decoder finds is text that is not UTF-8.
    throw serializationException();
  }
}
