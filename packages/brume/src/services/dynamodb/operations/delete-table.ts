/** DeleteTable: the table is gone at once; what it held goes afterwards. */
import { deletedTableBackup, newBackupIds } from '../backups/new-backup.ts';
import { protectedTable, tableNotFound } from '../errors.ts';
import { noteTableGarbage } from '../tables/garbage.ts';
import { deletePolicies } from '../policies/policy.ts';
import { replicasAreChanging, strongNeeds } from '../replication/errors.ts';
import { isStrong } from '../replication/global-table.ts';
import { deleteReplica } from '../replication/replica-updates.ts';
import { checkDeletable } from '../recovery/table-use.ts';
import type { DynamoDBOperation } from '../state.ts';
import { streamEnded } from '../streams/stream-specification.ts';
import { describeDeletedTable } from '../tables/table-description.ts';
import { administeredTableName } from '../tables/table-name.ts';

export const deleteTable: DynamoDBOperation<'DeleteTable'> = async (state, input, context) => {
  const name = administeredTableName(input.TableName, context);
  const nowMs = state.environment.clock.nowMs();
  const ids = newBackupIds(state.environment.random, nowMs);
  const found = await state.catalog.find(name, context);
  if (found?.definition.global !== undefined) {
    if (isStrong(found.definition)) throw strongNeeds('has replicas, which are deleted first');
    const left = await deleteReplica(state, name, context.region, context);
    return { TableDescription: describeDeletedTable(left) };
  }
  const deleted = await state.catalog.change(name, context, (table) => {
    if (table === undefined) throw tableNotFound(name);
    // It became a global table just now: who asks again is told what that means.
    if (table.definition.global !== undefined) throw replicasAreChanging(name);
    if (table.definition.deletionProtection) throw protectedTable();
    checkDeletable(table.definition);
    const isKept = table.definition.recovery !== undefined;
    const writes = [
      ...noteTableGarbage(table, isKept),
      ...(isKept ? deletedTableBackup(table, ids) : []),
      ...streamEnded(table.definition, nowMs),
      deletePolicies(context, name),
    ];
    return { next: undefined, writes, result: table };
  });
  if (deleted.stream !== undefined) state.streams.changed(deleted.stream.arn);
  state.garbage.collect();
  for (const index of deleted.vectorIndexes) state.vectors.forget(index);
  state.jobs.wake();
  state.retention.watch();
  return { TableDescription: describeDeletedTable(deleted.definition) };
};
