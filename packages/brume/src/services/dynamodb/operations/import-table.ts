/** ImportTable, DescribeImport and ListImports. */
import type { ImportTableInput } from '../../../model/generated/dynamodb.types.ts';
import { CHANCE_BYTES, timedId } from '../backups/backup.ts';
import { notSupportedYet, tableAlreadyExists } from '../errors.ts';
import { putJob } from '../recovery/jobs.ts';
import { due } from '../recovery/retention-queue.ts';
import type { DynamoDBOperation } from '../state.ts';
import { checkNewTable } from '../tables/table-validation.ts';
import { importConflict, importNotFound } from '../transfer/errors.ts';
import type { ImportNote } from '../transfer/import-job.ts';
import { describeImport as describe, importSummary } from '../transfer/import-record.ts';
import type { StoredImport } from '../transfer/import-record.ts';
import { NO_COUNTS } from '../transfer/item-load.ts';
import { TRANSFER_RECORD_MS, TRANSFERS_LISTED_MAX } from '../transfer/limits.ts';
import { decodeRecord, findRecord, listRecords } from '../transfer/transfer-record.ts';
import { putRecord, recordKey, RequestToken } from '../transfer/transfer-record.ts';
import { newTable } from './create-table.ts';

export const importTable: DynamoDBOperation<'ImportTable'> = async (state, input, context) => {
  const { TableCreationParameters: asked } = input;
  if (state.objects === undefined) throw notSupportedYet('imports without a folder for buckets');
  checkNewTable(asked);
  const { clock, random } = state.environment;
  const nowMs = clock.nowMs();
  const definition = { ...newTable(asked, context, random, nowMs), filling: true };
  const clientToken = input.ClientToken ?? random.uuid();
  const token = new RequestToken('import', context, input, clientToken, nowMs);
  const record: StoredImport = {
    id: timedId(nowMs, random.bytes(CHANCE_BYTES)),
    accountId: context.accountId,
    region: context.region,
    tableName: definition.tableName,
    tableId: definition.tableId,
    status: 'IN_PROGRESS',
    startMs: nowMs,
    clientToken,
    input: withoutToken(input),
    counts: NO_COUNTS,
  };
  const note: ImportNote = { type: 'import', jobId: random.uuid(), record };
  const key = recordKey(context, 'import', record.id).toString('base64');
  const forget = due({ type: 'record', key }, nowMs + TRANSFER_RECORD_MS);
  const id = await state.catalog.change(
    definition.tableName,
    context,
    (existing, [tokenValue]) => {
      const began = token.began(tokenValue, importConflict);
      if (began !== undefined) return { next: existing?.definition, writes: [], result: began };
      if (existing !== undefined) throw tableAlreadyExists(definition.tableName);
      const writes = [putRecord('import', record), putJob(note), forget];
      return {
        next: definition,
        writes: [...writes, ...token.remember(record.id)],
        result: record.id,
      };
    },
    [token.key],
  );
  state.jobs.wake();
  state.retention.watch();
  const value = await state.store.get(recordKey(context, 'import', id));
  const stored = value === undefined ? record : decodeRecord<StoredImport>(value);
  return { ImportTableDescription: describe(stored) };
};

function withoutToken({ ClientToken: _token, ...input }: ImportTableInput): ImportTableInput {
  return input;
}

export const describeImport: DynamoDBOperation<'DescribeImport'> = async (
  { store },
  { ImportArn: arn },
  context,
) => {
  const record = await findRecord<StoredImport>(store, 'import', arn, context);
  if (record === undefined) throw importNotFound(arn);
  return { ImportTableDescription: describe(record) };
};

export const listImports: DynamoDBOperation<'ListImports'> = async ({ store }, input, context) => {
  const { TableArn: tableArn, NextToken, PageSize: limit = TRANSFERS_LISTED_MAX } = input;
  const page = { tableArn, token: NextToken, limit };
  const { records, token } = await listRecords<StoredImport>(store, 'import', context, page);
  return { ImportSummaryList: records.map(importSummary), NextToken: token };
};
