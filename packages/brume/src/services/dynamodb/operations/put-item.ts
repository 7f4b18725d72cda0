/** PutItem: creates an item or replaces it whole. */
import { attributesSizeBytes } from '../items/attribute-value.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import { itemTooLarge } from '../errors.ts';
import { conditionPaths } from '../expressions/ast-paths.ts';
import { checkExpressionParameters, Expressions } from '../expressions/expressions.ts';
import { Item } from '../items/item.ts';
import { commitChanges, targetOf, whileTablesChange } from '../items/item-changes.ts';
import { checkIndexKeys, checkItemKey, checkScalarKeys } from '../items/key-validation.ts';
import { ITEM_BYTES_MAX } from '../limits.ts';
import { checkCondition, singleWriteAnswer, writeCondition } from '../items/single-write.ts';
import type { DynamoDBOperation } from '../state.ts';
import { envelopedLayer as layer } from '../validation.ts';

const PARAMETERS = {
  expressions: ['ConditionExpression'],
  older: ['Expected'],
  withValues: ['ConditionExpression'],
};

export const putItem: DynamoDBOperation<'PutItem'> = (state, input, context) => {
  const attributes = normalizeAttributes(input.Item, layer);
  checkExpressionParameters({ ...input }, layer, PARAMETERS);
  const expressions = new Expressions(input, layer);
  const condition = writeCondition(input, expressions, layer);
  expressions.checkNoneUnused();
  const { ReturnValues: returned = 'NONE' } = input;
  if (returned !== 'NONE' && returned !== 'ALL_OLD') {
    throw layer.refuse('ReturnValues can only be ALL_OLD or NONE');
  }
  const sizeBytes = attributesSizeBytes(attributes);
  if (sizeBytes > ITEM_BYTES_MAX) throw itemTooLarge();
  return whileTablesChange(state, async () => {
    const found = state.catalog.table(input.TableName, context, layer);
    const table = found instanceof Promise ? await found : found;
    checkItemKey(table, attributes);
    checkIndexKeys(table, attributes);
    checkScalarKeys(table, conditionPaths(condition));
    const after = Item.of(attributes, table.sortName, sizeBytes);
    const target = targetOf(table, attributes);
    return commitChanges(state, [target], ([before], changes) => {
      checkCondition(condition, before, input.ReturnValuesOnConditionCheckFailure);
      const units = changes.change(target, before, after);
      return {
        Attributes: returned === 'ALL_OLD' ? before?.encoded() : undefined,
        ...singleWriteAnswer(input, target, units, changes, attributes),
      };
    });
  });
};
