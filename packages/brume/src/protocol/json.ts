/**
 * AWS JSON 1.0 and 1.1: every operation is a POST to `/`, named by `x-amz-target`; input, output and
 * errors are JSON bodies.
 */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import type { HttpResponse } from '../http/message.ts';
import type { AwsError } from '../model/aws-error.ts';
import type { ServiceModel, Shape, ShapeReference } from '../model/shapes.ts';
import { encodeEvents, initialResponse } from './event-stream.ts';
import { errorShape, errorStatus, jsonErrorBody } from './error-encoding.ts';
import { jsonCodec } from './json-codec.ts';
import { type Decode, decoderCompiler } from './json-decode.ts';
import { encoderCompiler } from './json-encode.ts';
import { jsonLeaf } from './json-leaf.ts';
import { parseJson } from './json-parse.ts';
import type { OperationMatch, Protocol } from './protocol.ts';
import type { Member, Members } from './rest-compiler.ts';
import { serializationException } from './serialization-error.ts';
import { memoised, ShapeTable } from './shape-table.ts';
import { validatorCompiler } from './validation.ts';

type Answer = (output: Members, requestId: string) => HttpResponse;

export function createJson(model: ServiceModel): Protocol {
  const { metadata } = model;
  const shapes = new ShapeTable(model);
  const wording = metadata.serializationWording ?? 'coral';
  const decoders = decoderCompiler(shapes, jsonLeaf, wording);
  const compileEncoder = encoderCompiler(shapes);
  const matches = new Map<string, OperationMatch>();
  for (const operation of Object.values(model.operations)) {
    const match = { operation, labels: new Map(), streamsInput: false };
    matches.set(`${metadata.targetPrefix}.${operation.name}`, match);
  }
  const headers = (requestId: string, body: string) => ({
    'Content-Type': `application/x-amz-json-${metadata.jsonVersion ?? '1.0'}`,
    'x-amzn-RequestId': requestId,
    ...(metadata.crc32 && { 'x-amz-crc32': String(crc32(body)) }),
  });

  const answers = memoised((name: string): Answer => {
    const output = shapes.model.operations[name]?.output;
    const stream = output && streamMember(shapes, output);
    if (stream) return streamAnswer(shapes, output, stream);
    const encode = output ? compileEncoder(output) : () => '';
    return (value, requestId) => {
      const body = encode(value);
      return { status: 200, headers: headers(requestId, body), body };
    };
  });

  return {
    name: 'json',
    match: (request) => matches.get(request.headers.get('x-amz-target') ?? ''),
    decode: ({ operation }, _request, body) => {
      assert(Buffer.isBuffer(body), 'the JSON protocols have no streams');
      return decodeBody(body, operation.input, decoders.compile);
    },
    validate: validatorCompiler(shapes),
    encode: ({ operation }, output, requestId) =>
      answers(operation.name)((output ?? {}) as Members, requestId),
    encodeError(error, _match, requestId): HttpResponse {
      const shape = errorShape(model, error.code);
      const encode = shape ? compileEncoder({ shape: error.code }) : JSON.stringify;
      const body = jsonErrorBody(error, shape, typeName(model, error, shape), encode);
      return {
        status: errorStatus(error, shape),
        headers: { ...headers(requestId, body), ...error.headers },
        body,
      };
    },
  };
}

/** An empty body stands for no input where the operation has none; else AWS refuses it. */
function decodeBody(
  body: Buffer,
  input: ShapeReference | undefined,
  compile: (reference: ShapeReference) => Decode,
): unknown {
  if (body.length === 0 && input === undefined) return {};
  const value = parseJson(body);
  // Only a list has words of its own here (measured, see `serialization-error.ts`).
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject) throw serializationException();
  return input ? compile(input)(value, 0) : {};
}

function streamMember(shapes: ShapeTable, output: ShapeReference): Member | undefined {
  const members = shapes.members(shapes.of(output));
  return members.find(([, reference]) => shapes.of(reference).eventstream);
}

/** An output that has an event stream: its other members first, as a message of their own. */
function streamAnswer(
  shapes: ShapeTable,
  output: ShapeReference,
  [name, reference]: Member,
): Answer {
  const codec = jsonCodec(shapes.model);
  const others = shapes.members(shapes.of(output)).filter(([other]) => other !== name);
  const encodeOthers = codec.membersEncoder(output, others);
  const encodeAll = encodeEvents(shapes, reference, codec);
  return (value, requestId) => ({
    status: 200,
    headers: {
      'Content-Type': 'application/vnd.amazon.eventstream',
      'x-amzn-RequestId': requestId,
    },
    body: (async function* () {
      yield initialResponse(encodeOthers(value));
      const events = value[name] as AsyncIterable<unknown> | undefined;
      if (events) yield* encodeAll(events);
    })(),
  });
}

/** Namespaces of the codes that AWS's common layers send (recorded by dynalite). */
const CORAL_NAMESPACES: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate',
  ThrottlingException: 'com.amazon.coral.availability',
};

function typeName({ metadata }: ServiceModel, error: AwsError, shape: Shape | undefined): string {
  const own = shape ? metadata.errorNamespace : CORAL_NAMESPACES[error.code];
  const namespace =
    error.namespace ?? (metadata.errorNamespace && (own ?? 'com.amazon.coral.service'));
  return namespace === undefined ? error.code : `${namespace}#${error.code}`;
}
