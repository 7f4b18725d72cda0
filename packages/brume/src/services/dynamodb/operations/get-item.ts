/** GetItem: one item by its key. */
import { normalizeAttributes } from '../items/attribute-validation.ts';
import { consumedCapacity, readUnits, Units } from '../capacity.ts';
import type { DynamoDBOperation } from '../state.ts';
import { Item } from '../items/item.ts';
import { targetOf } from '../items/item-changes.ts';
import { checkKey } from '../items/key-validation.ts';
import {
  bindItemProjection,
  checkProjectionKeys,
  projectedItem,
} from '../pages/read-projection.ts';
import { bareLayer as layer } from '../validation.ts';

export const getItem: DynamoDBOperation<'GetItem'> = async (state, input, context) => {
  const paths = bindItemProjection(input, layer);
  const key = normalizeAttributes(input.Key, layer);
  const found = state.catalog.table(input.TableName, context, layer);
  const table = found instanceof Promise ? await found : found;
  checkKey(table, key);
  checkProjectionKeys(table, paths);
  const value = await state.store.get(targetOf(table, key).itemKey);
  const item = value && Item.stored(value);
  const units = new Units();
  units.table = readUnits(item?.sizeBytes ?? 0, input.ConsistentRead);
  return {
    Item: item && projectedItem(item, paths),
    ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, units),
  };
};
