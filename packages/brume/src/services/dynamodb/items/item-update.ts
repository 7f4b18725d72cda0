/** Updates: what UpdateItem and the updates of transactions make of an item. */
import { attributesSizeBytes, type AttributeMap } from './attribute-value.ts';
import { invalidParameters, updatedItemTooLarge } from '../errors.ts';
import { applyUpdate } from '../expressions/apply-update.ts';
import type { Action } from '../expressions/ast.ts';
import { Item } from './item.ts';
import { checkIndexKeys } from './key-validation.ts';
import { ITEM_BYTES_MAX } from '../limits.ts';
import type { Table } from '../tables/table.ts';

/** The item as the actions leave it; made of its key where it does not exist. */
export function updatedItem(
  table: Table,
  key: AttributeMap,
  before: Item | undefined,
  actions: readonly Action[],
  mismatch?: () => Error,
): Item {
  const old = before?.attributes ?? key;
  const attributes = applyUpdate(old, actions, mismatch);
  checkIndexKeys(table, attributes, old);
  const sizeBytes = attributesSizeBytes(attributes);
  // 22 of AWS's regions count the statement, 10 the finished item (2026): these are the simpler rule.
  if (sizeBytes > ITEM_BYTES_MAX) throw updatedItemTooLarge();
  return Item.of(attributes, table.sortName, sizeBytes);
}

export function checkKeyUntouched(table: Table, actions: readonly Action[]): void {
  const touched = actions.map(({ path: [name] }) => name);
  const key = touched.find((name) => table.keyNames.includes(name));
  if (key === undefined) return;
  throw invalidParameters(`Cannot update attribute ${key}. This attribute is part of the key`);
}
