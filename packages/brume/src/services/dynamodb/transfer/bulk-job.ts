/**
 * Putting many items into a table that is used meanwhile: not faster than the request allows, and until
 * it is cancelled.
 */
import { deleteJob, putJob, type JobNote } from '../recovery/jobs.ts';
import { bulkSource, type StoredBulk } from './bulk-record.ts';
import { TransferFailure } from './errors.ts';
import type { LoadState } from './import-job.ts';
import { loadRecords, type LoadCounts, type LoadProblem } from './item-load.ts';
import type { Objects } from './objects.ts';
import { decodeRecord, putRecord, recordKey } from './transfer-record.ts';

export interface BulkNote extends JobNote {
  readonly type: 'bulk';
  /** As it began. */
  readonly record: StoredBulk;
  readonly counts: LoadCounts;
}

export interface BulkState extends LoadState {
  readonly objects: Objects;
}

export async function bulkStep(state: BulkState, note: BulkNote): Promise<number | void> {
  try {
    return await putSome(state, note);
  } catch (error) {
    if (!(error instanceof TransferFailure)) throw error;
    await finish(state, note, { code: error.code, message: error.message });
  }
}

async function putSome(state: BulkState, note: BulkNote): Promise<number | void> {
  const { record, jobId, counts } = note;
  const table = await state.catalog.find(record.tableName, record);
  if (table?.definition.tableId !== record.tableId) {
    throw new TransferFailure('UNKNOWN', 'The table is gone');
  }
  const value = await state.store.get(recordKey(record, 'bulk-operation', record.id));
  const isCancelled = value && decodeRecord<StoredBulk>(value).status === 'CANCELLING';
  const records = isCancelled ? [] : await state.loads.next(jobId, bulkSource(record), counts.read);
  if (records.length === 0) {
    await finish(state, note);
    return;
  }
  const progress = (after: LoadCounts) => {
    const next: BulkNote = { ...note, counts: after };
    return [putJob(next)];
  };
  const loaded = await loadRecords(state, table, records, counts, progress);
  await tellProblems(state.objects, note, loaded.problems);
  const { MaxWriteRequestUnits: unitsMax } = record.input;
  if (unitsMax === undefined) return;
  return (1000 * (loaded.counts.units - counts.units)) / Math.max(1, unitsMax);
}

/** A line for each item that was refused, where the request wants to know. */
async function tellProblems(
  objects: Objects,
  { record, counts }: BulkNote,
  problems: readonly LoadProblem[],
): Promise<void> {
  const { OutputS3Configuration: output, InputS3Configuration: input } = record.input;
  if (problems.length === 0 || !output.OutputType.includes('ERROR')) return;
  const lines = problems.map((problem) => `${JSON.stringify(problem)}\n`);
  const prefix = output.S3KeyPrefix ? `${output.S3KeyPrefix}/` : '';
  const key = `${prefix}AWSDynamoDB/${record.id}/errors/${counts.read}.json`;
  await objects.put(output.S3Bucket ?? input.S3Bucket, key, Buffer.from(lines.join('')));
}

async function finish(
  state: BulkState,
  note: BulkNote,
  failure?: StoredBulk['failure'],
): Promise<void> {
  await state.loads.end(note.jobId);
  const { counts } = note;
  const key = recordKey(note.record, 'bulk-operation', note.record.id);
  const endMs = state.clock.nowMs();
  await state.store.transact([key], ([value]) => {
    const record = value && decodeRecord<StoredBulk>(value);
    if (record === undefined) return { writes: [deleteJob(note)], result: undefined };
    const done: StoredBulk = { ...record, status: 'COMPLETED', counts, endMs };
    const ended: StoredBulk =
      failure !== undefined
        ? { ...done, status: 'FAILED', failure }
        : record.status === 'CANCELLING'
          ? { ...done, status: 'CANCELLED' }
          : { ...done, status: counts.failed > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED' };
    return { writes: [putRecord('bulk-operation', ended), deleteJob(note)], result: undefined };
  });
}
