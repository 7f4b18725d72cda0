/** What a table is being used for, where that keeps it from being changed or deleted. */
import type { TableStatus } from '../../../model/generated/dynamodb.types.ts';
import { isLeaving, otherReplicas } from '../replication/global-table.ts';
import type { TableDefinition } from '../tables/table.ts';
import { tableInUse } from './errors.ts';

export function tableStatus(definition: TableDefinition): TableStatus {
  if (isLeaving(definition)) return 'DELETING';
  if (definition.filling === true) return 'CREATING';
  // While replicas come and go (Developer Guide, "Tutorials: Creating global tables").
  const settled = otherReplicas(definition).every(({ status }) => status === 'ACTIVE');
  return settled ? 'ACTIVE' : 'UPDATING';
}

/** Also that the table is not about to go. */
export function checkFull(definition: TableDefinition): void {
  const { filling, tableName } = definition;
  if (filling !== true && !isLeaving(definition)) return;
  const state = filling === true ? 'created' : 'deleted';
  throw tableInUse('ResourceInUseException', `Table is being ${state}: ${tableName}`);
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
