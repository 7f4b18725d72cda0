/**
 * BatchWriteItem: up to 25 puts and deletions in several tables. AWS does each for itself; that all of
 * them become durable at once is more than it promises.
 */
import type {
  BatchWriteItemInput,
  ItemCollectionMetrics,
} from '../../../model/generated/dynamodb.types.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import { attributesSizeBytes, type AttributeMap } from '../items/attribute-value.ts';
import { tablesNamed, UnitsByTable } from '../items/batch.ts';
import { itemTooLarge, validation } from '../errors.ts';
import { Item } from '../items/item.ts';
import {
  commitChanges,
  targetOf,
  whileTablesChange,
  type ItemChanges,
  type Target,
} from '../items/item-changes.ts';
import { checkBatchItemKey, checkIndexKeys, checkKey } from '../items/key-validation.ts';
import { BATCH_WRITES_MAX, ITEM_BYTES_MAX } from '../limits.ts';
import { collectionMetrics } from '../items/single-write.ts';
import type { DynamoDBOperation } from '../state.ts';
import type { Table } from '../tables/table.ts';
import { olderLayer as layer } from '../validation.ts';
import { duplicateKeys } from './batch-get-item.ts';

interface BatchWrite {
  readonly tableName: string;
  /** The item to put, or the key of the one to remove. */
  readonly attributes: AttributeMap;
  readonly removes: boolean;
}

export const batchWriteItem: DynamoDBOperation<'BatchWriteItem'> = (state, input, context) => {
  const writes = bindWrites(input);
  return whileTablesChange(state, async () => {
    const names = writes.map(({ tableName }) => tableName);
    const tables = await tablesNamed(state, names, context, layer);
    const prepared = writes.map((write) => prepare(write, tables.get(write.tableName) as Table));
    checkDistinct(prepared.map(({ target }) => target));
    const targets = prepared.map(({ target }) => target);
    return commitChanges(state, targets, (items, changes) => {
      const units = new UnitsByTable();
      for (const [at, { target, after }] of prepared.entries()) {
        const cost = changes.change(target, items[at], after);
        units.add((writes[at] as BatchWrite).tableName, cost);
      }
      return {
        UnprocessedItems: {},
        ItemCollectionMetrics:
          input.ReturnItemCollectionMetrics === 'SIZE'
            ? metricsByTable(writes, targets, changes)
            : undefined,
        ConsumedCapacity: units.answer(input.ReturnConsumedCapacity, tables),
      };
    });
  });
};

/** One for every collection that the writes touch, by the names that the request has for tables. */
export function metricsByTable(
  writes: readonly { readonly tableName: string; readonly attributes: AttributeMap }[],
  targets: readonly Target[],
  changes: ItemChanges,
): Record<string, ItemCollectionMetrics[]> | undefined {
  const metrics = new Map<string, Map<string, ItemCollectionMetrics>>();
  for (const [at, target] of targets.entries()) {
    const write = writes[at];
    if (write === undefined || target.collectionKey === undefined) continue;
    const measured = collectionMetrics(target, changes, write.attributes);
    if (measured === undefined) continue;
    const ofTable = metrics.get(write.tableName) ?? new Map<string, ItemCollectionMetrics>();
    ofTable.set(target.collectionKey.toString('latin1'), measured);
    metrics.set(write.tableName, ofTable);
  }
  if (metrics.size === 0) return undefined;
  return Object.fromEntries([...metrics].map(([name, all]) => [name, [...all.values()]]));
}

function bindWrites({ RequestItems: requested }: BatchWriteItemInput): BatchWrite[] {
  const entries = Object.entries(requested);
  if (entries.length === 0) {
    throw validation('The requestItems parameter is required for BatchWriteItem');
  }
  const count = entries.reduce((sum, [, requests]) => sum + requests.length, 0);
  if (count > BATCH_WRITES_MAX) {
    throw validation('Too many items requested for the BatchWriteItem call');
  }
  return entries.flatMap(([tableName, requests]) =>
    requests.map(({ PutRequest: put, DeleteRequest: removal }): BatchWrite => {
      if ((put === undefined) === (removal === undefined)) {
        throw validation(
          'Supplied AttributeValue has more than one datatypes set, must contain exactly one ' +
            'of the supported datatypes',
        );
      }
      const attributes = normalizeAttributes(put?.Item ?? removal?.Key ?? {}, layer);
      return { tableName, attributes, removes: put === undefined };
    }),
  );
}

function prepare({ attributes, removes }: BatchWrite, table: Table) {
  if (removes) {
    checkKey(table, attributes);
    return { target: targetOf(table, attributes), after: undefined };
  }
  const sizeBytes = attributesSizeBytes(attributes);
  if (sizeBytes > ITEM_BYTES_MAX) throw itemTooLarge();
  checkBatchItemKey(table, attributes);
  checkIndexKeys(table, attributes);
  const after = Item.of(attributes, table.sortName, sizeBytes);
  return { target: targetOf(table, attributes), after };
}

function checkDistinct(targets: readonly Target[]): void {
  const keys = new Set(targets.map(({ itemKey }) => itemKey.toString('latin1')));
  if (keys.size < targets.length) throw duplicateKeys();
}
