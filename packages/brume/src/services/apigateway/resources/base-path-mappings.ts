/** Base path mappings: which API a path below a custom domain name leads to. */
import type {
  BasePathMapping,
  CreateBasePathMappingRequest,
  DeleteBasePathMappingRequest,
  GetBasePathMappingRequest,
  GetBasePathMappingsRequest,
  UpdateBasePathMappingRequest,
} from '../../../model/generated/apigateway.types.ts';
import {
  refuseOtherReach,
  refuseOuterSlashes,
  ROOT_BASE_PATH,
} from '../../gateway/custom-domain.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { domainKey } from '../domain-name.ts';
import { isPrivate } from '../endpoint-type.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { BASE_PATH_MAPPINGS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { basePathMappingPatch } from '../patching/tables.ts';
import type { KeptDomainName, KeptMapping } from '../port.ts';
import type { RestState } from '../state.ts';

export async function createBasePathMapping(
  state: RestState,
  input: CreateBasePathMappingRequest,
  context: RequestContext,
): Promise<BasePathMapping> {
  const { domainName, domainNameId, basePath, restApiId, stage } = input;
  const apiMappingId = state.newId(SHORT_ID_LENGTH);
  const mapping: KeptMapping = {
    basePath: basePath || ROOT_BASE_PATH,
    restApiId,
    stage,
    apiMappingId,
  };
  const isForPrivate = await checkTarget(state, mapping, context);
  return state.domainNames.update(context, domainKey(domainName, domainNameId), (domain) => {
    checkKind(domain, mapping, isForPrivate);
    refuseTaken(domain, mapping);
    if (domain.mappings.length >= BASE_PATH_MAPPINGS_MAX) {
      throw limitReached('base path mappings', BASE_PATH_MAPPINGS_MAX);
    }
    domain.mappings.push(mapping);
    return mapping;
  });
}

export async function getBasePathMapping(
  { domainNames }: RestState,
  { domainName, domainNameId, basePath }: GetBasePathMappingRequest,
  context: RequestContext,
): Promise<BasePathMapping> {
  return find(await domainNames.get(context, domainKey(domainName, domainNameId)), basePath);
}

export async function getBasePathMappings(
  { domainNames }: RestState,
  input: GetBasePathMappingsRequest,
  context: RequestContext,
): Promise<Page<BasePathMapping>> {
  const key = domainKey(input.domainName, input.domainNameId);
  const { mappings } = await domainNames.get(context, key);
  return pageOf(mappings, input, ({ basePath }) => basePath);
}

export async function updateBasePathMapping(
  state: RestState,
  { domainName, domainNameId, basePath, patchOperations }: UpdateBasePathMappingRequest,
  context: RequestContext,
): Promise<BasePathMapping> {
  const key = domainKey(domainName, domainNameId);
  const patch = (domain: KeptDomainName) => {
    const mapping = find(domain, basePath);
    domain.mappings = domain.mappings.filter((each) => each !== mapping);
    applyPatch(basePathMappingPatch, mapping, patchOperations);
    mapping.basePath ||= ROOT_BASE_PATH;
    refuseTaken(domain, mapping);
    domain.mappings.push(mapping);
    return mapping;
  };
  const mapping = patch(await state.domainNames.get(context, key));
  const isForPrivate = await checkTarget(state, mapping, context);
  return state.domainNames.update(context, key, (domain) => {
    const patched = patch(domain);
    checkKind(domain, patched, isForPrivate);
    return patched;
  });
}

export async function deleteBasePathMapping(
  { domainNames }: RestState,
  { domainName, domainNameId, basePath }: DeleteBasePathMappingRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await domainNames.update(context, domainKey(domainName, domainNameId), (domain) => {
    const mapping = find(domain, basePath);
    domain.mappings = domain.mappings.filter((each) => each !== mapping);
  });
  return {};
}

function find({ mappings }: KeptDomainName, basePath: string): KeptMapping {
  const mapping = mappings.find((each) => each.basePath === basePath);
  if (!mapping) throw resourceNotFound('base path mapping');
  return mapping;
}

/** The text is AWS's by several reports (serverless-domain-manager#57, 2017). */
function refuseTaken({ mappings }: KeptDomainName, { basePath }: KeptMapping): void {
  if (mappings.some((each) => each.basePath === basePath)) {
    throw conflict('Base path already exists for this domain name');
  }
}

/** A mapping leads to an API, and a stage of it where it names one. Answers whether the API is private. */
async function checkTarget(
  { apis }: RestState,
  { restApiId, stage }: KeptMapping,
  context: RequestContext,
): Promise<boolean> {
  const { api, stages } = await apis.get(context, restApiId, () =>
    badRequest('Invalid REST API identifier specified'),
  );
  if (stage && !stages.some(({ stageName }) => stageName === stage)) {
    throw badRequest('Invalid stage identifier specified');
  }
  return isPrivate(api);
}

/** By the developer guide (2026); wordings unverified. */
function checkKind(domain: KeptDomainName, { basePath }: KeptMapping, isForPrivate: boolean): void {
  refuseOtherReach({ isDomainPrivate: isPrivate(domain), isApiPrivate: isForPrivate });
  refuseOuterSlashes(basePath);
  if (isForPrivate && basePath.includes('/')) {
    throw badRequest('Base paths of private domain names have one part');
  }
}
