/** Resources: the tree of paths that an API has. */
import type {
  CreateResourceRequest,
  DeleteResourceRequest,
  GetResourceRequest,
  GetResourcesRequest,
  Method,
  Resource,
  UpdateResourceRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { ID_LENGTH } from '../identifiers.ts';
import { RESOURCES_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { resourcePatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredResource } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { findResource, noResource, pathOf } from './find.ts';

export async function createResource(
  { apis, newId }: RestState,
  input: CreateResourceRequest,
  context: RequestContext,
): Promise<Resource> {
  const id = newId(ID_LENGTH);
  return apis.update(context, input.restApiId, (document) => {
    const { parentId, pathPart } = input;
    findResource(document, parentId);
    if (document.resources.length >= RESOURCES_MAX) throw limitReached('resources', RESOURCES_MAX);
    const resource: StoredResource = { id, parentId, pathPart, methods: [] };
    document.resources.push(resource);
    validatePlace(document, resource);
    return describe(document, resource, []);
  });
}

export async function getResource(
  { apis }: RestState,
  { restApiId, resourceId, embed }: GetResourceRequest,
  context: RequestContext,
): Promise<Resource> {
  const document = await apis.get(context, restApiId, noResource);
  return describe(document, findResource(document, resourceId), embed);
}

export async function getResources(
  { apis }: RestState,
  input: GetResourcesRequest,
  context: RequestContext,
): Promise<Page<Resource>> {
  const document = await apis.get(context, input.restApiId);
  const described = document.resources.map((each) => describe(document, each, input.embed));
  return pageOf(described, input, ({ path }) => path ?? '');
}

export async function updateResource(
  { apis }: RestState,
  input: UpdateResourceRequest,
  context: RequestContext,
): Promise<Resource> {
  const { restApiId, resourceId, patchOperations } = input;
  return apis.update(
    context,
    restApiId,
    (document) => {
      const resource = findResource(document, resourceId);
      const { parentId, pathPart } = resource;
      applyPatch(resourcePatch, resource, patchOperations);
      if (parentId === undefined) refuseChangeOfRoot(resource);
      else if (parentId !== resource.parentId || pathPart !== resource.pathPart) {
        validatePlace(document, resource);
      }
      return describe(document, resource, []);
    },
    noResource,
  );
}

export async function deleteResource(
  { apis }: RestState,
  { restApiId, resourceId }: DeleteResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    const { id, parentId } = findResource(document, resourceId);
    // The text is AWS's by several reports (serverless#4101, 2017).
    if (parentId === undefined) throw badRequest('Root resource cannot be deleted.');
    const gone = new Set([id, ...descendants(document, id)]);
    document.resources = document.resources.filter((each) => !gone.has(each.id));
  };
  await apis.update(context, restApiId, remove, noResource);
  return {};
}

function describe(
  document: RestApiDocument,
  resource: StoredResource,
  embed: readonly string[] = [],
): Resource {
  const { id, parentId, pathPart, methods } = resource;
  const path = pathOf(document, resource);
  if (methods.length === 0) return { id, parentId, pathPart, path };
  // Without `embed` a method is named and not shown (recorded 2024).
  const shown = (method: Method): Method => (embed.includes('methods') ? method : {});
  const resourceMethods = Object.fromEntries(
    methods.map((method) => [method.httpMethod, shown(method)]),
  );
  return { id, parentId, pathPart, path, resourceMethods };
}

function descendants({ resources }: RestApiDocument, resourceId: string): string[] {
  const found: string[] = [];
  let layer = [resourceId];
  while (layer.length > 0) {
    const parents = new Set(layer);
    layer = resources.flatMap(({ id, parentId = '' }) => (parents.has(parentId) ? [id] : []));
    found.push(...layer);
  }
  return found;
}

/** Recorded 2025-09. */
function refuseChangeOfRoot({ parentId, pathPart }: StoredResource): void {
  if (pathPart !== undefined) throw badRequest('Root resource cannot update its pathPart.');
  if (parentId !== undefined) throw badRequest('Root resource cannot update its parentId.');
}

/** Texts recorded 2024-04, or by LocalStack for variable parts. */
export function validatePlace(document: RestApiDocument, resource: StoredResource): void {
  const { id, parentId = '', pathPart = '' } = resource;
  const parent = document.resources.find((each) => each.id === parentId);
  if (!parent) throw resourceNotFound('Resource');
  // Asked before paths are followed: a cycle would have no end.
  if (parentId === id || descendantsWithout(document, resource).has(parentId)) {
    throw badRequest('Resources cannot be cyclical.');
  }
  if (!/^([a-zA-Z0-9._\-:~$+@,]+|\{[a-zA-Z0-9._\-:~$@,]+\+?\})$/.test(pathPart)) {
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  }
  if (isGreedy(parent.pathPart)) {
    throw badRequest(
      `Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`,
    );
  }
  for (const sibling of document.resources) {
    if (sibling.parentId !== parentId || sibling.id === id) continue;
    if (sibling.pathPart === pathPart) {
      throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
    }
    if (isVariable(pathPart) && isVariable(sibling.pathPart)) {
      throw badRequest(
        `A sibling (${sibling.pathPart}) of this resource already has a variable path part -- only one is allowed`,
      );
    }
  }
}

/** What is below a resource, whatever it calls its parent. */
function descendantsWithout(document: RestApiDocument, resource: StoredResource): Set<string> {
  const others = document.resources.filter((each) => each !== resource);
  return new Set(descendants({ ...document, resources: others }, resource.id));
}

const isVariable = (pathPart = '') => pathPart.startsWith('{');
const isGreedy = (pathPart = '') => pathPart.endsWith('+}');
