/** What is written when a backup begins: of a table that is there, or of one that goes. */
import type { Random } from '../../../environment/environment.ts';
import type { Value, Write } from '../../../storage/ordered-store.ts';
import { headPosition } from '../recovery/history.ts';
import { held } from '../recovery/holds.ts';
import { putJob } from '../recovery/jobs.ts';
import { SYSTEM_BACKUP_MS } from '../recovery/limits.ts';
import { due } from '../recovery/retention-queue.ts';
import { compileTable, type Table, type TableDefinition } from '../tables/table.ts';
import { backupItems, backupKey, CHANCE_BYTES, putBackup, timedId } from './backup.ts';
import type { StoredBackup } from './backup.ts';
import type { BackupNote } from './backup-job.ts';

/** Chosen before the decision, which is pure. */
export interface NewBackupIds {
  readonly id: string;
  readonly jobId: string;
  readonly historyId: string;
  readonly nowMs: number;
}

export function newBackupIds(random: Random, nowMs: number): NewBackupIds {
  const id = timedId(nowMs, random.bytes(CHANCE_BYTES));
  return { id, jobId: random.uuid(), historyId: random.uuid(), nowMs };
}

export interface NewBackup {
  readonly backup: StoredBackup;
  readonly table: TableDefinition;
  readonly writes: readonly Write[];
}

/** `head` is what the store has at the head of the table's history. */
export function newUserBackup(
  { definition }: Table,
  head: Value | undefined,
  name: string,
  ids: NewBackupIds,
): NewBackup {
  const at = headPosition(head);
  const table = held(definition, { jobId: ids.jobId, afterMs: at.ms }, ids.historyId);
  const { history, prefix } = compileTable(table);
  const copies = backupItems(definition, ids.id).toString('base64');
  const backup = storedBackup(definition, { name, type: 'USER', items: copies }, ids);
  const source = {
    items: prefix.toString('base64'),
    ...(history && { past: { changes: history.changes.toString('base64'), at } }),
  };
  const note: BackupNote = { ...noteOf(backup, ids), source, copies };
  return { backup, table, writes: [putBackup(backup), putJob(note)] };
}

/**
 * AWS keeps a deleted table that had point-in-time recovery as a backup for 35 days, at no cost
 * (Developer Guide, "Deleting a table with point-in-time recovery enabled").
 */
export function deletedTableBackup({ definition, prefix }: Table, ids: NewBackupIds): Write[] {
  const expiresMs = ids.nowMs + SYSTEM_BACKUP_MS;
  const name = `${definition.tableName}$DeletedTableBackup`;
  const items = prefix.toString('base64');
  const backup = storedBackup(definition, { name, type: 'SYSTEM', items, expiresMs }, ids);
  const key = backupKey(definition, ids.id).toString('base64');
  const note: BackupNote = { ...noteOf(backup, ids), source: { items } };
  return [putBackup(backup), putJob(note), due({ type: 'backup', key }, expiresMs)];
}

function storedBackup(
  definition: TableDefinition,
  own: Pick<StoredBackup, 'name' | 'type' | 'items' | 'expiresMs'>,
  { id, nowMs }: NewBackupIds,
): StoredBackup {
  const { history: _history, ...table } = definition;
  const empty = { status: 'CREATING', itemCount: 0, sizeBytes: 0, restores: [] } as const;
  return { id, createdMs: nowMs, table, ...empty, ...own };
}

function noteOf({ id, table }: StoredBackup, { jobId }: NewBackupIds): Omit<BackupNote, 'source'> {
  const { accountId, region, tableName } = table;
  return {
    type: 'backup',
    jobId,
    accountId,
    region,
    tableName,
    backup: backupKey(table, id).toString('base64'),
    itemCount: 0,
    sizeBytes: 0,
  };
}
