/** UpdateItem: changes attributes of an item, or creates it. */
import type { ReturnValue } from '../../../model/generated/dynamodb.types.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { typeMismatch } from '../expressions/apply-update.ts';
import type { Action } from '../expressions/ast.ts';
import { actionPaths, conditionPaths } from '../expressions/ast-paths.ts';
import { checkExpressionParameters, Expressions } from '../expressions/expressions.ts';
import { updateActions } from '../expressions/legacy.ts';
import { project } from '../expressions/projection.ts';
import type { Item } from '../items/item.ts';
import { commitChanges, targetOf, whileTablesChange } from '../items/item-changes.ts';
import { checkKeyUntouched, updatedItem } from '../items/item-update.ts';
import { checkKey, checkScalarKeys } from '../items/key-validation.ts';
import { checkCondition, singleWriteAnswer, writeCondition } from '../items/single-write.ts';
import type { DynamoDBOperation } from '../state.ts';
import { envelopedLayer as layer } from '../validation.ts';

const PARAMETERS = {
  expressions: ['UpdateExpression', 'ConditionExpression'],
  older: ['AttributeUpdates', 'Expected'],
  withValues: ['UpdateExpression', 'ConditionExpression'],
};

export const updateItem: DynamoDBOperation<'UpdateItem'> = (state, input, context) => {
  checkExpressionParameters({ ...input }, layer, PARAMETERS);
  const key = normalizeAttributes(input.Key, layer);
  const expressions = new Expressions(input, layer);
  const actions =
    expressions.update(input.UpdateExpression) ??
    updateActions(input.AttributeUpdates, layer) ??
    [];
  const condition = writeCondition(input, expressions, layer);
  expressions.checkNoneUnused();
  const mismatch = input.AttributeUpdates === undefined ? undefined : typeMismatch;
  return whileTablesChange(state, async () => {
    const found = state.catalog.table(input.TableName, context, layer);
    const table = found instanceof Promise ? await found : found;
    checkKey(table, key);
    checkScalarKeys(table, [...actionPaths(actions), ...conditionPaths(condition)]);
    checkKeyUntouched(table, actions);
    const target = targetOf(table, key);
    return commitChanges(state, [target], ([before], changes) => {
      checkCondition(condition, before, input.ReturnValuesOnConditionCheckFailure);
      const after = updatedItem(table, key, before, actions, mismatch);
      const units = changes.change(target, before, after);
      return {
        Attributes: returnedAttributes(input.ReturnValues, actions, before, after),
        ...singleWriteAnswer(input, target, units, changes, key),
      };
    });
  });
};

function returnedAttributes(
  returned: ReturnValue | undefined,
  actions: readonly Action[],
  before: Item | undefined,
  after: Item,
): AttributeMap | undefined {
  switch (returned) {
    case 'ALL_OLD':
      return before?.encoded();
    case 'ALL_NEW':
      return after.encoded();
    case 'UPDATED_OLD':
      return before && updatedAttributes(before, actions);
    case 'UPDATED_NEW':
      return updatedAttributes(after, actions);
    default:
      return undefined;
  }
}

function updatedAttributes(item: Item, actions: readonly Action[]): AttributeMap | undefined {
  const attributes = project(
    item.attributes,
    actions.map(({ path }) => path),
  );
  return Object.keys(attributes).length === 0 ? undefined : attributes;
}
