/** Arrays of items with what else an operation has to say about them. */
import type { Plain } from '../deep-copy.ts';
import type { ItemArray, PopulateSettings } from '../public-types.ts';
import { answer, type CallbackType, splitCallback } from '../callback.ts';
import { populateItem } from '../populate.ts';
import type { Item } from './item.ts';

export type ItemList = ItemArray<Item>;

export function itemList(items: Item[], extra: Plain): ItemList {
  const list = Object.assign(items, extra) as unknown as ItemList;
  return Object.assign(list, {
    populate(
      settings?: PopulateSettings | CallbackType<ItemList>,
      callback?: CallbackType<ItemList>,
    ): Promise<ItemList> {
      const [options, then] = splitCallback<PopulateSettings, ItemList>(settings, callback);
      return answer(populateItems(list, options), then) as Promise<ItemList>;
    },
    toJSON: () => list.map((item) => item.toJSON()),
  });
}

export async function populateItems(list: ItemList, settings: PopulateSettings): Promise<ItemList> {
  for (const [index, item] of list.entries()) list[index] = await populateItem(item, settings);
  return list;
}
