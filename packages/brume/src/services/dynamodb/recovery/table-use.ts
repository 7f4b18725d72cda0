/** What a table is being used for, where that keeps it from being changed or deleted. */
import type { TableStatus } from '../../../model/generated/dynamodb.types.ts';
import type { TableDefinition } from '../table.ts';
import { tableInUse } from './errors.ts';

export function tableStatus({ filling }: TableDefinition): TableStatus {
  return filling === true ? 'CREATING' : 'ACTIVE';
}

export function checkFull({ filling, tableName }: TableDefinition): void {
  if (filling !== true) return;
  throw tableInUse('ResourceInUseException', `Table is being created: ${tableName}`);
}

/**
 * A table is not deleted while a backup of it is made (Developer Guide, "Using on-demand backup"); here
 * also not while it is restored or exported from.
 */
export function checkDeletable(definition: TableDefinition): void {
  checkFull(definition);
  if (definition.history === undefined || definition.history.holds.length === 0) return;
  const { tableName } = definition;
  throw tableInUse('ResourceInUseException', `Table is being backed up or restored: ${tableName}`);
}
