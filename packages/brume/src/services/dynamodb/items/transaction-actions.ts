/** The actions of a write transaction: bound before their tables are known, then prepared for them. */
import type {
  ReturnValuesOnConditionCheckFailure,
  TransactWriteItem,
} from '../../../model/generated/dynamodb.types.ts';
import { normalizeAttributes } from './attribute-validation.ts';
import { attributesSizeBytes, type AttributeMap } from './attribute-value.ts';
import { duplicateItem, itemTooLarge, validation } from '../errors.ts';
import type { Action, Condition } from '../expressions/ast.ts';
import { actionPaths, conditionPaths } from '../expressions/ast-paths.ts';
import { Expressions, type ExpressionInput } from '../expressions/expressions.ts';
import { Item } from './item.ts';
import { checkKeyUntouched, updatedItem } from './item-update.ts';
import { checkIndexKeys, checkItemKey, checkKey, checkScalarKeys } from './key-validation.ts';
import { ITEM_BYTES_MAX } from '../limits.ts';
import { checkCondition } from './single-write.ts';
import type { Table } from '../tables/table.ts';
import type { Layer } from '../validation.ts';

interface ActionInput extends ExpressionInput {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure | undefined;
}

export interface TransactionAction {
  /** An insert is a put where there is nothing yet. */
  readonly type: 'put' | 'insert' | 'update' | 'delete' | 'check';
  readonly tableName: string;
  /** The item to put or insert; the key of the item otherwise. */
  readonly attributes: AttributeMap;
  readonly sizeBytes: number;
  readonly updates: readonly Action[];
  readonly condition: Condition | undefined;
  readonly onFailure: ReturnValuesOnConditionCheckFailure | undefined;
}

export function bindTransactionAction(
  { Put: put, Update: update, Delete: removal, ConditionCheck: check }: TransactWriteItem,
  layer: Layer,
): TransactionAction {
  const given = [put, update, removal, check].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (put !== undefined) return bind('put', put, put.Item, layer);
  if (update !== undefined)
    return bind('update', update, update.Key, layer, update.UpdateExpression);
  if (removal !== undefined) return bind('delete', removal, removal.Key, layer);
  const { Key: key = {}, ...rest } = check ?? { TableName: '' };
  return bind('check', rest, key, layer);
}

function bind(
  type: TransactionAction['type'],
  input: ActionInput,
  given: AttributeMap,
  layer: Layer,
  updateExpression?: string,
): TransactionAction {
  const attributes = normalizeAttributes(given, layer);
  const expressions = new Expressions(input, layer);
  const updates = expressions.update(updateExpression) ?? [];
  const condition = expressions.condition(input.ConditionExpression);
  expressions.checkNoneUnused();
  const sizeBytes = attributesSizeBytes(attributes);
  if (type === 'put' && sizeBytes > ITEM_BYTES_MAX) throw itemTooLarge();
  return {
    type,
    tableName: input.TableName,
    attributes,
    sizeBytes,
    updates,
    condition,
    onFailure: input.ReturnValuesOnConditionCheckFailure,
  };
}

/** What the table says against an action, before its item is read. */
export function checkTransactionAction(table: Table, action: TransactionAction): void {
  const { type, attributes, updates, condition } = action;
  if (type === 'put' || type === 'insert') {
    checkItemKey(table, attributes);
    checkIndexKeys(table, attributes);
  } else {
    checkKey(table, attributes);
  }
  checkScalarKeys(table, [...actionPaths(updates), ...conditionPaths(condition)]);
  checkKeyUntouched(table, updates);
}

/** What the action makes of its item. Throws where its condition does not hold. */
export function itemAfter(
  table: Table,
  action: TransactionAction,
  before: Item | undefined,
): Item | undefined {
  const { type, attributes, sizeBytes, updates } = action;
  checkCondition(action.condition, before, action.onFailure);
  switch (type) {
    case 'insert':
      if (before !== undefined) throw duplicateItem();
      return Item.of(attributes, table.sortName, sizeBytes);
    case 'put':
      return Item.of(attributes, table.sortName, sizeBytes);
    case 'update':
      return updatedItem(table, attributes, before, updates);
    case 'delete':
      return undefined;
    case 'check':
      return before;
  }
}
