/**
 * Writing an export: a data file in each step, and at the end the manifests that name them. The files
 * are named by what they hold, so that a step that is done again replaces its own.
 */
import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../../../environment/environment.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { Catalog } from '../tables/catalog.ts';
import { Item } from '../items/item.ts';
import { RANGE_ENTRIES_MAX } from '../limits.ts';
import { afterKey } from '../items/key.ts';
import type { Position } from '../recovery/history.ts';
import { release } from '../recovery/holds.ts';
import { deleteJob, putJob, type JobNote } from '../recovery/jobs.ts';
import { readSnapshot, type Snapshot } from '../recovery/snapshot.ts';
import { tableArn } from '../tables/table.ts';
import { TransferFailure } from './errors.ts';
import { changeLine, itemLine } from './export-lines.ts';
import { exportsFolder, type StoredExport } from './export-record.ts';
import { readIncrement, type IncrementSource } from './increment.ts';
import { EXPORT_FILE_BYTES } from './limits.ts';
import type { Objects } from './objects.ts';
import { putRecord, transferArn } from './transfer-record.ts';

const compress = promisify(gzip);

export interface ExportNote extends JobNote {
  readonly type: 'export';
  readonly record: StoredExport;
  readonly keyNames: readonly string[];
  readonly source: Snapshot | IncrementSource;
  /** Where to go on: an item's key (base64), or a change. */
  readonly after?: string | Position;
  readonly fileCount: number;
}

export interface ExportState {
  readonly store: OrderedStore;
  readonly catalog: Catalog;
  readonly objects: Objects;
  readonly clock: Clock;
}

export async function exportStep(state: ExportState, note: ExportNote): Promise<void> {
  try {
    await exportFile(state, note);
  } catch (error) {
    if (!(error instanceof TransferFailure)) throw error;
    const failure = { code: error.code, message: error.message };
    await finish(state, note, { ...note.record, status: 'FAILED', failure });
  }
}

async function exportFile(state: ExportState, note: ExportNote): Promise<void> {
  const { store, objects } = state;
  const { record } = note;
  const folder = `${exportsFolder(record)}/${record.id}`;
  if (note.fileCount === 0) {
    await objects.put(record.bucket, `${folder}/_started`, Buffer.alloc(0));
  }
  const chunk = await readChunk(store, note);
  const bytes = await compress(chunk.text);
  const dataFolder = record.type === 'FULL_EXPORT' ? folder : exportsFolder(record);
  const extension = record.format === 'ION' ? 'ion.gz' : 'json.gz';
  const key = `${dataFolder}/data/${fileName(note)}.${extension}`;
  await objects.put(record.bucket, key, bytes);
  const md5 = hash('md5', bytes, 'buffer');
  const line = {
    itemCount: chunk.itemCount,
    md5Checksum: md5.toString('base64'),
    etag: `${md5.toString('hex')}-1`,
    dataFileS3Key: key,
  };
  const next: ExportNote = {
    ...note,
    record: {
      ...record,
      itemCount: record.itemCount + chunk.itemCount,
      sizeBytes: record.sizeBytes + chunk.sizeBytes,
    },
    fileCount: note.fileCount + 1,
    ...(chunk.after !== undefined && { after: chunk.after }),
  };
  const lineKey = encodeKey([...linesPrefix(record), note.fileCount]);
  const value = Buffer.from(`${JSON.stringify(line)}\n`);
  const writes: Write[] = [{ type: 'put', key: lineKey, value }];
  if (chunk.after !== undefined) writes.push(putJob(next));
  await store.transact([], () => ({ writes, result: undefined }));
  if (chunk.after === undefined) await writeManifests(state, next);
}

interface Chunk {
  readonly text: string;
  readonly itemCount: number;
  readonly sizeBytes: number;
  readonly after: string | Position | undefined;
}

async function readChunk(store: OrderedStore, note: ExportNote): Promise<Chunk> {
  const lines: string[] = [];
  let [sizeBytes, length, itemCount] = [0, 0, 0];
  let { after } = note;
  do {
    const page = await readLines(store, note, after);
    lines.push(...page.lines);
    sizeBytes += page.sizeBytes;
    itemCount += page.lines.length;
    length += page.lines.reduce((sum, line) => sum + line.length, 0);
    after = page.after;
  } while (after !== undefined && length < EXPORT_FILE_BYTES);
  return { text: lines.join(''), itemCount, sizeBytes, after };
}

