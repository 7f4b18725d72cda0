/** A copy of an API's configuration under other ids; what has been deployed stays where it is. */
import { modelUrl } from './openapi/read-schemas.ts';
import type { RestApiDocument, StoredApi } from './rest-api-document.ts';

interface NewIds {
  readonly ofResource: () => string;
  readonly ofPart: () => string;
}

/** `api` is what the copy is to be. */
export function cloneApi(
  source: RestApiDocument,
  { accountId, region }: Pick<RestApiDocument, 'accountId' | 'region'>,
  api: StoredApi,
  { ofResource, ofPart }: NewIds,
): RestApiDocument {
  const ids = new Map([[source.api.rootResourceId, api.rootResourceId]]);
  for (const { id } of source.resources) if (!ids.has(id)) ids.set(id, ofResource());
  for (const { id } of [...source.authorizers, ...source.validators]) ids.set(id, ofPart());
  const renamed = (id: string) => ids.get(id) ?? id;
  return {
    accountId,
    region,
    api,
    resources: source.resources.map((resource) => ({
      ...resource,
      id: renamed(resource.id),
      parentId: resource.parentId && renamed(resource.parentId),
      methods: resource.methods.map(({ methodIntegration, ...method }) => ({
        ...method,
        authorizerId: method.authorizerId && renamed(method.authorizerId),
        requestValidatorId: method.requestValidatorId && renamed(method.requestValidatorId),
        methodIntegration: methodIntegration && {
          ...methodIntegration,
          cacheNamespace: renamed(methodIntegration.cacheNamespace ?? ''),
        },
      })),
    })),
    models: source.models.map((model) => ({
      ...model,
      id: ofPart(),
      schema: model.schema?.replaceAll(modelUrl(source.api.id, ''), modelUrl(api.id, '')),
    })),
    validators: source.validators.map((each) => ({ ...each, id: renamed(each.id) })),
    authorizers: source.authorizers.map((each) => ({ ...each, id: renamed(each.id) })),
    gatewayResponses: source.gatewayResponses,
    parts: source.parts.map((part) => ({ ...part, id: ofPart() })),
    deployments: [],
    stages: [],
    versions: [],
  };
}
