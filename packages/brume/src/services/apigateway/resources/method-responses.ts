/** Method responses: the statuses that a method declares, with their headers and models. */
import type {
  DeleteMethodResponseRequest,
  GetMethodResponseRequest,
  MethodResponse,
  PutMethodResponseRequest,
  UpdateMethodResponseRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { statusNotFound } from '../errors.ts';
import { applyPatch } from '../patching/patch.ts';
import { methodResponsePatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredMethod } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { findMethod, noResource } from './find.ts';
import { validateModels } from './methods.ts';

export async function putMethodResponse(
  { apis }: RestState,
  input: PutMethodResponseRequest,
  context: RequestContext,
): Promise<MethodResponse> {
  return apis.update(
    context,
    input.restApiId,
    (document) => {
      const method = findMethod(document, input);
      const { statusCode, responseParameters, responseModels } = input;
      if (method.methodResponses?.[statusCode]) {
        throw conflict('Response already exists for this resource');
      }
      const response = { statusCode, responseParameters, responseModels };
      validateMethodResponse(document, response);
      method.methodResponses = { ...method.methodResponses, [statusCode]: response };
      return response;
    },
    noResource,
  );
}

export async function getMethodResponse(
  { apis }: RestState,
  input: GetMethodResponseRequest,
  context: RequestContext,
): Promise<MethodResponse> {
  const document = await apis.get(context, input.restApiId, noResource);
  return find(findMethod(document, input), input.statusCode);
}

export async function updateMethodResponse(
  { apis }: RestState,
  input: UpdateMethodResponseRequest,
  context: RequestContext,
): Promise<MethodResponse> {
  return apis.update(
    context,
    input.restApiId,
    (document) => {
      const response = find(findMethod(document, input), input.statusCode);
      applyPatch(methodResponsePatch, response, input.patchOperations);
      validateMethodResponse(document, response);
      return response;
    },
    noResource,
  );
}

export async function deleteMethodResponse(
  { apis }: RestState,
  input: DeleteMethodResponseRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    const method = findMethod(document, input);
    find(method, input.statusCode);
    const { [input.statusCode]: _, ...others } = method.methodResponses ?? {};
    method.methodResponses = Object.keys(others).length === 0 ? undefined : others;
  };
  await apis.update(context, input.restApiId, remove, noResource);
  return {};
}

/** A status is three digits by the model: it cannot be the name of anything else. */
function find(method: StoredMethod, statusCode: string): MethodResponse {
  const response = method.methodResponses?.[statusCode];
  if (!response) throw statusNotFound();
  return response;
}

export function validateMethodResponse(
  document: RestApiDocument,
  { responseParameters = {}, responseModels }: MethodResponse,
): void {
  for (const parameter of Object.keys(responseParameters)) {
    if (!/^method\.response\.header\.\S+$/.test(parameter)) {
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${parameter}]`,
      );
    }
  }
  validateModels(document, responseModels);
}
