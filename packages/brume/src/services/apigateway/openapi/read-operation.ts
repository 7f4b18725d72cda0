/** An operation of a document, Swagger 2 or OpenAPI 3, as a method. */
import type { MethodResponse } from '../../../model/generated/apigateway.types.ts';
import { resolved } from '../../gateway/openapi/references.ts';
import { booleanOf, fieldsOf, listOf, textOf, textsOf } from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import type { ImportedMethod } from './imported-api.ts';
import { readIntegration } from './read-integration.ts';
import type { SchemaReader } from './read-schemas.ts';
import { readAccess } from './read-security.ts';

const VALIDATOR = 'x-amazon-apigateway-request-validator';
const INTEGRATION = 'x-amazon-apigateway-integration';
const JSON_TYPE = ['application/json'];
const LOCATIONS: Readonly<Record<string, string>> = {
  query: 'querystring',
  header: 'header',
  path: 'path',
};

export interface OperationContext {
  readonly root: Fields;
  readonly schemes: Fields;
  readonly schemas: SchemaReader;
  readonly warnings: string[];
}

export interface OperationPlace {
  readonly path: string;
  /** In capitals; `ANY` for the extension of that name. */
  readonly verb: string;
  /** Of the path, for all its operations. */
  readonly shared: readonly unknown[];
}

export function readOperation(
  value: unknown,
  at: OperationPlace,
  { root, schemes, schemas, warnings }: OperationContext,
): ImportedMethod {
  const place = `paths.${at.path}.${at.verb.toLowerCase()}`;
  const operation = fieldsOf(value, place);
  const access = readAccess(operation, schemes, root.get('security'), { place, warnings });
  const parameters = parametersOf(root, [
    ...at.shared,
    ...listOf(operation.get('parameters'), `${place}.parameters`),
  ]);
  const { requestParameters, bodySchema } = readParameters(parameters, place, warnings);
  const consumed = textsOf(operation.get('consumes') ?? root.get('consumes'), place) ?? JSON_TYPE;
  const requestModels =
    bodySchema === undefined
      ? modelsOf(resolved(root, operation.get('requestBody'), place), schemas, place)
      : Object.fromEntries(consumed.map((type) => [type, schemas.nameOf(bodySchema, place)]));
  const { authorizationType, authorizationScopes, apiKeyRequired, authorizerName } = access;
  const integration = operation.get(INTEGRATION);
  return {
    path: at.path,
    authorizerName,
    validatorName: textOf(operation.get(VALIDATOR) ?? root.get(VALIDATOR), `${place}.${VALIDATOR}`),
    integration:
      integration === undefined
        ? undefined
        : readIntegration(resolved(root, integration, place), { ...at, warnings }),
    method: {
      httpMethod: at.verb,
      authorizationType,
      apiKeyRequired,
      operationName: textOf(operation.get('operationId'), `${place}.operationId`),
      requestParameters: unlessEmpty(requestParameters),
      requestModels: requestModels && unlessEmpty(requestModels),
      authorizationScopes,
      methodResponses: readResponses(operation, place, { root, schemes, schemas, warnings }),
    },
  };
}

/** One of an operation replaces one of its path with the same name and location. */
function parametersOf(root: Fields, list: readonly unknown[]): Fields[] {
  const parameters = list.map((each) => resolved(root, each, 'parameters'));
  const byPlace = new Map(
    parameters.map((each) => [`${String(each.get('in'))} ${String(each.get('name'))}`, each]),
  );
  return [...byPlace.values()];
}

function readParameters(parameters: readonly Fields[], place: string, warnings: string[]) {
  const requestParameters: Record<string, boolean> = {};
  let bodySchema: unknown;
  for (const parameter of parameters) {
    const where = textOf(parameter.get('in'), `${place}.parameters.in`) ?? '';
    const name = textOf(parameter.get('name'), `${place}.parameters.name`) ?? '';
    if (where === 'body') bodySchema = parameter.get('schema');
    else if (Object.hasOwn(LOCATIONS, where)) {
      const required = booleanOf(parameter.get('required'), `${place}.parameters.required`);
      requestParameters[`method.request.${LOCATIONS[where]}.${name}`] = required ?? false;
    } else warnings.push(`Parameter '${name}' in '${where}' of ${place} is not supported.`);
  }
  return { requestParameters, bodySchema };
}

/** Of OpenAPI 3: models by content type. */
function modelsOf(
  body: Fields,
  schemas: SchemaReader,
  place: string,
): Record<string, string> | undefined {
  const content = [...fieldsOf(body.get('content'), `${place}.content`)];
  const models = content.flatMap(([type, media]) => {
    const schema = fieldsOf(media, `${place}.content.${type}`).get('schema');
    return schema === undefined ? [] : [[type, schemas.nameOf(schema, place)] as const];
  });
  return models.length === 0 ? undefined : Object.fromEntries(models);
}

function readResponses(
  operation: Fields,
  place: string,
  { root, schemas, warnings }: OperationContext,
): Record<string, MethodResponse> | undefined {
  const produced = textsOf(operation.get('produces') ?? root.get('produces'), place) ?? JSON_TYPE;
  const responses: [string, MethodResponse][] = [];
  for (const [statusCode, value] of fieldsOf(operation.get('responses'), `${place}.responses`)) {
    if (!/^[1-5]\d\d$/.test(statusCode)) {
      warnings.push(`Response '${statusCode}' of ${place} has no status and was left out.`);
      continue;
    }
    const response = resolved(root, value, `${place}.responses.${statusCode}`);
    const headers = [...fieldsOf(response.get('headers'), `${place}.responses.headers`).keys()];
    const schema = response.get('schema');
    const responseModels =
      schema === undefined
        ? modelsOf(response, schemas, place)
        : Object.fromEntries(produced.map((type) => [type, schemas.nameOf(schema, place)]));
    const parameters = headers.map((name) => [`method.response.header.${name}`, false] as const);
    const responseParameters = unlessEmpty(Object.fromEntries(parameters));
    responses.push([statusCode, { statusCode, responseParameters, responseModels }]);
  }
  return unlessEmpty(Object.fromEntries(responses));
}

function unlessEmpty<Members extends object>(members: Members): Members | undefined {
  return Object.keys(members).length === 0 ? undefined : members;
}
