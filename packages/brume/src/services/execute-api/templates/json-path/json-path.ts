/** JSON paths in the dialect of AWS's mapping templates: Jayway's, with its default options. */
import { Budget } from '../budget.ts';
import { JSON_PATHS_CACHED_MAX } from '../limits.ts';
import type { Value } from '../values.ts';
import { followPath } from './evaluate.ts';
import { parseJsonPath } from './parse.ts';
import type { JsonPath } from './syntax.ts';

const cache = new Map<string, JsonPath>();

/**
 * What `path` finds in `document` (made by `parseJson`): undefined when a definite path finds nothing,
 * a list for a path that may find several things, the value itself for any other.
 *
 * @throws JsonPathError for what is no path, TemplateFault when `budget` is used up.
 */
export function evaluateJsonPath(
  path: string,
  document: Value,
  budget = new Budget(),
): Value | undefined {
  let compiled = cache.get(path);
  if (compiled === undefined) {
    compiled = parseJsonPath(path);
    const [oldest] = cache.keys();
    if (cache.size >= JSON_PATHS_CACHED_MAX && oldest !== undefined) cache.delete(oldest);
    cache.set(path, compiled);
  }
  return followPath(compiled, document, document, budget);
}
