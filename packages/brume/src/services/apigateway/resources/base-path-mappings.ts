/** Base path mappings: which API a path below a custom domain name leads to. */
import type {
  BasePathMapping,
  CreateBasePathMappingRequest,
  DeleteBasePathMappingRequest,
  GetBasePathMappingRequest,
  GetBasePathMappingsRequest,
  UpdateBasePathMappingRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { BASE_PATH_MAPPINGS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { basePathMappingPatch } from '../patching/tables.ts';
import type { KeptDomainName, KeptMapping } from '../port.ts';
import type { RestState } from '../state.ts';

/** How AWS writes the base path of a domain's root. */
const ROOT = '(none)';

export async function createBasePathMapping(
  state: RestState,
  { domainName, basePath, restApiId, stage }: CreateBasePathMappingRequest,
  context: RequestContext,
): Promise<BasePathMapping> {
  const apiMappingId = state.newId(SHORT_ID_LENGTH);
  const mapping: KeptMapping = { basePath: basePath || ROOT, restApiId, stage, apiMappingId };
  await checkTarget(state, mapping, context);
  return state.domainNames.update(context, domainName, (domain) => {
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
  { domainName, basePath }: GetBasePathMappingRequest,
  context: RequestContext,
): Promise<BasePathMapping> {
  return find(await domainNames.get(context, domainName), basePath);
}

export async function getBasePathMappings(
  { domainNames }: RestState,
  input: GetBasePathMappingsRequest,
  context: RequestContext,
): Promise<Page<BasePathMapping>> {
  const { mappings } = await domainNames.get(context, input.domainName);
  return pageOf(mappings, input, ({ basePath }) => basePath);
}

export async function updateBasePathMapping(
  state: RestState,
  { domainName, basePath, patchOperations }: UpdateBasePathMappingRequest,
  context: RequestContext,
): Promise<BasePathMapping> {
  const patch = (domain: KeptDomainName) => {
    const mapping = find(domain, basePath);
    domain.mappings = domain.mappings.filter((each) => each !== mapping);
    applyPatch(basePathMappingPatch, mapping, patchOperations);
    mapping.basePath ||= ROOT;
    refuseTaken(domain, mapping);
    domain.mappings.push(mapping);
    return mapping;
  };
  await checkTarget(state, patch(await state.domainNames.get(context, domainName)), context);
  return state.domainNames.update(context, domainName, patch);
}

export async function deleteBasePathMapping(
  { domainNames }: RestState,
  { domainName, basePath }: DeleteBasePathMappingRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await domainNames.update(context, domainName, (domain) => {
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

/** A mapping leads to an API, and a stage of it where it names one. */
async function checkTarget(
  { apis }: RestState,
  { restApiId, stage }: KeptMapping,
  context: RequestContext,
): Promise<void> {
  const { stages } = await apis.get(context, restApiId, () =>
    badRequest('Invalid REST API identifier specified'),
  );
  if (stage && !stages.some(({ stageName }) => stageName === stage)) {
    throw badRequest('Invalid stage identifier specified');
  }
}
