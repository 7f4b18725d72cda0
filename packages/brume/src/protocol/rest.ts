/**
 * What rest-json and rest-xml share: operations are found by method and path, and compiled when they
 * are first asked for.
 */
import type { OperationModel, ServiceModel } from '../model/shapes.ts';
import type { Protocol } from './protocol.ts';
import {
  type BodyCodec,
  isStreaming,
  type Members,
  payloadMember,
  RestCompiler,
} from './rest-compiler.ts';
import { memoised, ShapeTable } from './shape-table.ts';
import { UriRouter } from './uri-router.ts';
import { validatorCompiler } from './validation.ts';

/** A rest protocol from its body codec and the way it words errors. */
export function createRest(
  name: Protocol['name'],
  model: ServiceModel,
  codec: BodyCodec,
  errors: (compiler: RestCompiler) => Pick<Protocol, 'encodeError'> & {
    readonly requestIdHeader: string;
  },
): Protocol {
  const compiler = new RestCompiler(model, codec);
  const { encodeError, requestIdHeader } = errors(compiler);
  const operationOf = (operationName: string) => model.operations[operationName] as OperationModel;
  const decoders = memoised((operationName: string) =>
    compiler.decoder(operationOf(operationName)),
  );
  const encoders = memoised((operationName: string) =>
    compiler.encoder(operationOf(operationName)),
  );
  return {
    name,
    match: restMatcher(model),
    decode(match, { target, headers }, body) {
      return decoders(match.operation.name)(match, { target, headers, body });
    },
    validate: validatorCompiler(compiler.shapes),
    encode({ operation }, output, requestId) {
      const response = encoders(operation.name)((output ?? {}) as Members);
      response.headers[requestIdHeader] = requestId;
      return response;
    },
    encodeError,
  };
}

/** Finds operations by method and path. */
function restMatcher(model: ServiceModel): Protocol['match'] {
  const router = new UriRouter(Object.values(model.operations));
  const shapes = new ShapeTable(model);
  return ({ method, target }) => {
    const route = router.find(method, target);
    return route && { ...route, streamsInput: streamsInput(shapes, route.operation) };
  };
}

function streamsInput(shapes: ShapeTable, { input }: OperationModel): boolean {
  const payload = input && payloadMember(shapes.of(input));
  if (!payload) return false;
  const shape = shapes.of(payload[1]);
  return shape.eventstream === true || isStreaming(shape, payload[1]);
}
