/** AWS rest-json: bound members plus a JSON body; errors are named by the `x-amzn-ErrorType` header. */
import type { ServiceModel } from '../model/shapes.ts';
import type { AwsError } from '../model/aws-error.ts';
import { errorMembers, errorShape, errorStatus } from './error-encoding.ts';
import { jsonCodec } from './json-codec.ts';
import type { Protocol } from './protocol.ts';
import { type BodyCodec, createRest, type RestCompiler, unboundMembers } from './rest.ts';

export function createRestJson(model: ServiceModel): Protocol {
  const codec = jsonCodec(model);
  return createRest('rest-json', model, codec, (compiler) => ({
    requestIdHeader: 'x-amzn-RequestId',
    encodeError: (error, _match, requestId) => encodeError(compiler, codec, error, requestId),
  }));
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
