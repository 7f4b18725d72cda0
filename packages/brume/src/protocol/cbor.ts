/**
 * Smithy RPC v2 CBOR: operations are POSTs to `/service/NAME/operation/NAME`; input, output and errors
 * are CBOR bodies.
 */
import assert from 'node:assert/strict';
import type { HttpResponse } from '../http/message.ts';
import type { AwsError } from '../model/aws-error.ts';
import type { ServiceModel, Shape, ShapeReference } from '../model/shapes.ts';
import { cborCompiler, textBytes, type Write } from './cbor-encode.ts';
import { readCbor } from './cbor-read.ts';
import { errorMembers, errorShape, errorStatus } from './error-encoding.ts';
import { type CompileLeaf, decoderCompiler } from './json-decode.ts';
import { integer } from './json-leaf.ts';
import type { OperationMatch, Protocol } from './protocol.ts';
import { ShapeTable } from './shape-table.ts';
import { splitTarget } from './uri-router.ts';
import { validatorCompiler } from './validation.ts';

export function createCbor(model: ServiceModel): Protocol {
  const shapes = new ShapeTable(model);
  const decoders = decoderCompiler(shapes, cborLeaf, 'coral');
  const compileEncoder = cborCompiler(shapes);
  const matches = new Map<string, OperationMatch>();
  for (const operation of Object.values(model.operations)) {
    const path = `/service/${model.metadata.targetPrefix}/operation/${operation.name}`;
    matches.set(path, { operation, labels: new Map(), streamsInput: false });
  }
  return {
    name: 'smithy-rpc-v2-cbor',
    match: ({ method, target, headers }) => {
      const isCbor = method === 'POST' && headers.get('smithy-protocol') === 'rpc-v2-cbor';
      return isCbor ? matches.get(splitTarget(target).path) : undefined;
    },
    decode({ operation: { input } }, _request, body) {
      assert(Buffer.isBuffer(body), 'no service of ours streams CBOR');
      if (!input) return {};
      return decoders.compile(input)(body.length === 0 ? {} : readCbor(body), 0);
    },
    validate: validatorCompiler(shapes),
    encode({ operation: { output } }, value, requestId) {
      if (!output) return response(200, requestId, Buffer.alloc(0));
      return response(200, requestId, written(compileEncoder(output), value ?? {}));
    },
    encodeError(error, _match, requestId) {
      const shape = errorShape(model, error.code);
      const { headers, ...rest } = response(
        errorStatus(error, shape),
        requestId,
        errorBody(error, shape, compileEncoder),
      );
      return { ...rest, headers: { ...headers, ...error.headers } };
    },
  };
}

function response(status: number, requestId: string, body: Buffer): HttpResponse {
  return {
    status,
    headers: {
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-RequestId': requestId,
      ...(body.length > 0 && { 'Content-Type': 'application/cbor' }),
    },
    body,
  };
}

function written(write: Write, value: unknown): Buffer {
  const pieces: Uint8Array[] = [];
  write(value, pieces);
  return Buffer.concat(pieces);
}

const MAP_START = Buffer.of(0xbf);
const MAP_END = Buffer.of(0xff);

/** `__type` and the error's members, in a map of indefinite length. */
function errorBody(
  error: AwsError,
  shape: Shape | undefined,
  compile: (reference: ShapeReference) => Write,
): Buffer {
  const pieces: Uint8Array[] = [MAP_START, textBytes('__type'), textBytes(error.code)];
  for (const [name, value] of Object.entries(errorMembers(error, shape))) {
    const reference = shape?.members?.[name];
    if (value === undefined) continue;
    if (reference) {
      pieces.push(textBytes(name));
      compile(reference)(value, pieces);
    } else if (typeof value === 'string') {
      pieces.push(textBytes(name), textBytes(value));
    }
  }
  return Buffer.concat([...pieces, MAP_END]);
}

/** Leaves as CBOR has them: numbers, bytes and times in types of their own. */
const cborLeaf: CompileLeaf = (_reference, shape, fault) => {
  const checked = (isRight: (value: unknown) => boolean) => (value: unknown) => {
    if (!isRight(value)) throw fault(value);
    return value;
  };
  switch (shape.type) {
    case 'boolean':
      return checked((value) => typeof value === 'boolean');
    case 'integer':
    case 'long':
      return integer(shape, fault);
    case 'float':
    case 'double':
      return checked((value) => typeof value === 'number');
    case 'timestamp':
      return checked((value) => value instanceof Date);
    case 'blob':
      if (!shape.base64Text) return checked((value) => value instanceof Uint8Array);
      return (value) => {
        if (!Buffer.isBuffer(value)) throw fault(value);
        return value.toString('base64');
      };
    default:
      return checked((value) => typeof value === 'string');
  }
};
