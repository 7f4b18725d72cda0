/** Looks up the parts of an API that operations name, with AWS's error for each that is not there. */
import { resourceNotFound } from '../errors.ts';
import type { RestApiDocument, StoredMethod, StoredResource } from '../rest-api-document.ts';

interface MethodName {
  readonly resourceId: string;
  readonly httpMethod: string;
}

export function findResource(document: RestApiDocument, resourceId: string): StoredResource {
  const resource = document.resources.find(({ id }) => id === resourceId);
  if (!resource) throw resourceNotFound('Resource');
  return resource;
}

export function findMethod(document: RestApiDocument, name: MethodName): StoredMethod {
  const method = methodOf(findResource(document, name.resourceId), name.httpMethod);
  if (!method) throw resourceNotFound('Method');
  return method;
}

export function methodOf(resource: StoredResource, httpMethod: string): StoredMethod | undefined {
  return resource.methods.find((method) => method.httpMethod === httpMethod);
}

/** `/` of the root, `/pets/{id}` of others. */
export function pathOf(
  { resources }: { readonly resources: readonly StoredResource[] },
  resource: StoredResource,
): string {
  const parts: string[] = [];
  let at: StoredResource | undefined = resource;
  // A resource's parents are among the others and never itself: `resources.ts` sees to it.
  while (at?.pathPart !== undefined) {
    parts.unshift(at.pathPart);
    const { parentId }: StoredResource = at;
    at = resources.find(({ id }) => id === parentId);
  }
  return `/${parts.join('/')}`;
}

/** The error of operations that look for a resource before they look at its API (recorded 2024-04). */
export const noResource = () => resourceNotFound('Resource');
