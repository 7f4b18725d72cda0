/** Statements that write, as the actions that transactions have. */
import type {
  ConsumedCapacity,
  ReturnConsumedCapacity,
  ReturnValuesOnConditionCheckFailure,
} from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import { attributeOf, type AttributeMap } from '../items/attribute-value.ts';
import { consumedCapacity, type Kind } from '../capacity.ts';
import { itemTooLarge, validation } from '../errors.ts';
import type { Condition, Path } from '../expressions/ast.ts';
import { project } from '../expressions/projection.ts';
import type { Item } from '../items/item.ts';
import { commitChanges, targetOf, whileTablesChange } from '../items/item-changes.ts';
import { ITEM_BYTES_MAX } from '../limits.ts';
import type { DynamoDBState } from '../state.ts';
import type { Table } from '../tables/table.ts';
import {
  checkTransactionAction,
  itemAfter,
  type TransactionAction,
} from '../items/transaction-actions.ts';
import type { Update, Write } from './bind.ts';
import { checkKeyType, requireKey } from './key-equalities.ts';
import { sourceTable } from './source-table.ts';

type OnFailure = ReturnValuesOnConditionCheckFailure | undefined;

export interface WriteRequest {
  readonly write: Write;
  readonly onFailure: OnFailure;
  readonly capacityMode: ReturnConsumedCapacity | undefined;
  readonly capacityKind: Kind;
}

export interface WriteAnswer {
  /** What RETURNING asked for, where there is any of it. */
  readonly item: AttributeMap | undefined;
  readonly capacity: ConsumedCapacity | undefined;
}

/** Runs a statement by itself. */
export function runWrite(
  state: DynamoDBState,
  { write, onFailure, capacityMode, capacityKind }: WriteRequest,
  context: RequestContext,
): Promise<WriteAnswer> {
  return whileTablesChange(state, async () => {
    const table = await sourceTable(state, write.source, context);
    const action = writeAction(table, write, onFailure);
    checkTransactionAction(table, action);
    const target = targetOf(table, action.attributes);
    return commitChanges(state, [target], ([before], changes) => {
      const after = itemAfter(table, action, before);
      const units = changes.change(target, before, after);
      return {
        item: returnedItem(write, before, after),
        capacity: consumedCapacity(capacityMode, action.tableName, table, units, capacityKind),
      };
    });
  });
}

export function writeAction(table: Table, write: Write, onFailure: OnFailure): TransactionAction {
  const common = { tableName: write.source.table, onFailure, sizeBytes: 0, updates: [] };
  if (write.type === 'insert') {
    const { item, sizeBytes } = write;
    checkInsertedKey(table, item);
    if (sizeBytes > ITEM_BYTES_MAX) throw itemTooLarge();
    return { ...common, type: 'insert', attributes: item, sizeBytes, condition: undefined };
  }
  const { key, rest } = requireKey(table, write.where);
  if (write.type === 'update') {
    const condition = conditionOnItem(table, rest);
    return { ...common, type: 'update', attributes: key, updates: write.actions, condition };
  }
  // What is not there needs no deleting, whatever else was asked of it (DynamoDB Local, 2026).
  const condition: Condition | undefined =
    rest.length === 0
      ? undefined
      : { type: 'or', conditions: [itemExists(table, false), { type: 'and', conditions: rest }] };
  return { ...common, type: 'delete', attributes: key, condition };
}

/** What must hold of an item that must be there. */
export function conditionOnItem(table: Table, rest: readonly Condition[]): Condition {
  return { type: 'and', conditions: [itemExists(table, true), ...rest] };
}

function itemExists(table: Table, exists: boolean): Condition {
  const path = [table.keyNames[0] ?? ''] as const;
  return { type: 'exists', operand: { type: 'path', path }, exists };
}

function checkInsertedKey(table: Table, item: AttributeMap): void {
  for (const attribute of [...table.key.partition, ...table.key.sort]) {
    const { name } = attribute;
    const value = attributeOf(item, name);
    if (value === undefined) {
      throw validation(`Key attribute should be present in the item: Key ${name}`);
    }
    checkKeyType(attribute, value);
  }
}

function returnedItem(
  write: Write,
  before: Item | undefined,
  after: Item | undefined,
): AttributeMap | undefined {
  if (write.type === 'insert' || write.returning === undefined) return undefined;
  const item = write.returning.fresh ? after : before;
  if (write.returning.all || write.type === 'delete') return item?.encoded();
  return item && modified(item.attributes, write);
}

/** The attributes that an update touches, whole (DynamoDB Local 3.3.1, 2026). */
function modified(item: AttributeMap, { actions }: Update): AttributeMap | undefined {
  const paths = actions.map(({ path: [name] }): Path => [name]);
  const attributes = project(item, paths);
  return Object.keys(attributes).length === 0 ? undefined : attributes;
}
