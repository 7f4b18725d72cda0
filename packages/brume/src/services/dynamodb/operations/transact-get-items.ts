/** TransactGetItems: up to a hundred items as they are at one moment. */
import type {
  CancellationReason,
  TransactGetItem,
} from '../../../model/generated/dynamodb.types.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import { tablesNamed, UnitsByTable } from '../items/batch.ts';
import { readUnits, Units } from '../capacity.ts';
import { duplicateTargets, transactionCanceled } from '../errors.ts';
import { Item } from '../items/item.ts';
import { targetOf } from '../items/item-changes.ts';
import { checkKey } from '../items/key-validation.ts';
import {
  bindItemProjection,
  checkProjectionKeys,
  projectedItem,
} from '../pages/read-projection.ts';
import { checkTransactable } from '../replication/strong-rules.ts';
import type { DynamoDBOperation } from '../state.ts';
import type { Table } from '../tables/table.ts';
import { cancellationReason, NO_REASON } from '../items/transaction-reasons.ts';
import { olderLayer as layer } from '../validation.ts';

export const transactGetItems: DynamoDBOperation<'TransactGetItems'> = async (
  state,
  input,
  context,
) => {
  const gets = input.TransactItems.map(bindGet);
  const names = gets.map(({ tableName }) => tableName);
  const tables = await tablesNamed(state, names, context, layer);
  checkTransactable(tables.values());
  const reasons: CancellationReason[] = gets.map(({ tableName, key, paths }) => {
    try {
      const table = tables.get(tableName) as Table;
      checkKey(table, key);
      checkProjectionKeys(table, paths);
      return NO_REASON;
    } catch (error) {
      return cancellationReason(error);
    }
  });
  if (reasons.some((reason) => reason !== NO_REASON)) throw transactionCanceled(reasons);
  const keys = gets.map(({ tableName, key }) => targetOf(tables.get(tableName) as Table, key));
  const distinct = new Set(keys.map(({ itemKey }) => itemKey.toString('latin1')));
  if (distinct.size < keys.length) throw duplicateTargets();
  const values = await state.store.getMany(keys.map(({ itemKey }) => itemKey));
  const units = new UnitsByTable();
  const responses = gets.map(({ tableName, paths }, at) => {
    const value = values[at];
    const item = value && Item.stored(value);
    const cost = new Units();
    cost.table = readUnits(item?.sizeBytes ?? 0, true);
    units.add(tableName, cost, 2);
    const answered = item && projectedItem(item, paths);
    const isEmpty = paths !== undefined && answered && Object.keys(answered).length === 0;
    return { Item: isEmpty ? undefined : answered };
  });
  return {
    Responses: responses,
    ConsumedCapacity: units.answer(input.ReturnConsumedCapacity, tables, 'read'),
  };
};

function bindGet({ Get: get }: TransactGetItem) {
  const paths = bindItemProjection(get, layer);
  return { tableName: get.TableName, key: normalizeAttributes(get.Key, layer), paths };
}
