/** Methods of resources: who may call them, and what a request to them must have. */
import type {
  DeleteMethodRequest,
  GetMethodRequest,
  Method,
  PutMethodRequest,
  UpdateMethodRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { resourceNotFound } from '../errors.ts';
import { applyPatch } from '../patching/patch.ts';
import { methodPatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredMethod } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { findMethod, findResource, methodOf, noResource } from './find.ts';

const VERBS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'ANY'];
const AUTHORIZATIONS = ['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS'];

export async function putMethod(
  { apis }: RestState,
  input: PutMethodRequest,
  context: RequestContext,
): Promise<Method> {
  const { restApiId, resourceId, httpMethod } = input;
  return apis.update(
    context,
    restApiId,
    (document) => {
      const resource = findResource(document, resourceId);
      if (!VERBS.includes(httpMethod)) {
        // The text is AWS's by LocalStack's tests (2024-04).
        throw badRequest(`Invalid HttpMethod specified. Valid options are ${VERBS.join(',')}`);
      }
      if (methodOf(resource, httpMethod)) {
        throw conflict('Method already exists for this resource');
      }
      const method: StoredMethod = {
        httpMethod,
        authorizationType: input.authorizationType.toUpperCase(),
        authorizerId: input.authorizerId,
        apiKeyRequired: input.apiKeyRequired ?? false,
        requestValidatorId: input.requestValidatorId,
        operationName: input.operationName,
        requestParameters: input.requestParameters,
        requestModels: input.requestModels,
        authorizationScopes: input.authorizationScopes,
      };
      validateMethod(document, method);
      resource.methods.push(method);
      return method;
    },
    noResource,
  );
}

export async function getMethod(
  { apis }: RestState,
  input: GetMethodRequest,
  context: RequestContext,
): Promise<Method> {
  return findMethod(await apis.get(context, input.restApiId, noResource), input);
}

export async function updateMethod(
  { apis }: RestState,
  input: UpdateMethodRequest,
  context: RequestContext,
): Promise<Method> {
  return apis.update(
    context,
    input.restApiId,
    (document) => {
      const method = findMethod(document, input);
      applyPatch(methodPatch, method, input.patchOperations);
      validateMethod(document, method);
      return method;
    },
    noResource,
  );
}

export async function deleteMethod(
  { apis }: RestState,
  input: DeleteMethodRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    const resource = findResource(document, input.resourceId);
    const method = methodOf(resource, input.httpMethod);
    if (!method) throw resourceNotFound('Method');
    resource.methods = resource.methods.filter((each) => each !== method);
  };
  await apis.update(context, input.restApiId, remove, noResource);
  return {};
}

/** What a method refers to is there (texts recorded 2024-04, and 2024-12 for mappings). */
export function validateMethod(document: RestApiDocument, method: StoredMethod): void {
  validateParameters(method.requestParameters);
  const { authorizationType, authorizerId, requestValidatorId } = method;
  if (!AUTHORIZATIONS.includes(authorizationType)) {
    // Wording unverified.
    throw badRequest(
      `Invalid Authorization Type specified. Valid options are ${AUTHORIZATIONS.join(',')}`,
    );
  }
  if (authorizationType === 'CUSTOM' || authorizationType === 'COGNITO_USER_POOLS') {
    const cognito = authorizationType === 'COGNITO_USER_POOLS';
    const authorizer = document.authorizers.find(({ id }) => id === authorizerId);
    if (!authorizer || (authorizer.type === 'COGNITO_USER_POOLS') !== cognito) {
      throw badRequest(
        'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
      );
    }
  } else {
    // Ignored where nothing would use it (recorded 2024-04).
    method.authorizerId = undefined;
  }
  if (requestValidatorId === '') method.requestValidatorId = undefined;
  else if (requestValidatorId !== undefined) {
    if (!document.validators.some(({ id }) => id === requestValidatorId)) {
      throw badRequest('Invalid Request Validator identifier specified');
    }
  }
  validateModels(document, method.requestModels);
}

export function validateModels(
  { models }: RestApiDocument,
  named: Readonly<Record<string, string>> = {},
): void {
  for (const model of Object.values(named)) {
    if (!models.some(({ name }) => name === model)) {
      throw badRequest(`Invalid model identifier specified: ${model}`);
    }
  }
}

function validateParameters(parameters: Readonly<Record<string, boolean>> = {}): void {
  const names = new Set<string>();
  for (const parameter of Object.keys(parameters)) {
    const name = /^method\.request\.(?:querystring|header|path)\.([^\s]+)$/.exec(parameter)?.[1];
    if (name === undefined) {
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${parameter}]`,
      );
    }
    if (names.has(name)) {
      throw badRequest('Parameter names must be unique across querystring, header and path');
    }
    names.add(name);
  }
}
