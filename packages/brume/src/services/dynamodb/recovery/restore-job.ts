/** Filling a restored table, in steps; when it is full, items can be read and written. */
import type { OrderedStore, Write } from '../../../storage/ordered-store.ts';
import { decodeBackup, putBackup } from '../backups/backup.ts';
import type { Scope } from '../tables/catalog.ts';
import { Item } from '../items/item.ts';
import { commitChanges, targetOf, type WriteState } from '../items/item-changes.ts';
import type { Table, TableDefinition } from '../tables/table.ts';
import { release } from './holds.ts';
import { deleteJob, putJob, type JobNote } from './jobs.ts';
import { readSnapshot, type Snapshot, type SnapshotItem } from './snapshot.ts';

export interface RestoreNote extends JobNote {
  readonly type: 'restore';
  readonly target: TableName & { readonly tableId: string };
  readonly source: Snapshot;
  /** What must not go before the table is full: a table's history, or a backup (its key, base64). */
  readonly needs: { readonly table: TableName } | { readonly backup: string };
  readonly after?: string;
}

export interface TableName extends Scope {
  readonly tableName: string;
}

export function nameOf({ accountId, region, tableName }: TableDefinition): TableName {
  return { accountId, region, tableName };
}

export async function restoreStep(state: WriteState, note: RestoreNote): Promise<void> {
  const { target, source } = note;
  const table = await state.catalog.find(target.tableName, target);
  if (table?.definition.tableId !== target.tableId) {
    await finish(state, note);
    return;
  }
  const after = note.after === undefined ? undefined : Buffer.from(note.after, 'base64');
  const page = await readSnapshot(state.store, source, after);
  const next: RestoreNote | undefined = page.after && {
    ...note,
    after: page.after.toString('base64'),
  };
  await fillTable(state, table, page.items, next === undefined ? [] : [putJob(next)]);
  if (next !== undefined) return;
  await markFull(state, target);
  await finish(state, note);
}

/** Puts stored items of a table with the same key into another one. */
async function fillTable(
  state: WriteState,
  table: Table,
  items: readonly SnapshotItem[],
  also: readonly Write[],
): Promise<void> {
  const restored = items.map(({ value }) => Item.stored(value));
  const targets = restored.map(({ attributes }) => targetOf(table, attributes));
  await commitChanges(state, targets, (found, changes) => {
    for (const [at, target] of targets.entries()) changes.change(target, found[at], restored[at]);
    for (const write of also) changes.also(write);
  });
}

export async function markFull(
  { catalog }: Pick<WriteState, 'catalog'>,
  { tableName, tableId, ...scope }: RestoreNote['target'],
): Promise<void> {
  await catalog.change(tableName, scope, (table) => {
    const definition = table?.definition;
    if (definition?.tableId !== tableId) return { next: definition, result: undefined };
    const { filling: _filling, ...full } = definition;
    return { next: full, result: undefined };
  });
}

async function finish({ store, catalog }: WriteState, note: RestoreNote): Promise<void> {
  const { needs } = note;
  if ('table' in needs) {
    await release(catalog, needs.table, note.jobId, [deleteJob(note)]);
    return;
  }
  await releaseBackup(store, Buffer.from(needs.backup, 'base64'), note);
}

async function releaseBackup(store: OrderedStore, key: Buffer, note: RestoreNote): Promise<void> {
  await store.transact([key], ([value]) => {
    const backup = value && decodeBackup(value);
    const restores = backup?.restores.filter((jobId) => jobId !== note.jobId) ?? [];
    const kept = backup === undefined ? [] : [putBackup({ ...backup, restores })];
    return { writes: [...kept, deleteJob(note)], result: undefined };
  });
}
