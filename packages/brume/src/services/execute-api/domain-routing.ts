/** Where a request to a custom domain name leads: by the domain's rules, then by its mappings. */
import type { PublishedRestDomain, PublishedRoutingRule } from '../apigateway/port.ts';
import { matchesGlob } from '../../policies/glob.ts';

export interface Route {
  readonly apiId: string;
  /** Undefined: the path names the stage. */
  readonly stageName: string | undefined;
  /** What is taken of the path: `/base` or empty. */
  readonly basePath: string;
}

/** A header's value; undefined where the request does not have it. */
export type HeaderValue = (name: string) => string | undefined;

/** Undefined where nothing says where to. */
export function routeOf(
  { rules, mappings }: Pick<PublishedRestDomain, 'rules' | 'mappings'>,
  path: string,
  header: HeaderValue,
): Route | undefined {
  for (const rule of rules) {
    const base = appliedBase(rule, path, header);
    if (base === undefined) continue;
    const { apiId, stageName, stripBasePath } = rule;
    return { apiId, stageName, basePath: stripBasePath ? base : '' };
  }
  let longest: Route | undefined;
  for (const { basePath, apiId, stageName } of mappings) {
    const base = basePath === '' ? '' : `/${basePath}`;
    if (!begins(path, base) || (longest && longest.basePath.length > base.length)) continue;
    longest = { apiId, stageName, basePath: base };
  }
  return longest;
}

/** The base path that a rule applies by, empty where it asks for none; undefined where it does not apply. */
function appliedBase(
  { basePaths, headers }: PublishedRoutingRule,
  path: string,
  header: HeaderValue,
): string | undefined {
  for (const anyOf of headers) {
    const isMet = anyOf.some(({ name, valueGlob }) => {
      const value = header(name.toLowerCase());
      return value !== undefined && matchesGlob(valueGlob, value);
    });
    if (!isMet) return undefined;
  }
  if (!basePaths) return '';
  return basePaths.map((base) => `/${base}`).find((base) => begins(path, base));
}

function begins(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}
