/** Makes what a document says part of an API, by the same checks as when each part is created by itself. */
import { AwsError } from '../../../model/aws-error.ts';
import { badRequest } from '../../gateway/errors.ts';
import { limitReached } from '../errors.ts';
import { AUTHORIZERS_MAX, MODELS_MAX, REQUEST_VALIDATORS_MAX, RESOURCES_MAX } from '../limits.ts';
import { validateAuthorizer } from '../resources/authorizers.ts';
import { addParts } from '../resources/documentation-parts.ts';
import { pathOf } from '../resources/find.ts';
import { validateGatewayResponse } from '../resources/gateway-responses.ts';
import { validateIntegrationResponse } from '../resources/integration-responses.ts';
import { validateIntegration } from '../resources/integrations.ts';
import { validateMethodResponse } from '../resources/method-responses.ts';
import { validateMethod } from '../resources/methods.ts';
import { validateModel, validateModelName } from '../resources/models.ts';
import { validateValidator } from '../resources/request-validators.ts';
import { validatePlace } from '../resources/resources.ts';
import { newEndpoint, validateApi } from '../resources/rest-apis.ts';
import type { RestApiDocument, StoredResource } from '../rest-api-document.ts';
import type { ImportedApi, ImportedMethod } from './imported-api.ts';

export type ImportMode = 'merge' | 'overwrite';

/** Throws one error with all that is wrong. */
export function applyImport(
  document: RestApiDocument,
  imported: ImportedApi,
  mode: ImportMode,
): void {
  const before = { ...document };
  if (mode === 'overwrite') clear(document);
  const errors: string[] = [];
  const attempt = (what: string, act: () => void) => {
    try {
      act();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push(`${what}: ${error.message}`);
    }
  };
  applySettings(document, imported, mode);
  addNamed(document, imported, before, attempt);
  for (const path of imported.resourceIds.keys()) {
    attempt(`Unable to create resource at path '${path}'`, () => {
      addResource(document, path, imported, before);
    });
  }
  for (const each of imported.methods) {
    const { path, method } = each;
    attempt(`Unable to put method '${method.httpMethod}' on resource at path '${path}'`, () => {
      putMethod(document, each);
    });
  }
  attempt('Unable to import documentation', () => addParts(document, imported.parts));
  // The form is AWS's by many reports (aws-sam-cli#1072, 2019; terraform-provider-aws#11344, 2019).
  if (errors.length > 0) {
    throw badRequest(`Errors found during import:\n\t${errors.join('\n\t')}`);
  }
  validateApi(document.api);
  checkLimits(document);
}

type Attempt = (what: string, act: () => void) => void;

/** What the document does not say is then as in an API that was just created; stages stay. */
function clear(document: RestApiDocument): void {
  document.resources = [{ id: document.api.rootResourceId, methods: [] }];
  document.models = [];
  document.validators = [];
  document.authorizers = [];
  document.gatewayResponses = [];
  document.parts = [];
}

function applySettings(
  { api }: RestApiDocument,
  { settings }: ImportedApi,
  mode: ImportMode,
): void {
  const { endpointConfiguration, binaryMediaTypes, ...others } = settings;
  const said = Object.entries(others).filter(([, value]) => value !== undefined);
  Object.assign(api, Object.fromEntries(said));
  const { types = api.endpointConfiguration?.types, ...rest } = endpointConfiguration;
  api.endpointConfiguration = newEndpoint({
    types,
    ipAddressType: rest.ipAddressType ?? keptAddressType(api.endpointConfiguration, types),
    vpcEndpointIds: rest.vpcEndpointIds ?? api.endpointConfiguration?.vpcEndpointIds,
  });
  if (mode === 'overwrite') {
    const { version, description, minimumCompressionSize, policy } = settings;
    Object.assign(api, { version, description, minimumCompressionSize, policy, binaryMediaTypes });
  } else if (binaryMediaTypes) {
    api.binaryMediaTypes = [...new Set([...(api.binaryMediaTypes ?? []), ...binaryMediaTypes])];
  }
}

/** An endpoint of another type has an address type of its own. */
function keptAddressType(
  before: RestApiDocument['api']['endpointConfiguration'],
  types: readonly string[] | undefined,
) {
  return before?.types?.[0] === types?.[0] ? before?.ipAddressType : undefined;
}

