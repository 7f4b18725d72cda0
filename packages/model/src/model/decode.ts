/** From stored items to the items that users see. */
import type { AttributeMap } from '../attribute-value.ts';
import { convert } from '../codec/codec.ts';
import type { AnyEntity, ItemOf } from '../entity/entity.ts';
import { runHooks } from '../entity/hooks.ts';

/** A promise only where a transformation or hook is asynchronous. */
export function decodeItem<E extends AnyEntity>(
  entity: E,
  map: AttributeMap,
  partial = false,
): ItemOf<E> | Promise<ItemOf<E>> {
  return convert((pending) => {
    const { prototype } = entity;
    const into = prototype === Object.prototype ? undefined : (Object.create(prototype) as object);
    return entity.codec.decodeMap(map, pending, partial, into) as ItemOf<E>;
  });
}

/** The same for items that were read, which the `afterRead` hooks see. */
export async function readItem<E extends AnyEntity>(
  entity: E,
  map: AttributeMap,
  partial = false,
): Promise<ItemOf<E>> {
  const item = await decodeItem(entity, map, partial);
  await runHooks(entity, 'afterRead', [item]);
  return item;
}

export async function readItems<E extends AnyEntity>(
  entity: E,
  maps: readonly AttributeMap[],
  partial = false,
): Promise<ItemOf<E>[]> {
  const items: ItemOf<E>[] = [];
  const hooked = entity.hooks.some(({ afterRead }) => afterRead);
  for (const map of maps) {
    const item = hooked ? readItem(entity, map, partial) : decodeItem(entity, map, partial);
    // Awaiting costs a turn of the event loop's queue: not for items that are already there.
    items.push(item instanceof Promise ? await item : item);
  }
  return items;
}
