/** Changes of an item as plain data, and the functions that make them. */
import { invalidRequest } from '../errors.ts';
import { isPath, nodeOfPath } from './path.ts';
import type { PathNode, PathTo } from './path.ts';

export interface Change {
  readonly kind:
    | 'set'
    | 'copy'
    | 'setIfAbsent'
    | 'increment'
    | 'append'
    | 'prepend'
    | 'add'
    | 'delete'
    | 'remove';
  readonly path: PathNode;
  /** Of a `copy` the PathNode of where it comes from. */
  readonly value?: unknown;
}

type Members<V> = V extends ReadonlySet<infer E> ? ReadonlySet<E> | readonly E[] : never;
type Elements<W> = W extends readonly (infer E)[] ? readonly NoInfer<E>[] : never;
type Amount<V> = V extends bigint ? bigint : number;

/** What updates are made of. */
export interface UpdateFunctions {
  /** The value, or that of another attribute. */
  readonly set: <V, W>(path: PathTo<V, W>, value: NoInfer<W> | PathTo<NoInfer<V>>) => Change;
  /** Only where the item has no such attribute yet. */
  readonly setIfAbsent: <W>(path: PathTo<unknown, W>, value: NoInfer<W>) => Change;
  /** Adds to a number that is there; `add` also begins one. */
  readonly increment: <V extends number | bigint>(
    path: PathTo<V>,
    by: Amount<NoInfer<V>>,
  ) => Change;
  /** Adds to a number (from 0 where absent), or members to a set. Not below a list's element. */
  readonly add: <V extends number | bigint | ReadonlySet<unknown>>(
    path: PathTo<V>,
    value: V extends ReadonlySet<unknown> ? Members<V> : Amount<V>,
  ) => Change;
  readonly append: <W>(path: PathTo<readonly unknown[], W>, values: Elements<W>) => Change;
  readonly prepend: <W>(path: PathTo<readonly unknown[], W>, values: Elements<W>) => Change;
  /** Takes members out of a set. */
  readonly deleteFrom: <V extends ReadonlySet<unknown>>(
    path: PathTo<V>,
    members: Members<V>,
  ) => Change;
  readonly remove: (path: PathTo<unknown>) => Change;
}

const change =
  (kind: Change['kind']) =>
  (path: PathTo<unknown>, value?: unknown): Change => ({ kind, path: nodeOfPath(path), value });

export const updates: UpdateFunctions = {
  set: (path, value) =>
    isPath(value)
      ? { kind: 'copy', path: nodeOfPath(path), value: nodeOfPath(value) }
      : change('set')(path, value),
  setIfAbsent: change('setIfAbsent'),
  increment: change('increment'),
  add: change('add'),
  append: change('append'),
  prepend: change('prepend'),
  deleteFrom: change('delete'),
  remove: change('remove'),
};

/** The top-level attribute that a change touches. */
export function changedAttribute(change: Change): string {
  const [name] = change.path.segments;
  if (typeof name !== 'string') throw invalidRequest('a change needs an attribute');
  return name;
}
