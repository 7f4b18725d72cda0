/** Replaces references by the items that they name, with one batched read for each model. */
import { getMany } from '../batch/batch.ts';
import type { AnyEntity, ItemOf, KeyOf } from '../entity/entity.ts';
import { invalidRequest, typeOf } from '../errors.ts';
import type { AnyModel, Model } from '../model/model.ts';

type References = { readonly [attribute: string]: AnyModel };
type EntityOf<M> = M extends Model<infer E> ? E : never;
type Replaced<V, E extends AnyEntity> =
  Exclude<V, undefined> extends readonly unknown[]
    ? (ItemOf<E> | undefined)[]
    : ItemOf<E> | undefined;

/** An item whose references have become items; undefined where the item named is not there. */
export type Populated<Item, R extends References> = {
  [K in keyof Item]: K extends keyof R ? Replaced<Item[K], EntityOf<R[K]>> : Item[K];
};

/**
 * A reference is the value of the key attribute, or a key of several attributes, or a list of
 * either. Only what is asked for is read, one level deep, so that cycles end; call it again on the
 * items that it gives for the next level.
 */
export async function populate<Item extends object, const R extends References>(
  items: readonly Item[],
  references: R & { readonly [K in keyof R]: K extends keyof Item ? unknown : never },
): Promise<Populated<Item, R>[]> {
  const columns = await Promise.all(
    Object.entries(references as References).map(async ([name, model]) => {
      const values = items.map((item) => (item as { [name: string]: unknown })[name]);
      return { name, values: await populateColumn(model, name, values) };
    }),
  );
  return items.map((item, index) => {
    const copy = Object.assign(
      Object.create(Object.getPrototypeOf(item) as object) as object,
      item,
    );
    for (const { name, values } of columns) {
      if (Object.hasOwn(item, name)) Object.assign(copy, { [name]: values[index] });
    }
    return copy as Populated<Item, R>;
  });
}

async function populateColumn(
  model: AnyModel,
  name: string,
  values: readonly unknown[],
): Promise<unknown[]> {
  const keys: KeyOf<AnyEntity>[] = [];
  for (const value of values) {
    for (const reference of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (reference !== undefined) keys.push(keyOf(model, name, reference));
    }
  }
  const found = await getMany(model, keys);
  let next = 0;
  return values.map((value) => {
    if (value === undefined) return undefined;
    return Array.isArray(value) ? value.map(() => found[next++]) : found[next++];
  });
}

function keyOf({ entity }: AnyModel, name: string, reference: unknown): KeyOf<AnyEntity> {
  const [only, ...others] = entity.keys.names;
  if (others.length === 0 && only !== undefined) return { [only]: reference };
  if (typeof reference === 'object' && reference !== null) return reference;
  throw invalidRequest(
    `${name} refers to ${entity.name} by ${entity.keys.names.join(' and ')}, not by ${typeOf(reference)}`,
  );
}
