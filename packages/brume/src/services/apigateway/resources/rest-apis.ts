/** REST APIs as a whole: name, endpoint, and what they do to bodies. */
import type {
  CreateRestApiRequest,
  DeleteRestApiRequest,
  EndpointConfiguration,
  GetRestApiRequest,
  GetRestApisRequest,
  RestApi,
  UpdateRestApiRequest,
} from '../../../model/generated/apigateway.types.ts';
import type { Scope } from '../../gateway/document-store.ts';
import { badRequest } from '../../gateway/errors.ts';
import { idFromTags } from '../../gateway/identifiers.ts';
import { isResourcePolicy } from '../../gateway/policy-document.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { cloneApi } from '../clone-api.ts';
import { isPrivate } from '../endpoint-type.ts';
import { invalidPolicy } from '../errors.ts';
import { ID_LENGTH, SHORT_ID_LENGTH } from '../identifiers.ts';
import { COMPRESSION_BYTES_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { restApiPatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredApi } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { defaultModels } from './models.ts';

export async function createRestApi(
  { apis, newId, now }: RestState,
  input: CreateRestApiRequest,
  context: RequestContext,
): Promise<RestApi> {
  const source =
    input.cloneFrom === undefined ? undefined : await apis.get(context, input.cloneFrom);
  if (input.name === '') throw badRequest('Name cannot be empty');
  if (input.description === '') throw badRequest('Description cannot be an empty string');
  const { name, description, version, policy, tags, securityPolicy, endpointAccessMode } = input;
  const api: StoredApi = {
    id: idFromTags(tags) ?? newId(ID_LENGTH),
    name,
    description,
    createdDate: now(),
    version,
    binaryMediaTypes: nonEmpty(input.binaryMediaTypes),
    minimumCompressionSize: input.minimumCompressionSize,
    apiKeySource: input.apiKeySource ?? 'HEADER',
    endpointConfiguration: newEndpoint(input.endpointConfiguration),
    policy,
    tags: validTags(tags),
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    rootResourceId: newId(ID_LENGTH),
    securityPolicy,
    endpointAccessMode,
  };
  validateApi(api);
  const ofPart = () => newId(SHORT_ID_LENGTH);
  const ofResource = () => newId(ID_LENGTH);
  await apis.create(
    source
      ? cloneApi(source, context, api, { ofResource, ofPart })
      : { ...newDocument(context, api), models: defaultModels(ofPart) },
  );
  return api;
}

export async function getRestApi(
  { apis }: RestState,
  { restApiId }: GetRestApiRequest,
  context: RequestContext,
): Promise<RestApi> {
  return withAllTags((await apis.get(context, restApiId)).api);
}

export async function getRestApis(
  { apis }: RestState,
  input: GetRestApisRequest,
  context: RequestContext,
): Promise<Page<RestApi>> {
  const documents = await apis.list(context);
  return pageOf(
    documents.map(({ api }) => api),
    input,
    ({ id }) => id,
  );
}

export async function updateRestApi(
  { apis }: RestState,
  input: UpdateRestApiRequest,
  context: RequestContext,
): Promise<RestApi> {
  return apis.update(context, input.restApiId, ({ api }) => {
    const wasPrivate = isPrivate(api);
    applyPatch(restApiPatch, api, input.patchOperations);
    // Private APIs have both address families and no others (recorded 2025-07).
    const says = input.patchOperations?.some(({ path }) => path?.endsWith('/ipAddressType'));
    if (isPrivate(api) && !wasPrivate && !says && api.endpointConfiguration) {
      api.endpointConfiguration.ipAddressType = 'dualstack';
    }
    validateApi(api);
    return withAllTags(api);
  });
}

export async function deleteRestApi(
  { apis, domainNames }: RestState,
  { restApiId }: DeleteRestApiRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const domains = await domainNames.list(context);
  const names = domains
    .filter(({ mappings }) => mappings.some((mapping) => mapping.restApiId === restApiId))
    .map(({ domainName }) => domainName);
  if (names.length > 0) {
    // Seen from AWS (gcdt#373, 2017-08).
    throw badRequest(
      `Deleting RestApi ${restApiId} failed. Please remove all base path mappings related to the RestApi in your domains: ${names.join(', ')}`,
    );
  }
  await apis.remove(context, restApiId);
  return {};
}

/** An API with a root resource and nothing else. */
export function newDocument({ accountId, region }: Scope, api: StoredApi): RestApiDocument {
  return {
    accountId,
    region,
    api,
    resources: [{ id: api.rootResourceId, methods: [] }],
    models: [],
    validators: [],
    authorizers: [],
    gatewayResponses: [],
    deployments: [],
    stages: [],
    parts: [],
    versions: [],
  };
}

/** Answers about one API have its tags even where there are none (recorded 2025-07). */
export function withAllTags(api: StoredApi): RestApi {
  return { ...api, tags: api.tags ?? {} };
}

function nonEmpty<Item>(list: Item[] | undefined): Item[] | undefined {
  return list?.length === 0 ? undefined : list;
}

/** Recorded 2025-07; `types: []` is not the same as none. */
export function newEndpoint(given: EndpointConfiguration = {}): EndpointConfiguration {
  const { types = ['EDGE'], ipAddressType, vpcEndpointIds } = given;
  const family = types.includes('PRIVATE') ? 'dualstack' : 'ipv4';
  return { types, ipAddressType: ipAddressType ?? family, vpcEndpointIds };
}

const ENDPOINT_TYPES = ['REGIONAL', 'EDGE', 'PRIVATE'];
const IP_ADDRESS_TYPES = ['ipv4', 'dualstack'];

/** What an API must keep, however it came to be so (texts recorded 2025-07). */
export function validateApi(api: StoredApi): void {
  // Wording unverified.
  if (!api.name) throw badRequest('Name cannot be empty');
  const size = api.minimumCompressionSize;
  if (size !== undefined && (size < 0 || size > COMPRESSION_BYTES_MAX)) {
    throw badRequest(
      `Invalid minimum compression size, must be between 0 and ${COMPRESSION_BYTES_MAX}`,
    );
  }
  const { types = [], ipAddressType = '' } = api.endpointConfiguration ?? {};
  if (types.length === 0) {
    throw badRequest('REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.');
  }
  if (!types.every((type) => ENDPOINT_TYPES.includes(type))) {
    throw badRequest(
      `Invalid EndpointTypes specified. Valid options are ${ENDPOINT_TYPES.join(',')}`,
    );
  }
  if (types.length > 1) throw badRequest('Cannot create an api with multiple Endpoint Types.');
  if (!IP_ADDRESS_TYPES.includes(ipAddressType)) {
    throw badRequest('ipAddressType must be either ipv4 or dualstack.');
  }
  if (isPrivate(api) && ipAddressType !== 'dualstack') {
    throw badRequest('Only dualstack ipAddressType is supported for Private APIs.');
  }
  // Wording unverified.
  if (!['HEADER', 'AUTHORIZER'].includes(api.apiKeySource ?? '')) {
    throw badRequest('Invalid API Key source specified. Valid options are HEADER,AUTHORIZER');
  }
  if (api.policy !== undefined && !isResourcePolicy(api.policy)) throw invalidPolicy();
}
