/** AWS rest-json: bound members plus a JSON body; errors are named by the `x-amzn-ErrorType` header. */
import type { ServiceModel } from '../model/shapes.ts';
import type { AwsError } from '../model/aws-error.ts';
import { errorShape, errorStatus, jsonErrorBody } from './error-encoding.ts';
import { jsonCodec } from './json-codec.ts';
import type { Protocol } from './protocol.ts';
import { createRest } from './rest.ts';
import { type BodyCodec, type RestCompiler, unboundMembers } from './rest-compiler.ts';

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
  const reference = { shape: error.code };
  const response = {
    status: errorStatus(error, shape),
    headers: {
      'Content-Type': codec.contentType,
      'x-amzn-RequestId': requestId,
      'x-amzn-ErrorType': error.code,
    } as Record<string, string | readonly string[]>,
  };
  if (shape) compiler.boundWriter(reference)(error.fields, response);
  Object.assign(response.headers, error.headers);
  const encode = shape ? codec.membersEncoder(reference, unboundMembers(shape)) : JSON.stringify;
  return { ...response, body: jsonErrorBody(error, shape, undefined, encode) };
}
