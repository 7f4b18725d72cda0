/** PutItem: creates an item or replaces it whole. */
import { attributesSizeBytes } from '../attribute-value.ts';
import { normalizeAttributes } from '../attribute-validation.ts';
import { consumedCapacity } from '../capacity.ts';
import { itemTooLarge } from '../errors.ts';
import { Item } from '../item.ts';
import { commitChanges, targetOf, whileTablesChange } from '../item-changes.ts';
import { checkIndexKeys, checkItemKey } from '../key-validation.ts';
import { ITEM_BYTES_MAX } from '../limits.ts';
import type { DynamoDBOperation } from '../state.ts';
import { envelopedLayer as layer } from '../validation.ts';

export const putItem: DynamoDBOperation<'PutItem'> = (state, input, context) => {
  const attributes = normalizeAttributes(input.Item, layer);
  const sizeBytes = attributesSizeBytes(attributes);
  if (sizeBytes > ITEM_BYTES_MAX) throw itemTooLarge();
  return whileTablesChange(state, async () => {
    const found = state.catalog.table(input.TableName, context, layer);
    const table = found instanceof Promise ? await found : found;
    checkItemKey(table, attributes);
    checkIndexKeys(table, attributes);
    const after = Item.of(attributes, table.sortName, sizeBytes);
    const target = targetOf(table, attributes);
    return commitChanges(state, [target], ([before], changes) => {
      const units = changes.change(target, before, after);
      return {
        Attributes: input.ReturnValues === 'ALL_OLD' ? before?.encoded() : undefined,
        ConsumedCapacity: consumedCapacity(
          input.ReturnConsumedCapacity,
          input.TableName,
          table,
          units,
        ),
      };
    });
  });
};
