/** Importing: the new table is filled step by step, and can be used when it is full. */
import type { Clock } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import type { WriteState } from '../items/item-changes.ts';
import { deleteJob, putJob, type JobNote } from '../recovery/jobs.ts';
import { markFull } from '../recovery/restore-job.ts';
import { TransferFailure } from './errors.ts';
import { importSource, type StoredImport } from './import-record.ts';
import { loadRecords, type ItemLoads, type LoadCounts } from './item-load.ts';
import { putRecord } from './transfer-record.ts';

export interface ImportNote extends JobNote {
  readonly type: 'import';
  readonly record: StoredImport;
}

export interface LoadState extends WriteState {
  readonly loads: ItemLoads;
  readonly clock: Clock;
  readonly log: Logger;
}

export async function importStep(state: LoadState, note: ImportNote): Promise<void> {
  try {
    await importSome(state, note);
  } catch (error) {
    if (!(error instanceof TransferFailure)) throw error;
    const failure = { code: error.code, message: error.message };
    await finish(state, note, { ...note.record, status: 'FAILED', failure });
  }
}

async function importSome(state: LoadState, note: ImportNote): Promise<void> {
  const { record, jobId } = note;
  const table = await state.catalog.find(record.tableName, record);
  if (table?.definition.tableId !== record.tableId) {
    throw new TransferFailure('UNKNOWN', 'The table is gone');
  }
  const records = await state.loads.next(jobId, importSource(record), record.counts.read);
  if (records.length === 0) {
    await finish(state, note, { ...record, status: 'COMPLETED' });
    return;
  }
  const progress = (counts: LoadCounts) => {
    const next: ImportNote = { ...note, record: { ...record, counts } };
    return [putJob(next), putRecord('import', next.record)];
  };
  const { problems } = await loadRecords(state, table, records, record.counts, progress);
  const [first] = problems;
  if (first === undefined) return;
  const fields = { table: table.name, count: problems.length, ...first };
  state.log.log('warn', 'DynamoDB import left records out', fields);
}

/** A table whose import failed has what was imported until then. */
async function finish(state: LoadState, note: ImportNote, record: StoredImport): Promise<void> {
  await state.loads.end(note.jobId);
  await markFull(state, record);
  const done = { ...record, endMs: state.clock.nowMs() };
  const writes = [putRecord('import', done), deleteJob(note)];
  await state.store.transact([], () => ({ writes, result: undefined }));
}
