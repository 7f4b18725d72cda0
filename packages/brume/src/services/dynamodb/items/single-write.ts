/** What PutItem, UpdateItem and DeleteItem have in common: conditions before, and the answer after. */
import type {
  ConditionalOperator,
  ConsumedCapacity,
  ExpectedAttributeValue,
  ItemCollectionMetrics,
  ReturnConsumedCapacity,
  ReturnItemCollectionMetrics,
  ReturnValuesOnConditionCheckFailure,
} from '../../../model/generated/dynamodb.types.ts';
import { attributeOf, type AttributeMap } from './attribute-value.ts';
import { consumedCapacity, type Units } from '../capacity.ts';
import { conditionalCheckFailed } from '../errors.ts';
import type { Condition } from '../expressions/ast.ts';
import { holds, NO_ATTRIBUTES } from '../expressions/evaluate.ts';
import type { ExpressionInput, Expressions } from '../expressions/expressions.ts';
import { expectedCondition } from '../expressions/legacy.ts';
import type { Item } from './item.ts';
import type { ItemChanges, Target } from './item-changes.ts';
import { COLLECTION_GIGABYTE } from '../limits.ts';
import type { Layer } from '../validation.ts';

export interface SingleWriteInput extends ExpressionInput {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly Expected?: Readonly<Record<string, ExpectedAttributeValue>> | undefined;
  readonly ConditionalOperator?: ConditionalOperator | undefined;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity | undefined;
  readonly ReturnItemCollectionMetrics?: ReturnItemCollectionMetrics | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure | undefined;
}

export function writeCondition(
  input: SingleWriteInput,
  expressions: Expressions,
  layer: Layer,
): Condition | undefined {
  const condition = expressions.condition(input.ConditionExpression);
  return condition ?? expectedCondition(input.Expected, input.ConditionalOperator, layer);
}

/** Throws where the condition does not hold; an item that does not exist has no attributes. */
export function checkCondition(
  condition: Condition | undefined,
  before: Item | undefined,
  onFailure: ReturnValuesOnConditionCheckFailure | undefined,
): void {
  if (condition === undefined || holds(condition, before?.attributes ?? NO_ATTRIBUTES)) return;
  throw conditionalCheckFailed(onFailure === 'ALL_OLD' ? before?.encoded() : undefined);
}

export function singleWriteAnswer(
  input: SingleWriteInput,
  target: Target,
  units: Units,
  changes: ItemChanges,
  key: AttributeMap,
): {
  readonly ConsumedCapacity: ConsumedCapacity | undefined;
  readonly ItemCollectionMetrics: ItemCollectionMetrics | undefined;
} {
  const { ReturnConsumedCapacity: mode, TableName: tableName } = input;
  return {
    ConsumedCapacity: consumedCapacity(mode, tableName, target.table, units),
    ItemCollectionMetrics:
      input.ReturnItemCollectionMetrics === 'SIZE'
        ? collectionMetrics(target, changes, key)
        : undefined,
  };
}

/** AWS estimates in whole gigabytes: between 0 and 1 for nearly everyone. */
export function collectionMetrics(
  target: Target,
  changes: ItemChanges,
  key: AttributeMap,
): ItemCollectionMetrics | undefined {
  const bytes = changes.collectionBytes(target);
  if (bytes === undefined) return undefined;
  const gigabytes = Math.floor(bytes / COLLECTION_GIGABYTE);
  const collectionKey = target.table.key.partition.map(({ name }) => [
    name,
    attributeOf(key, name),
  ]);
  return {
    ItemCollectionKey: Object.fromEntries(collectionKey) as AttributeMap,
    SizeEstimateRangeGB: [gigabytes, gigabytes + 1],
  };
}
