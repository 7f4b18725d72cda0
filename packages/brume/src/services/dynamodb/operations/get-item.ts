/** GetItem: one item by its key. */
import { normalizeAttributes } from '../attribute-validation.ts';
import { consumedCapacity, readUnits, Units } from '../capacity.ts';
import { Item } from '../item.ts';
import { targetOf } from '../item-changes.ts';
import { checkKey } from '../key-validation.ts';
import type { DynamoDBOperation } from '../state.ts';
import { bareLayer } from '../validation.ts';

export const getItem: DynamoDBOperation<'GetItem'> = async (state, input, context) => {
  const key = normalizeAttributes(input.Key, bareLayer);
  const found = state.catalog.table(input.TableName, context, bareLayer);
  const table = found instanceof Promise ? await found : found;
  checkKey(table, key);
  const value = await state.store.get(targetOf(table, key).itemKey);
  const item = value && Item.stored(value);
  const units = new Units();
  units.table = readUnits(item?.sizeBytes ?? 0, input.ConsistentRead);
  return {
    Item: item?.encoded(),
    ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, units),
  };
};
