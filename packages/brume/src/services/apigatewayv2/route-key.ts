/** Route keys: `$default`, or a method and a path such as `GET /pets/{petId}`. */
import { badRequest } from '../gateway/errors.ts';
import { ROUTE_KEY_LENGTH_MAX } from './limits.ts';
import type { RoutePattern, Segment } from './port.ts';

export const DEFAULT_ROUTE_KEY = '$default';

const METHODS = new Set(['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/** Throws AWS's error for a key that is not well formed. */
export function parseRouteKey(routeKey: string): RoutePattern {
  if (routeKey === DEFAULT_ROUTE_KEY) return { type: 'default' };
  if (routeKey.length > ROUTE_KEY_LENGTH_MAX) throw malformed();
  const space = routeKey.indexOf(' ');
  const method = routeKey.slice(0, space);
  const path = routeKey.slice(space + 1);
  if (space < 0 || !METHODS.has(method) || !path.startsWith('/')) throw malformed();
  const segments = path.slice(1).split('/').map(parseSegment);
  const greedyAt = segments.findIndex((segment) => segment.type === 'greedy');
  if (greedyAt >= 0 && greedyAt < segments.length - 1) throw malformed();
  const names = segments.flatMap((segment) => (segment.type === 'literal' ? [] : segment.name));
  if (new Set(names).size < names.length) throw malformed();
  return { type: 'path', method, segments };
}

function parseSegment(text: string): Segment {
  const parameter = /^\{([\w.:-]+)(\+?)\}$/.exec(text);
  if (parameter) {
    const [, name = '', plus] = parameter;
    return { type: plus ? 'greedy' : 'parameter', name };
  }
  if (/[\s{}?#]/.test(text)) throw malformed();
  return { type: 'literal', text };
}

/** Wording as AWS's users report it; the model has none. */
function malformed() {
  return badRequest(
    'The provided route key is not formatted properly for HTTP protocol. ' +
      'Format should be "<HTTP METHOD>[SPACE]/<RESOURCE PATH>" or "$default"',
  );
}

/** Two keys that match the same requests: equal but for the names of their parameters. */
export function conflicts(left: string, right: string): boolean {
  return left !== right && shape(left) === shape(right);
}

function shape(routeKey: string): string {
  return routeKey.replaceAll(/\{[^}]*?(\+?)\}/g, '{$1}');
}

/** The integration that a route's target `integrations/{id}` names. */
export function targetIntegrationId(target: string | undefined): string | undefined {
  return target === undefined ? undefined : /^integrations\/([^/]+)$/.exec(target)?.[1];
}
