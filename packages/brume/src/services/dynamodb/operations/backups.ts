/** CreateBackup, DescribeBackup, ListBackups and DeleteBackup. */
import type { BackupSummary } from '../../../model/generated/dynamodb.types.ts';
import { prefixRange } from '../../../storage/key-encoding.ts';
import type { RequestContext } from '../../service.ts';
import { backupDetails, backupSummary, decodeBackup } from '../backups/backup.ts';
import { describeBackup as describe, type StoredBackup } from '../backups/backup.ts';
import { backupInUse, backupNotFound } from '../backups/errors.ts';
import { findBackup, keyOfArn } from '../backups/find-backup.ts';
import { BACKUPS_LISTED_MAX } from '../backups/limits.ts';
import { newBackupIds, newUserBackup } from '../backups/new-backup.ts';
import { noteGarbage } from '../tables/garbage.ts';
import { checkUnchanged, whileTablesChange } from '../items/item-changes.ts';
import { afterKey } from '../items/key.ts';
import { RANGE_ENTRIES_MAX } from '../limits.ts';
import { continuousBackupsUnavailable, tableNotFoundException } from '../recovery/errors.ts';
import type { DynamoDBOperation } from '../state.ts';
import { administeredTableName } from '../tables/table-name.ts';

export const createBackup: DynamoDBOperation<'CreateBackup'> = async (state, input, context) => {
  const name = administeredTableName(input.TableName, context);
  const { clock, random } = state.environment;
  const backup = await whileTablesChange(state, async () => {
    const found = await state.catalog.find(name, context);
    if (found === undefined) throw tableNotFoundException(input.TableName);
    if (found.definition.filling) throw continuousBackupsUnavailable(name);
    const ids = newBackupIds(random, clock.nowMs());
    const also = found.history === undefined ? [] : [found.history.head];
    const decided = await state.catalog.change(
      name,
      context,
      (table, [head]) => {
        checkUnchanged(found, table?.bytes);
        const created = newUserBackup(found, head, input.BackupName, ids);
        return { next: created.table, writes: created.writes, result: created.backup };
      },
      also,
    );
    return decided;
  });
  state.jobs.wake();
  return { BackupDetails: backupDetails(backup) };
};

export const describeBackup: DynamoDBOperation<'DescribeBackup'> = async (
  { store },
  input,
  context,
) => ({ BackupDescription: describe(await findBackup(store, input.BackupArn, context)) });

export const deleteBackup: DynamoDBOperation<'DeleteBackup'> = async (state, input, context) => {
  const key = keyOfArn(input.BackupArn, context);
  await findBackup(state.store, input.BackupArn, context);
  const backup = await state.store.transact([key], ([value]) => {
    if (value === undefined) throw backupNotFound(input.BackupArn);
    const found = decodeBackup(value);
    if (found.status === 'CREATING' || found.restores.length > 0) throw backupInUse();
    const garbage = noteGarbage(Buffer.from(found.items, 'base64'));
    return { writes: [{ type: 'delete', key }, garbage], result: found };
  });
  state.garbage.collect();
  return { BackupDescription: describe({ ...backup, status: 'DELETED' }) };
};

/** Oldest first. */
export const listBackups: DynamoDBOperation<'ListBackups'> = async (state, input, context) => {
  const name = input.TableName && administeredTableName(input.TableName, context);
  const { Limit: limit = BACKUPS_LISTED_MAX, BackupType: type = 'ALL' } = input;
  const fromMs = input.TimeRangeLowerBound?.getTime() ?? 0;
  const toMs = input.TimeRangeUpperBound?.getTime() ?? Infinity;
  const isAsked = (backup: StoredBackup) =>
    (name === undefined || backup.table.tableName === name) &&
    (type === 'ALL' || backup.type === type) &&
    backup.createdMs >= fromMs &&
    backup.createdMs < toMs;
  const { start, end } = prefixRange(['dynamodb', context.accountId, context.region, 'backup']);
  const found: StoredBackup[] = [];
  let from: Uint8Array = startKey(input.ExclusiveStartBackupArn, context) ?? start;
  while (found.length <= limit) {
    const entries = await state.store.range({ start: from, end, limit: RANGE_ENTRIES_MAX });
    found.push(...entries.map(({ value }) => decodeBackup(value)).filter(isAsked));
    const last = entries.at(-1);
    if (last === undefined) break;
    from = afterKey(last.key);
  }
  const summaries: BackupSummary[] = found.slice(0, limit).map(backupSummary);
  return {
    BackupSummaries: summaries,
    LastEvaluatedBackupArn: found.length > limit ? summaries.at(-1)?.BackupArn : undefined,
  };
};

function startKey(arn: string | undefined, context: RequestContext): Buffer | undefined {
  return arn === undefined ? undefined : afterKey(keyOfArn(arn, context));
}
