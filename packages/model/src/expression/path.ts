/** Typed paths into an item: `item.address.lines[0]`, recorded by a proxy. */
import type { AttributeValue } from '../attribute-value.ts';
import type { Codec } from '../codec/codec.ts';
import { anyCodec } from '../codec/any.ts';
import { invalidRequest, pathText } from '../errors.ts';
import type { PathSegment } from '../errors.ts';

declare const valueType: unique symbol;
declare const inputType: unique symbol;

/** A place in the item that holds a `V`, and takes a `W`: less, where it has defaults. */
export interface PathTo<V, W = unknown> {
  readonly [valueType]: V;
  readonly [inputType]: W;
}

type Leaf = string | number | boolean | bigint | Date | ReadonlySet<unknown> | Uint8Array | null;
type KeysOf<V> = V extends unknown ? keyof V : never;
type ValueAt<V, K extends PropertyKey> = V extends { readonly [P in K]?: infer T }
  ? Exclude<T, undefined>
  : never;

type ElementOf<W> = W extends readonly (infer E)[] ? E : never;

/** A place in the item, and the places within. */
export type Path<V, W = V> = PathTo<V, W> &
  ([V] extends [Leaf]
    ? unknown
    : unknown extends V
      ? { readonly [name: string]: Path<unknown> }
      : [V] extends [readonly (infer E)[]]
        ? { readonly [index: number]: Path<E, ElementOf<W>> }
        : { readonly [K in KeysOf<V>]-?: Path<ValueAt<V, K>, ValueAt<W, K>> });

/** What is known of a path at run time. */
export interface PathNode {
  readonly segments: readonly PathSegment[];
  readonly codec: Codec;
}

const node = Symbol('path');

/** The paths below the codec's value: names it does not know are refused. */
export function pathOf(codec: Codec, segments: readonly PathSegment[] = []): unknown {
  const own: PathNode = { segments, codec };
  return new Proxy(Object.freeze({}), {
    get(_target, key) {
      if (key === node) return own;
      if (typeof key === 'symbol') return undefined;
      const segment = /^\d+$/.test(key) && codec.storage !== 'M' ? Number(key) : key;
      const child = codec.child(segment);
      if (child) return pathOf(child, [...segments, segment]);
      throw invalidRequest(`${pathText([...segments, segment])} is not in the schema`);
    },
    has: (_target, key) => key === node,
  });
}

export function isPath(value: unknown): value is PathTo<unknown> {
  return typeof value === 'object' && value !== null && node in value;
}

export function nodeOfPath(path: PathTo<unknown>): PathNode {
  return (path as unknown as { [node]: PathNode })[node];
}

/** A path to an attribute that the schema does not have: a key, or our own. */
export function rawPath(name: string, codec: Codec = anyCodec): PathTo<unknown> {
  return pathOf(codec, [name]) as PathTo<unknown>;
}

/** The same, where an operand is this value, which is already encoded. */
export function storedPath(name: string, value: AttributeValue): PathTo<unknown> {
  return rawPath(name, { ...anyCodec, encode: () => value });
}
