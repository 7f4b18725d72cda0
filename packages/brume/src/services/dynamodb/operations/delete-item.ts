/** DeleteItem: removes an item, if it is there. */
import { normalizeAttributes } from '../items/attribute-validation.ts';
import { conditionPaths } from '../expressions/ast-paths.ts';
import { checkExpressionParameters, Expressions } from '../expressions/expressions.ts';
import { commitChanges, targetOf, whileTablesChange } from '../items/item-changes.ts';
import { checkKey, checkScalarKeys } from '../items/key-validation.ts';
import { checkCondition, singleWriteAnswer, writeCondition } from '../items/single-write.ts';
import type { DynamoDBOperation } from '../state.ts';
import { envelopedLayer as layer } from '../validation.ts';

const PARAMETERS = {
  expressions: ['ConditionExpression'],
  older: ['Expected'],
  withValues: ['ConditionExpression'],
};

export const deleteItem: DynamoDBOperation<'DeleteItem'> = (state, input, context) => {
  checkExpressionParameters({ ...input }, layer, PARAMETERS);
  const key = normalizeAttributes(input.Key, layer);
  const expressions = new Expressions(input, layer);
  const condition = writeCondition(input, expressions, layer);
  expressions.checkNoneUnused();
  const { ReturnValues: returned = 'NONE' } = input;
  if (returned !== 'NONE' && returned !== 'ALL_OLD') {
    throw layer.refuse('ReturnValues can only be ALL_OLD or NONE');
  }
  return whileTablesChange(state, async () => {
    const found = state.catalog.table(input.TableName, context, layer);
    const table = found instanceof Promise ? await found : found;
    checkKey(table, key);
    checkScalarKeys(table, conditionPaths(condition));
    const target = targetOf(table, key);
    return commitChanges(state, [target], ([before], changes) => {
      checkCondition(condition, before, input.ReturnValuesOnConditionCheckFailure);
      const units = changes.change(target, before, undefined);
      return {
        Attributes: returned === 'ALL_OLD' ? before?.encoded() : undefined,
        ...singleWriteAnswer(input, target, units, changes, key),
      };
    });
  });
};
