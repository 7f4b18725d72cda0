/** AWS rest-json: bound members plus a JSON body; errors are named by the `x-amzn-ErrorType` header. */
import type { ServiceModel } from '../model/shapes.ts';
import type { AwsError } from '../model/aws-error.ts';
import { errorMembers, errorShape, errorStatus } from './error-encoding.ts';
import { decoderCompiler, jsonLeaf, parseJson } from './json-decode.ts';
import { encodedMember, encoderCompiler, structure } from './json-encode.ts';
import type { Protocol } from './protocol.ts';
import { type BodyCodec, createRest, type Members, type RestCompiler, unboundMembers } from './rest.ts';
import { ShapeTable } from './shape-table.ts';

export function createRestJson(model: ServiceModel): Protocol {
  const codec = jsonCodec(model);
  return createRest('rest-json', model, codec, (compiler) => ({
    requestIdHeader: 'x-amzn-RequestId',
    encodeError: (error, _match, requestId) => encodeError(compiler, codec, error, requestId),
  }));
}

function jsonCodec(model: ServiceModel): BodyCodec {
  const shapes = new ShapeTable(model);
  const decoders = decoderCompiler(shapes, jsonLeaf, model.metadata.serializationWording ?? 'coral');
  const encoders = encoderCompiler(shapes);
  return {
    contentType: 'application/json',
    membersDecoder(reference, members) {
      const decode = decoders.compileMembers(reference.shape, members);
      return (body) => decode(parseJson(body), 0) as Members;
    },
    payloadDecoder(reference) {
      const decode = decoders.compile(reference);
      return (body) => decode(parseJson(body), 0);
    },
    membersEncoder: (_reference, members) =>
      structure(members.map((member) => encodedMember(member, encoders))),
    payloadEncoder: encoders,
  };
}

function encodeError(
  compiler: RestCompiler,
  codec: BodyCodec,
  error: AwsError,
  requestId: string,
): ReturnType<Protocol['encodeError']> {
  const shape = errorShape(compiler.shapes.model, error.code);
  const members = errorMembers(error, shape);
  const response = {
    status: errorStatus(error, shape),
    headers: {
      'Content-Type': codec.contentType,
      'x-amzn-RequestId': requestId,
      'x-amzn-ErrorType': error.code,
    } as Record<string, string | readonly string[]>,
  };
  if (!shape) {
    Object.assign(response.headers, error.headers);
    return { ...response, body: JSON.stringify(members) };
  }
  const reference = { shape: error.code };
  compiler.boundWriter(reference)(members, response);
  Object.assign(response.headers, error.headers);
  return { ...response, body: codec.membersEncoder(reference, unboundMembers(shape))(members) };
}
