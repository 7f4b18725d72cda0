/** RestoreTableFromBackup: a new table with the items of a backup. */
import { backupArn, decodeBackup, putBackup } from '../backups/backup.ts';
import { backupInUse, backupNotFound } from '../backups/errors.ts';
import { findBackup, keyOfArn } from '../backups/find-backup.ts';
import { tableAlreadyExistsException } from '../recovery/errors.ts';
import { putJob } from '../recovery/jobs.ts';
import { nameOf, type RestoreNote } from '../recovery/restore-job.ts';
import { restoredTable } from '../recovery/restored-table.ts';
import type { DynamoDBOperation } from '../state.ts';
import { tableArn } from '../tables/table.ts';
import { describeTable } from '../tables/table-description.ts';
import { checkNewTable } from '../tables/table-validation.ts';
import { newTable } from './create-table.ts';

export const restoreTableFromBackup: DynamoDBOperation<'RestoreTableFromBackup'> = async (
  state,
  input,
  context,
) => {
  const { clock, random } = state.environment;
  const key = keyOfArn(input.BackupArn, context);
  const found = await findBackup(state.store, input.BackupArn, context);
  const asked = restoredTable(found.table, input);
  checkNewTable(asked);
  const jobId = random.uuid();
  const { accountId, region, tableName } = found.table;
  const restored = {
    sourceBackupArn: backupArn(found),
    sourceTableArn: tableArn(accountId, region, tableName),
    dateMs: found.createdMs,
  };
  const table = newTable(asked, context, random, clock.nowMs());
  const definition = { ...table, restored, filling: true };
  await state.catalog.change(
    definition.tableName,
    context,
    (existing, [value]) => {
      if (existing !== undefined) throw tableAlreadyExistsException(definition.tableName);
      if (value === undefined) throw backupNotFound(input.BackupArn);
      const backup = decodeBackup(value);
      if (backup.status !== 'AVAILABLE') throw backupInUse();
      const note: RestoreNote = {
        type: 'restore',
        jobId,
        target: { ...nameOf(definition), tableId: definition.tableId },
        source: { items: backup.items },
        needs: { backup: key.toString('base64') },
      };
      const kept = putBackup({ ...backup, restores: [...backup.restores, jobId] });
      return { next: definition, writes: [kept, putJob(note)], result: undefined };
    },
    [key],
  );
  state.jobs.wake();
  return { TableDescription: describeTable(definition, 'CREATING') };
};