async function readLines(
  store: OrderedStore,
  { source, record, keyNames }: ExportNote,
  after: string | Position | undefined,
) {
  const { format, increment } = record;
  if ('times' in source) {
    const page = await readIncrement(store, source, typeof after === 'string' ? undefined : after);
    const view = increment?.view ?? 'NEW_AND_OLD_IMAGES';
    return {
      lines: page.spans.map((span) => changeLine(span, keyNames, view, format)),
      sizeBytes: page.spans.reduce(
        (sum, span) => sum + (span.before?.sizeBytes ?? 0) + (span.after?.sizeBytes ?? 0),
        0,
      ),
      after: page.after,
    };
  }
  const from = typeof after === 'string' ? Buffer.from(after, 'base64') : undefined;
  const page = await readSnapshot(store, source, from);
  const items = page.items.map(({ value }) => Item.stored(value));
  return {
    lines: items.map((item) => itemLine(item, format)),
    sizeBytes: items.reduce((sum, item) => sum + item.sizeBytes, 0),
    after: page.after?.toString('base64'),
  };
}

/** 26 letters and digits, as AWS names its files. */
function fileName({ jobId, fileCount }: ExportNote): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const bytes = hash('sha256', `${jobId}/${fileCount}`, 'buffer').subarray(0, 26);
  return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

function linesPrefix({ accountId, region, id }: StoredExport) {
  return ['dynamodb', accountId, region, 'export-file', id];
}

async function writeManifests(state: ExportState, note: ExportNote): Promise<void> {
  const { store, objects, clock } = state;
  const record: StoredExport = { ...note.record, status: 'COMPLETED', endMs: clock.nowMs() };
  const folder = `${exportsFolder(record)}/${record.id}`;
  const lines: Buffer[] = [];
  const range = prefixRange(linesPrefix(record));
  for (let start: Uint8Array | undefined = range.start; start !== undefined;) {
    const entries = await store.range({ start, end: range.end, limit: RANGE_ENTRIES_MAX });
    lines.push(...entries.map(({ value }) => Buffer.from(value)));
    const last = entries.at(-1);
    start = last && afterKey(last.key);
  }
  const filesKey = `${folder}/manifest-files.json`;
  const summary = Buffer.from(JSON.stringify(manifestSummary(record, filesKey)));
  const files = Buffer.concat(lines);
  const put = (name: string, bytes: Buffer) =>
    objects.put(record.bucket, `${folder}/${name}`, bytes);
  await put('manifest-files.json', files);
  await put('manifest-files.md5', md5Text(files));
  await put('manifest-summary.md5', md5Text(summary));
  // Who sees the summary sees all that it names.
  await put('manifest-summary.json', summary);
  await finish(state, note, record);
}

/** Developer Guide, "DynamoDB table export output format". */
function manifestSummary(record: StoredExport, filesKey: string) {
  const { accountId, region, tableName, increment } = record;
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  const common = {
    exportArn: transferArn('export', record),
    startTime: time(record.startMs),
    endTime: time(record.endMs),
    tableArn: tableArn(accountId, region, tableName),
    tableId: record.tableId,
  };
  const bucket = {
    s3Bucket: record.bucket,
    s3Prefix: record.prefix ?? null,
    s3SseAlgorithm: record.sseAlgorithm ?? null,
    s3SseKmsKeyId: record.sseKmsKeyId ?? null,
    manifestFilesS3Key: filesKey,
    billedSizeBytes: record.sizeBytes,
    itemCount: record.itemCount,
    outputFormat: record.format,
  };
  if (increment === undefined) {
    return { version: '2020-06-30', ...common, exportTime: time(record.exportMs), ...bucket };
  }
  return {
    version: '2023-08-01',
    ...common,
    exportFromTime: time(increment.fromMs),
    exportToTime: time(increment.toMs),
    ...bucket,
    outputView: increment.view,
    exportType: record.type,
  };
}

function md5Text(bytes: Buffer): Buffer {
  return Buffer.from(hash('md5', bytes, 'base64'));
}

async function finish(
  { catalog, clock }: ExportState,
  note: ExportNote,
  record: StoredExport,
): Promise<void> {
  const done = { ...record, endMs: record.endMs ?? clock.nowMs() };
  const range = prefixRange(linesPrefix(record));
  await release(catalog, record, note.jobId, [
    putRecord('export', done),
    deleteJob(note),
    { type: 'delete-range', ...range },
  ]);
}
