/** A method as an operation of a document, in the words of Swagger 2 or OpenAPI 3. */
import type { MethodResponse } from '../../../model/generated/apigateway.types.ts';
import type { Snapshot, StoredMethod, StoredResource } from '../rest-api-document.ts';
import type { ExportOptions } from './write-document.ts';
import { writeIntegration } from './write-integration.ts';

type Json = Record<string, unknown>;

export const API_KEY_SCHEME = 'api_key';
export const IAM_SCHEME = 'sigv4';

const LOCATIONS = { querystring: 'query', header: 'header', path: 'path' } as const;

export function writeOperation(
  snapshot: Snapshot,
  resource: StoredResource,
  method: StoredMethod,
  { isSwagger, extensions }: ExportOptions,
): Json {
  const requestModels = Object.entries(method.requestModels ?? {});
  const parameters = writeParameters(method, isSwagger);
  const [, bodyModel] = requestModels[0] ?? [];
  if (isSwagger && bodyModel !== undefined) {
    const schema = { $ref: `#/definitions/${bodyModel}` };
    parameters.push({ in: 'body', name: bodyModel, required: true, schema });
  }
  const responses = Object.values(method.methodResponses ?? {});
  const produced = [
    ...new Set(responses.flatMap(({ responseModels }) => Object.keys(responseModels ?? {}))),
  ];
  const security = requirements(snapshot, method);
  const validator = snapshot.validators.find(({ id }) => id === method.requestValidatorId);
  const { methodIntegration } = method;
  return {
    operationId: method.operationName,
    consumes:
      isSwagger && requestModels.length > 0 ? requestModels.map(([type]) => type) : undefined,
    produces: isSwagger && produced.length > 0 ? produced : undefined,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: isSwagger || requestModels.length === 0 ? undefined : requestBody(requestModels),
    responses: Object.fromEntries(
      responses.map((each) => [each.statusCode ?? '', writeResponse(each, isSwagger)]),
    ),
    security: security.length === 0 ? undefined : security,
    'x-amazon-apigateway-request-validator': extensions.has('apigateway')
      ? validator?.name
      : undefined,
    'x-amazon-apigateway-integration':
      extensions.has('integrations') && methodIntegration
        ? writeIntegration(methodIntegration, resource.id)
        : undefined,
  };
}

function writeParameters({ requestParameters = {} }: StoredMethod, isSwagger: boolean): Json[] {
  return Object.entries(requestParameters).flatMap(([expression, required]) => {
    const match = /^method\.request\.(querystring|header|path)\.(.+)$/.exec(expression);
    if (!match) return [];
    const [, location, name] = match as unknown as [string, keyof typeof LOCATIONS, string];
    const type = isSwagger ? { type: 'string' } : { schema: { type: 'string' } };
    // OpenAPI 3 leaves false out; Swagger 2 says it of parameters that are not in the path.
    const isSaid = required || isSwagger;
    return [{ name, in: LOCATIONS[location], ...(isSaid && { required }), ...type }];
  });
}

function requestBody(models: readonly (readonly [string, string])[]): Json {
  return { content: content(models), required: true };
}

function content(models: readonly (readonly [string, string])[]): Json {
  return Object.fromEntries(
    models.map(([type, model]) => [type, { schema: { $ref: `#/components/schemas/${model}` } }]),
  );
}

function writeResponse(response: MethodResponse, isSwagger: boolean): Json {
  const { statusCode, responseModels = {}, responseParameters = {} } = response;
  const type = isSwagger ? { type: 'string' } : { schema: { type: 'string' } };
  const headers = Object.keys(responseParameters).map(
    (name) => [name.replace(/^method\.response\.header\./, ''), type] as const,
  );
  const models = Object.entries(responseModels);
  const [, model] = models[0] ?? [];
  return {
    description: `${statusCode} response`,
    schema: isSwagger && model !== undefined ? { $ref: `#/definitions/${model}` } : undefined,
    headers: headers.length === 0 ? undefined : Object.fromEntries(headers),
    // OpenAPI 3 has it even where there is no model (recorded 2025-05).
    content: isSwagger ? undefined : content(models),
  };
}

function requirements(snapshot: Snapshot, method: StoredMethod): Json[] {
  const { authorizationType, authorizerId, authorizationScopes = [] } = method;
  const required: Json[] = [];
  const authorizer = snapshot.authorizers.find(({ id }) => id === authorizerId);
  if (authorizer?.name !== undefined) required.push({ [authorizer.name]: authorizationScopes });
  if (authorizationType === 'AWS_IAM') required.push({ [IAM_SCHEME]: [] });
  if (method.apiKeyRequired) required.push({ [API_KEY_SCHEME]: [] });
  return required;
}
