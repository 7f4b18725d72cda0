/**
 * EventBridge's event patterns, which Lambda's filters use too: JSON in the shape of the event, with
 * lists of conditions at its leaves. A field matches when one of its conditions does; an event when all
 * fields do. Dots in names join nothing: `{"a.b": …}` is the field `a.b`, not `b` in `a`.
 */
import { compileCondition, isObject, type Condition, type Leaf } from './conditions.ts';
import { InvalidPattern } from './invalid-pattern.ts';

/** Whether an event, as JSON.parse gives it, matches. */
export type Matches = (event: unknown) => boolean;

/** Compiles a pattern from its text; `InvalidPattern` says what is wrong with it. */
export function compilePattern(text: string): Matches {
  const pattern = parseJson(text);
  if (!isObject(pattern)) throw new InvalidPattern('Filter is not an object');
  return compileFields(Object.entries(pattern));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidPattern((error as Error).message);
  }
}

function compileFields(entries: readonly [string, unknown][]): Matches {
  const fields = entries.map(([name, pattern]) => compileField(name, pattern));
  const matches = (event: object | undefined) => fields.every((field) => field(event));
  return (event) => {
    if (Array.isArray(event)) {
      const objects = event.filter(isObject);
      // Fields of one pattern are looked for in one element of a list.
      return objects.length === 0 ? matches(undefined) : objects.some(matches);
    }
    return matches(isObject(event) ? event : undefined);
  };
}

function compileField(name: string, pattern: unknown): Matches {
  if (name === '$or' && isAlternatives(pattern)) {
    const alternatives = pattern.map((one) => compileFields(Object.entries(one)));
    return (event) => alternatives.some((matches) => matches(event));
  }
  const matches = compileValue(name, pattern);
  return (event) =>
    matches(isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined);
}

function compileValue(name: string, pattern: unknown): Matches {
  if (Array.isArray(pattern)) {
    if (pattern.length === 0) throw new InvalidPattern('Empty arrays are not allowed');
    const conditions: Condition[] = pattern.map(compileCondition);
    return (value) => {
      const leaves = leavesOf(value);
      return conditions.some((condition) => condition(leaves));
    };
  }
  if (!isObject(pattern)) throw new InvalidPattern(`"${name}" must be an object or an array`);
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidPattern('Empty objects are not allowed');
  return compileFields(entries);
}

/** `$or` is an operator only over two objects or more; otherwise it is a field's name. */
function isAlternatives(pattern: unknown): pattern is Record<string, unknown>[] {
  return Array.isArray(pattern) && pattern.length > 1 && pattern.every(isObject);
}

/** What conditions look at: a scalar, or those in a list. Objects and absent fields have none. */
function leavesOf(value: unknown): Leaf[] {
  if (value === undefined) return [];
  const values: unknown[] = Array.isArray(value) ? value.flat(Infinity) : [value];
  return values.filter((one): one is Leaf => one === null || typeof one !== 'object');
}
