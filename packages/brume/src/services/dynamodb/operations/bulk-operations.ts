/** StartBulkPutItems, DescribeBulkOperation, ListBulkOperations and CancelBulkOperation. */
import type { StartBulkPutItemsInput } from '../../../model/generated/dynamodb.types.ts';
import { CHANCE_BYTES, timedId } from '../backups/backup.ts';
import { idempotentParameterMismatch, notSupportedYet, tableNotFound } from '../errors.ts';
import { findJob, putJob } from '../recovery/jobs.ts';
import { due } from '../recovery/retention-queue.ts';
import { checkFull } from '../recovery/table-use.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import { administeredTableName } from '../tables/table-name.ts';
import type { BulkNote } from '../transfer/bulk-job.ts';
import { describeBulk, isUnderWay, type StoredBulk } from '../transfer/bulk-record.ts';
import { bulkOperationNotFound } from '../transfer/errors.ts';
import { NO_COUNTS } from '../transfer/item-load.ts';
import { TRANSFER_RECORD_MS, TRANSFERS_LISTED_MAX } from '../transfer/limits.ts';
import { decodeRecord, findRecord, listRecords } from '../transfer/transfer-record.ts';
import { putRecord, recordKey, RequestToken, transferArn } from '../transfer/transfer-record.ts';

const KIND = 'bulk-operation';

export const startBulkPutItems: DynamoDBOperation<'StartBulkPutItems'> = async (
  state,
  input,
  context,
) => {
  if (state.objects === undefined) {
    throw notSupportedYet('bulk operations without a folder for buckets');
  }
  const name = administeredTableName(input.TableName, context);
  const { clock, random } = state.environment;
  const nowMs = clock.nowMs();
  const clientToken = input.ClientToken ?? random.uuid();
  const token = new RequestToken(KIND, context, input, clientToken, nowMs);
  const ids = { id: timedId(nowMs, random.bytes(CHANCE_BYTES)), jobId: random.uuid() };
  const key = recordKey(context, KIND, ids.id).toString('base64');
  const forget = due({ type: 'record', key }, nowMs + TRANSFER_RECORD_MS);
  const id = await state.catalog.change(
    name,
    context,
    (table, [tokenValue]) => {
      if (table === undefined) throw tableNotFound(name);
      checkFull(table.definition);
      const next = table.definition;
      const began = token.began(tokenValue, idempotentParameterMismatch);
      if (began !== undefined) return { next, result: began };
      const { accountId, region, tableName, tableId } = next;
      const record: StoredBulk = {
        ...ids,
        accountId,
        region,
        tableName,
        tableId,
        status: 'IN_PROGRESS',
        startMs: nowMs,
        clientToken,
        input: withoutToken(input),
        counts: NO_COUNTS,
      };
      const note: BulkNote = { type: 'bulk', jobId: ids.jobId, record, counts: NO_COUNTS };
      const writes = [putRecord(KIND, record), putJob(note), forget, ...token.remember(ids.id)];
      return { next, writes, result: ids.id };
    },
    [token.key],
  );
  state.jobs.wake();
  state.retention.watch();
  const value = await state.store.get(recordKey(context, KIND, id));
  if (value === undefined) throw bulkOperationNotFound(id);
  return { BulkOperationDescription: await described(state, decodeRecord<StoredBulk>(value)) };
};

function withoutToken({ ClientToken: _token, ...input }: StartBulkPutItemsInput) {
  return input;
}

async function described({ store }: DynamoDBState, record: StoredBulk) {
  const note = isUnderWay(record) ? await findJob<BulkNote>(store, record.jobId) : undefined;
  return describeBulk(record, note?.counts);
}

export const describeBulkOperation: DynamoDBOperation<'DescribeBulkOperation'> = async (
  state,
  { BulkOperationArn: arn },
  context,
) => {
  const record = await findRecord<StoredBulk>(state.store, KIND, arn, context);
  if (record === undefined) throw bulkOperationNotFound(arn);
  return { BulkOperationDescription: await described(state, record) };
};

export const listBulkOperations: DynamoDBOperation<'ListBulkOperations'> = async (
  { store },
  { MaxResults: limit = TRANSFERS_LISTED_MAX, NextToken },
  context,
) => {
  const page = { tableArn: undefined, token: NextToken, limit };
  const { records, token } = await listRecords<StoredBulk>(store, KIND, context, page);
  return {
    BulkOperationsSummaryList: records.map((record) => ({
      BulkOperationArn: transferArn(KIND, record),
      BulkOperationStatus: record.status,
      StartTime: new Date(record.startMs),
      EndTime: record.endMs === undefined ? undefined : new Date(record.endMs),
    })),
    NextToken: token,
  };
};

/** What is over stays as it is. */
export const cancelBulkOperation: DynamoDBOperation<'CancelBulkOperation'> = async (
  { store },
  { BulkOperationArn: arn },
  context,
) => {
  const found = await findRecord<StoredBulk>(store, KIND, arn, context);
  if (found === undefined) throw bulkOperationNotFound(arn);
  const status = await store.transact([recordKey(context, KIND, found.id)], ([value]) => {
    if (value === undefined) throw bulkOperationNotFound(arn);
    const record = decodeRecord<StoredBulk>(value);
    if (!isUnderWay(record)) return { writes: [], result: record.status };
    const next: StoredBulk = { ...record, status: 'CANCELLING' };
    return { writes: [putRecord(KIND, next)], result: next.status };
  });
  return { BulkOperationArn: arn, BulkOperationStatus: status };
};
