/** An attribute that names an item of another entity by its key. */
import type { AnyEntity, KeyNames, KeyOf, StoredOf } from '../entity/entity.ts';
import { nodeOf } from '../schema/attributes.ts';
import { Attribute } from '../schema/attribute.ts';
import type { AttributeLike, AttributeNode } from '../schema/attribute.ts';

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;
/** The key attribute's value, or an object of them where the key has several. */
export type ReferenceTo<E extends AnyEntity> =
  IsUnion<KeyNames<E>> extends true ? KeyOf<E> : StoredOf<E>[KeyNames<E> & keyof StoredOf<E>];

/** An entity that refers to itself declares the attribute as its key is declared: `string()`. */
export function reference<E extends AnyEntity>(
  entity: E,
): Attribute<ReferenceTo<E>, ReferenceTo<E>, 'required'> {
  const attributes = entity.attributes as { readonly [name: string]: AttributeLike };
  const nodes = entity.keys.names.map((name): [string, AttributeNode] => {
    const { default: _, ...node } = nodeOf(attributes[name] as AttributeLike);
    return [name, node];
  });
  const [only, ...others] = nodes;
  if (only && others.length === 0) return new Attribute(only[1]);
  return new Attribute({ type: 'map', fields: new Map(nodes) });
}
