/** Copies of user data, and paths through it. Property names come from users: none is special. */
import { setOwn } from '../attribute-value.ts';

export type Plain = { [name: string]: unknown };
export type Path = readonly (string | number)[];

export function isPlainObject(value: unknown): value is Plain {
  if (value === null || typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || value.constructor === Object;
}

/**
 * A copy that shares no container with `value`. Cycles are kept; instances of classes that are not
 * data (items of other models, say) are shared. A view on bytes becomes a Buffer.
 */
export function deepCopy<T>(value: T, copies = new Map<object, unknown>()): T {
  if (value === null || typeof value !== 'object') return value;
  const known = copies.get(value);
  if (known !== undefined) return known as T;
  return copyObject(value, copies) as T;
}

function copyObject(value: object, copies: Map<object, unknown>): unknown {
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    copies.set(value, copy);
    for (const element of value) copy.push(deepCopy(element, copies));
    return copy;
  }
  if (value instanceof Set) {
    const copy = new Set<unknown>();
    copies.set(value, copy);
    for (const element of value) copy.add(deepCopy(element, copies));
    return copy;
  }
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>();
    copies.set(value, copy);
    for (const [key, entry] of value) copy.set(key, deepCopy(entry, copies));
    return copy;
  }
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  return isPlainObject(value) ? copyProperties(value, copies) : value;
}

function copyProperties(value: Plain, copies: Map<object, unknown>): Plain {
  const copy: Plain = {};
  copies.set(value, copy);
  for (const name of Object.keys(value)) setOwn(copy, name, deepCopy(value[name], copies));
  return copy;
}

/** The value at `path`, or undefined where the path leaves the data. */
export function getAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = (value as Plain)[key];
  }
  return value;
}

/** Sets the value at `path`, making the maps on the way there. */
export function setAt(root: object, path: Path, value: unknown): void {
  let holder = root as Plain;
  path.forEach((key, depth) => {
    const name = String(key);
    if (depth === path.length - 1) return setOwn(holder, name, value);
    const next = Object.hasOwn(holder, name) ? holder[name] : undefined;
    if (next === null || typeof next !== 'object') setOwn(holder, name, {});
    holder = holder[name] as Plain;
  });
}

export function deleteAt(root: object, path: Path): void {
  const holder = getAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (holder === null || typeof holder !== 'object' || key === undefined) return;
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete (holder as Plain)[key];
}
