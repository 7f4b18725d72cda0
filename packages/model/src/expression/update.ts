/** Changes of an item as plain data, and the functions that make them. */
import { invalidRequest } from '../errors.ts';
import { isPath, nodeOfPath } from './path.ts';
import type { PathNode, PathTo } from './path.ts';

export type Change =
  | { readonly kind: 'set'; readonly path: PathNode; readonly value: unknown }
  | { readonly kind: 'copy'; readonly path: PathNode; readonly from: PathNode }
  | { readonly kind: 'setIfAbsent'; readonly path: PathNode; readonly value: unknown }
  | { readonly kind: 'increment'; readonly path: PathNode; readonly value: unknown }
  | { readonly kind: 'append' | 'prepend'; readonly path: PathNode; readonly value: unknown }
  | { readonly kind: 'add' | 'delete'; readonly path: PathNode; readonly value: unknown }
  | { readonly kind: 'remove'; readonly path: PathNode };

type Members<V> = V extends ReadonlySet<infer E> ? ReadonlySet<E> | readonly E[] : never;
type Elements<W> = W extends readonly (infer E)[] ? readonly NoInfer<E>[] : never;
type Amount<V> = V extends bigint ? bigint : number;

/** What updates are made of. */
export const updates = {
  /** The value, or that of another attribute. */
  set: <V, W>(path: PathTo<V, W>, value: NoInfer<W> | PathTo<NoInfer<V>>): Change =>
    isPath(value)
      ? { kind: 'copy', path: nodeOfPath(path), from: nodeOfPath(value) }
      : { kind: 'set', path: nodeOfPath(path), value },
  /** Only where the item has no such attribute yet. */
  setIfAbsent: <W>(path: PathTo<unknown, W>, value: NoInfer<W>): Change => ({
    kind: 'setIfAbsent',
    path: nodeOfPath(path),
    value,
  }),
  /** Adds to a number that is there; `add` also begins one. */
  increment: <V extends number | bigint>(path: PathTo<V>, by: Amount<NoInfer<V>>): Change => ({
    kind: 'increment',
    path: nodeOfPath(path),
    value: by,
  }),
  /** Adds to a number (from 0 where absent), or members to a set. Not below a list's element. */
  add: <V extends number | bigint | ReadonlySet<unknown>>(
    path: PathTo<V>,
    value: V extends ReadonlySet<unknown> ? Members<V> : Amount<V>,
  ): Change => ({ kind: 'add', path: nodeOfPath(path), value }),
  append: <W>(path: PathTo<readonly unknown[], W>, values: Elements<W>): Change => ({
    kind: 'append',
    path: nodeOfPath(path),
    value: values,
  }),
  prepend: <W>(path: PathTo<readonly unknown[], W>, values: Elements<W>): Change => ({
    kind: 'prepend',
    path: nodeOfPath(path),
    value: values,
  }),
  /** Takes members out of a set. */
  deleteFrom: <V extends ReadonlySet<unknown>>(path: PathTo<V>, members: Members<V>): Change => ({
    kind: 'delete',
    path: nodeOfPath(path),
    value: members,
  }),
  remove: (path: PathTo<unknown>): Change => ({ kind: 'remove', path: nodeOfPath(path) }),
};

export type UpdateFunctions = typeof updates;

/** The top-level attribute that a change touches. */
export function changedAttribute(change: Change): string {
  const [name] = change.path.segments;
  if (typeof name !== 'string') throw invalidRequest('a change needs an attribute');
  return name;
}
