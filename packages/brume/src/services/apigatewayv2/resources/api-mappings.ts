/** API mappings: which stage a path below a custom domain name leads to. */
import type {
  ApiMapping,
  CreateApiMappingRequest,
  DeleteApiMappingRequest,
  GetApiMappingRequest,
  GetApiMappingsRequest,
  UpdateApiMappingRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import type { KeptDomainName, KeptMapping } from '../../apigateway/port.ts';
import { isEnhancedPolicy, refuseOtherReach, ROOT_BASE_PATH } from '../../gateway/custom-domain.ts';
import { badRequest, conflict, notFound } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached } from '../errors.ts';
import { API_MAPPING_ID_LENGTH } from '../identifiers.ts';
import { API_MAPPINGS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';

export async function createApiMapping(
  state: GatewayState,
  { ApiId: restApiId, Stage: stage, ApiMappingKey: key, DomainName }: CreateApiMappingRequest,
  context: RequestContext,
): Promise<ApiMapping> {
  const apiMappingId = state.apis.newId(API_MAPPING_ID_LENGTH);
  const mapping: KeptMapping = { apiMappingId, basePath: basePathOf(key), restApiId, stage };
  const target = await checkStage(state, restApiId, stage, context);
  return (await state.domainNames()).update(context, DomainName, (domain) => {
    checkKind(domain, target);
    refuseTaken(domain, mapping);
    if (domain.mappings.length >= API_MAPPINGS_MAX) throw limitReached('ApiMappings');
    domain.mappings.push(mapping);
    return described(mapping);
  });
}

export async function getApiMapping(
  { domainNames }: GatewayState,
  { DomainName, ApiMappingId }: GetApiMappingRequest,
  context: RequestContext,
): Promise<ApiMapping> {
  return described(find(await (await domainNames()).get(context, DomainName), ApiMappingId));
}

export async function getApiMappings(
  { domainNames }: GatewayState,
  input: GetApiMappingsRequest,
  context: RequestContext,
): Promise<{ Items: ApiMapping[]; NextToken: string | undefined }> {
  const { mappings } = await (await domainNames()).get(context, input.DomainName);
  return pageOf(mappings.map(described), input, (each) => each.ApiMappingId ?? '');
}

export async function updateApiMapping(
  state: GatewayState,
  input: UpdateApiMappingRequest,
  context: RequestContext,
): Promise<ApiMapping> {
  const port = await state.domainNames();
  const before = find(await port.get(context, input.DomainName), input.ApiMappingId);
  const target = await checkStage(state, input.ApiId, input.Stage ?? before.stage, context);
  return port.update(context, input.DomainName, (domain) => {
    checkKind(domain, target);
    const mapping = find(domain, input.ApiMappingId);
    domain.mappings = domain.mappings.filter((each) => each !== mapping);
    mapping.restApiId = input.ApiId;
    mapping.stage = input.Stage ?? mapping.stage;
    if (input.ApiMappingKey !== undefined) mapping.basePath = basePathOf(input.ApiMappingKey);
    refuseTaken(domain, mapping);
    domain.mappings.push(mapping);
    return described(mapping);
  });
}

export async function deleteApiMapping(
  { domainNames }: GatewayState,
  { DomainName, ApiMappingId }: DeleteApiMappingRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await (
    await domainNames()
  ).update(context, DomainName, (domain) => {
    const mapping = find(domain, ApiMappingId);
    domain.mappings = domain.mappings.filter((each) => each !== mapping);
  });
  return {};
}

/** What a mapping or a rule leads to. */
interface Target {
  readonly isRest: boolean;
  readonly isPrivate: boolean;
}

/** An API of either version, with that stage. */
export async function checkStage(
  { apis, domainNames }: GatewayState,
  apiId: string,
  stageName: string | undefined,
  context: RequestContext,
): Promise<Target> {
  const own = await apis.find(context, apiId);
  const rest = own ? undefined : await (await domainNames()).findRestApi(context, apiId);
  const names = own?.stages.map(({ StageName }) => StageName) ?? rest?.stageNames;
  if (!names) throw notFound(`Invalid API identifier specified ${context.accountId}:${apiId}`);
  // Wording of the first version of the service.
  if (stageName !== undefined && !names.includes(stageName)) {
    throw badRequest('Invalid stage identifier specified');
  }
  return { isRest: !own, isPrivate: rest?.isPrivate ?? false };
}

/** By the developer guide (2026); wordings unverified. */
export function checkKind(domain: KeptDomainName, { isRest, isPrivate }: Target): void {
  refuseOtherReach({ isDomainPrivate: domain.domainNameId !== undefined, isApiPrivate: isPrivate });
  if (!isRest && isEnhancedPolicy(domain.securityPolicy)) {
    throw badRequest(`The security policy ${domain.securityPolicy} is for REST APIs only`);
  }
}

/** Wording unverified. */
function basePathOf(key = ''): string {
  if (key === '') return ROOT_BASE_PATH;
  if (/^[\w.~+$@:-]+(\/[\w.~+$@:-]+)*$/.test(key) && key.length <= 300) return key;
  throw badRequest(`Invalid API mapping key specified: ${key}`);
}

function find({ mappings }: KeptDomainName, id: string): KeptMapping {
  const mapping = mappings.find(({ apiMappingId }) => apiMappingId === id);
  if (!mapping) throw notFound('Invalid API mapping identifier specified');
  return mapping;
}

/** Seen from AWS (serverless-domain-manager#57, 2017, of base path mappings). */
function refuseTaken({ mappings }: KeptDomainName, { basePath }: KeptMapping): void {
  if (mappings.some((each) => each.basePath === basePath)) {
    throw conflict('ApiMapping key already exists for this domain name');
  }
}

function described({ apiMappingId, basePath, restApiId, stage = '' }: KeptMapping): ApiMapping {
  return {
    ApiId: restApiId,
    ApiMappingId: apiMappingId,
    ApiMappingKey: basePath === ROOT_BASE_PATH ? '' : basePath,
    Stage: stage,
  };
}
