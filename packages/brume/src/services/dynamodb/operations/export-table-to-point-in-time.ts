/** ExportTableToPointInTime, DescribeExport and ListExports. */
import type { ExportTableToPointInTimeInput } from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import { CHANCE_BYTES, timedId } from '../backups/backup.ts';
import { notSupportedYet, validation } from '../errors.ts';
import { checkUnchanged, whileTablesChange } from '../items/item-changes.ts';
import { recoveryUnavailable, tableNotFoundException } from '../recovery/errors.ts';
import { endOf, headPosition, positionAt, type Position } from '../recovery/history.ts';
import { held } from '../recovery/holds.ts';
import { putJob } from '../recovery/jobs.ts';
import { earliestMs } from '../recovery/recovery-window.ts';
import { due } from '../recovery/retention-queue.ts';
import type { DynamoDBOperation } from '../state.ts';
import type { Table } from '../tables/table.ts';
import { tableNameOfArn } from '../tables/table-name.ts';
import { exportConflict, exportNotFound, invalidExportTime } from '../transfer/errors.ts';
import type { ExportNote } from '../transfer/export-job.ts';
import { bucketOf, describeExport as describe } from '../transfer/export-record.ts';
import type { Increment, StoredExport } from '../transfer/export-record.ts';
import { INCREMENT_MS_MAX, INCREMENT_MS_MIN, TRANSFER_RECORD_MS } from '../transfer/limits.ts';
import { TRANSFERS_LISTED_MAX } from '../transfer/limits.ts';
import {
  decodeRecord,
  findRecord,
  listRecords,
  putRecord,
  recordKey,
  RequestToken,
  transferArn,
} from '../transfer/transfer-record.ts';

export const exportTableToPointInTime: DynamoDBOperation<'ExportTableToPointInTime'> = async (
  state,
  input,
  context,
) => {
  if (state.objects === undefined) throw notSupportedYet('exports without a folder for buckets');
  if (input.FilterSpecification !== undefined) throw notSupportedYet('filters of exports');
  const { clock, random } = state.environment;
  const jobId = random.uuid();
  const id = await whileTablesChange(state, async () => {
    const nowMs = clock.nowMs();
    const source = await state.catalog.find(tableNameOfArn(input.TableArn, context), context);
    if (source === undefined) throw tableNotFoundException(input.TableArn);
    const { history, definition } = source;
    const { recovery } = definition;
    if (recovery === undefined || history === undefined) throw recoveryUnavailable(source.name);
    const span = exportSpan(input, earliestMs(recovery, nowMs), nowMs);
    const clientToken = input.ClientToken ?? random.uuid();
    const token = new RequestToken('export', context, input, clientToken, nowMs);
    const record = {
      ...newRecord(input, source, timedId(nowMs, random.bytes(CHANCE_BYTES)), nowMs),
      ...span,
      clientToken,
    };
    return state.catalog.change(
      source.name,
      context,
      (table, [head, tokenValue]) => {
        checkUnchanged(source, table?.bytes);
        const began = token.began(tokenValue, exportConflict);
        if (began !== undefined) return { next: definition, writes: [], result: began };
        const note = newNote(jobId, record, source, history, headPosition(head));
        const next = held(definition, { jobId, afterMs: firstMs(note) }, '');
        const key = recordKey(context, 'export', record.id).toString('base64');
        const forget = due({ type: 'record', key }, nowMs + TRANSFER_RECORD_MS);
        const writes = [putRecord('export', record), putJob(note), forget];
        return { next, writes: [...writes, ...token.remember(record.id)], result: record.id };
      },
      [history.head, token.key],
    );
  });
  state.jobs.wake();
  state.retention.watch();
  const value = await state.store.get(recordKey(context, 'export', id));
  return { ExportDescription: value && describe(decodeRecord<StoredExport>(value)) };
};

