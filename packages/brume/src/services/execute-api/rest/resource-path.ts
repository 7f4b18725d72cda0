/** Resources of an API as patterns that paths are matched with. */
import type { Segment } from '../../apigatewayv2/port.ts';
import type { PublishedResource } from '../../apigateway/port.ts';

/** `/` of the root, `/pets/{id}` of others. */
export function resourcePath(
  resource: PublishedResource,
  byId: ReadonlyMap<string, PublishedResource>,
): string {
  const parts: string[] = [];
  let at: PublishedResource | undefined = resource;
  // Bounded: a resource is never among its own parents, and their number is limited.
  while (at?.pathPart !== undefined) {
    parts.unshift(at.pathPart);
    at = byId.get(at.parentId ?? '');
  }
  return `/${parts.join('/')}`;
}

export function segmentsOf(path: string): Segment[] {
  return path
    .slice(1)
    .split('/')
    .map((text) => {
      const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
      if (name === undefined) return { type: 'literal', text };
      return { type: greedy ? 'greedy' : 'parameter', name };
    });
}