/** What has a name replaces what had it; the ids stay, since deployments and clients know them. */
function addNamed(
  document: RestApiDocument,
  { models, validators, authorizers, gatewayResponses }: ImportedApi,
  before: RestApiDocument,
  attempt: Attempt,
): void {
  for (const model of models) {
    attempt(`Unable to create model for '${model.name}'`, () => {
      validateModelName(model.name);
      validateModel(model);
      document.models = replaced(document.models, withId(model, before.models), 'name');
    });
  }
  for (const validator of validators) {
    attempt(`Unable to create request validator '${validator.name}'`, () => {
      validateValidator(validator);
      const kept = withId(validator, before.validators);
      document.validators = replaced(document.validators, kept, 'name');
    });
  }
  for (const authorizer of authorizers) {
    attempt(`Unable to create authorizer '${authorizer.name}'`, () => {
      validateAuthorizer(authorizer);
      const kept = withId(authorizer, before.authorizers);
      document.authorizers = replaced(document.authorizers, kept, 'name');
    });
  }
  for (const response of gatewayResponses) {
    attempt(`Unable to put gateway response '${response.responseType}'`, () => {
      validateGatewayResponse(response);
      document.gatewayResponses = replaced(document.gatewayResponses, response, 'responseType');
    });
  }
}

function withId<Item extends { readonly id: string; readonly name?: string | undefined }>(
  item: Item,
  before: readonly Item[],
): Item {
  const same = before.find(({ name }) => name === item.name);
  return { ...item, id: same?.id ?? item.id };
}

function replaced<Item>(list: readonly Item[], item: Item, key: keyof Item): Item[] {
  const at = list.findIndex((each) => each[key] === item[key]);
  return at < 0 ? [...list, item] : list.with(at, item);
}

function addResource(
  document: RestApiDocument,
  path: string,
  { resourceIds }: ImportedApi,
  before: RestApiDocument,
): void {
  if (path === '/' || resourceAt(document, path)) return;
  const end = path.lastIndexOf('/');
  const parent = resourceAt(document, path.slice(0, end) || '/');
  // Its own error is told already.
  if (!parent) return;
  const id = resourceAt(before, path)?.id ?? resourceIds.get(path) ?? '';
  const resource = { id, parentId: parent.id, pathPart: path.slice(end + 1), methods: [] };
  document.resources.push(resource);
  validatePlace(document, resource);
}

function resourceAt(
  document: Pick<RestApiDocument, 'resources'>,
  path: string,
): StoredResource | undefined {
  return document.resources.find((each) => pathOf(document, each) === path);
}

function putMethod(
  document: RestApiDocument,
  { path, method, authorizerName, validatorName, integration }: ImportedMethod,
): void {
  const resource = resourceAt(document, path);
  if (!resource) return;
  const { authorizers, validators } = document;
  const put = {
    ...method,
    authorizerId: authorizers.find(({ name }) => name === authorizerName)?.id,
    requestValidatorId:
      validatorName === undefined
        ? undefined
        : (validators.find(({ name }) => name === validatorName)?.id ?? validatorName),
    methodIntegration: integration && {
      ...integration,
      cacheNamespace: integration.cacheNamespace || resource.id,
    },
  };
  validateMethod(document, put);
  for (const response of Object.values(put.methodResponses ?? {})) {
    validateMethodResponse(document, response);
  }
  if (put.methodIntegration) {
    validateIntegration(put.methodIntegration);
    const responses = Object.values(put.methodIntegration.integrationResponses ?? {});
    responses.forEach(validateIntegrationResponse);
  }
  resource.methods = replaced(resource.methods, put, 'httpMethod');
}

function checkLimits({ resources, models, authorizers, validators }: RestApiDocument): void {
  if (resources.length > RESOURCES_MAX) throw limitReached('resources', RESOURCES_MAX);
  if (models.length > MODELS_MAX) throw limitReached('models', MODELS_MAX);
  if (authorizers.length > AUTHORIZERS_MAX) throw limitReached('authorizers', AUTHORIZERS_MAX);
  if (validators.length > REQUEST_VALIDATORS_MAX) {
    throw limitReached('request validators', REQUEST_VALIDATORS_MAX);
  }
}