function newRecord(
  input: ExportTableToPointInTimeInput,
  { definition }: Table,
  id: string,
  nowMs: number,
): Omit<StoredExport, 'clientToken'> {
  const { accountId, region, tableName, tableId } = definition;
  return {
    id,
    accountId,
    region,
    tableName,
    tableId,
    status: 'IN_PROGRESS',
    type: input.ExportType ?? 'FULL_EXPORT',
    format: input.ExportFormat ?? 'DYNAMODB_JSON',
    startMs: nowMs,
    ...bucketOf(input),
    itemCount: 0,
    sizeBytes: 0,
  };
}

function newNote(
  jobId: string,
  record: StoredExport,
  { prefix, keyNames }: Table,
  { changes, times }: NonNullable<Table['history']>,
  head: Position,
): ExportNote {
  const items = prefix.toString('base64');
  const changesText = changes.toString('base64');
  const { increment, exportMs = 0 } = record;
  const source =
    increment === undefined
      ? { items, past: { changes: changesText, at: positionAt(exportMs, head) } }
      : {
          items,
          changes: changesText,
          times: times.toString('base64'),
          // The first moment is within, the last one is not.
          from: endOf(increment.fromMs - 1),
          to: positionAt(increment.toMs - 1, head),
        };
  return { type: 'export', jobId, record, keyNames, source, fileCount: 0 };
}

/** Changes before this time are not needed. */
function firstMs({ source }: ExportNote): number {
  if ('from' in source) return source.from.ms;
  return source.past?.at.ms ?? 0;
}

function exportSpan(
  input: ExportTableToPointInTimeInput,
  earliest: number,
  nowMs: number,
): { readonly exportMs: number } | { readonly increment: Increment } {
  const { IncrementalExportSpecification: asked, ExportTime: time } = input;
  // Times are told in seconds: the earliest second counts from its beginning.
  const fromEarliest = Math.floor(earliest / 1000) * 1000;
  if (input.ExportType !== 'INCREMENTAL_EXPORT') {
    if (asked !== undefined) {
      throw validation(
        'IncrementalExportSpecification is only for exports of the type INCREMENTAL_EXPORT',
      );
    }
    const exportMs = time?.getTime() ?? nowMs;
    if (exportMs < fromEarliest || exportMs > nowMs) throw invalidExportTime();
    return { exportMs };
  }
  const fromMs = asked?.ExportFromTime?.getTime();
  if (fromMs === undefined) {
    throw validation('ExportFromTime is required for exports of the type INCREMENTAL_EXPORT');
  }
  const toMs = asked?.ExportToTime?.getTime() ?? nowMs;
  if (fromMs < fromEarliest || toMs > nowMs) throw invalidExportTime();
  const spanMs = toMs - fromMs;
  if (spanMs < INCREMENT_MS_MIN || spanMs > INCREMENT_MS_MAX) {
    throw validation(
      'The difference between ExportFromTime and ExportToTime must be at least 15 minutes and at ' +
        'most 24 hours',
    );
  }
  const view = asked?.ExportViewType ?? 'NEW_AND_OLD_IMAGES';
  return { increment: { fromMs, toMs, view } };
}

export const describeExport: DynamoDBOperation<'DescribeExport'> = async (
  { store },
  { ExportArn: arn },
  context: RequestContext,
) => {
  const record = await findRecord<StoredExport>(store, 'export', arn, context);
  if (record === undefined) throw exportNotFound(arn);
  return { ExportDescription: describe(record) };
};

export const listExports: DynamoDBOperation<'ListExports'> = async ({ store }, input, context) => {
  const { TableArn: tableArn, NextToken, MaxResults: limit = TRANSFERS_LISTED_MAX } = input;
  const page = { tableArn, token: NextToken, limit };
  const { records, token } = await listRecords<StoredExport>(store, 'export', context, page);
  return {
    ExportSummaries: records.map((record) => ({
      ExportArn: transferArn('export', record),
      ExportStatus: record.status,
      ExportType: record.type,
    })),
    NextToken: token,
  };
};
