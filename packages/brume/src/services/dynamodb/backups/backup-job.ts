/**
 * Making a backup: the items of its moment are copied, in steps, while writes to the table go on. The
 * backup of a deleted table has the table's own items, which are only counted.
 */
import type { OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { Catalog, Scope } from '../tables/catalog.ts';
import { Item } from '../items/item.ts';
import { release } from '../recovery/holds.ts';
import { deleteJob, putJob, type JobNote } from '../recovery/jobs.ts';
import { readSnapshot, type Snapshot } from '../recovery/snapshot.ts';
import { decodeBackup, putBackup } from './backup.ts';

export interface BackupNote extends JobNote, Scope {
  readonly type: 'backup';
  readonly tableName: string;
  /** The backup's key, base64. */
  readonly backup: string;
  readonly source: Snapshot;
  /** Before the keys of the copies, base64; absent where the items are only counted. */
  readonly copies?: string;
  readonly after?: string;
  readonly itemCount: number;
  readonly sizeBytes: number;
}

export async function backupStep(
  store: OrderedStore,
  catalog: Catalog,
  note: BackupNote,
): Promise<void> {
  const after = note.after === undefined ? undefined : Buffer.from(note.after, 'base64');
  const page = await readSnapshot(store, note.source, after);
  const bytes = page.items.map(({ value }) => Item.stored(value).sizeBytes);
  const itemCount = note.itemCount + bytes.length;
  const sizeBytes = note.sizeBytes + bytes.reduce((sum, size) => sum + size, 0);
  const { copies } = note;
  const writes = page.items.flatMap(({ suffix, value }): Write[] =>
    copies === undefined
      ? []
      : [{ type: 'put', key: Buffer.concat([Buffer.from(copies, 'base64'), suffix]), value }],
  );
  if (page.after !== undefined) {
    const next: BackupNote = {
      ...note,
      itemCount,
      sizeBytes,
      after: page.after.toString('base64'),
    };
    await store.transact([], () => ({ writes: [...writes, putJob(next)], result: undefined }));
    return;
  }
  // Should the job end here before its note is gone, this step is done again, to the same effect.
  const key = Buffer.from(note.backup, 'base64');
  await store.transact([key], ([value]) => {
    const backup = value && decodeBackup(value);
    const done =
      backup === undefined
        ? []
        : [...writes, putBackup({ ...backup, status: 'AVAILABLE', itemCount, sizeBytes })];
    return { writes: done, result: undefined };
  });
  await release(catalog, note, note.jobId, [deleteJob(note)]);
}
