/**
 * A bulk operation: what is stored of it, and how it is described. How far it has come is in the note
 * of its job while it goes on, and here when it is over.
 */
import type {
  BulkOperationDescription,
  BulkOperationStatus,
  StartBulkPutItemsInput,
} from '../../../model/generated/dynamodb.types.ts';
import type { LoadCounts } from './item-load.ts';
import type { ItemSource } from './item-source.ts';
import { transferArn, type TransferRecord } from './transfer-record.ts';

/** The stored form, as JSON. */
export interface StoredBulk extends TransferRecord {
  readonly jobId: string;
  readonly tableId: string;
  readonly status: BulkOperationStatus;
  readonly startMs: number;
  readonly endMs?: number;
  readonly clientToken: string;
  readonly input: StartBulkPutItemsInput;
  readonly counts: LoadCounts;
  readonly failure?: { readonly code: string; readonly message: string };
}

export function isUnderWay({ status }: StoredBulk): boolean {
  return status === 'IN_PROGRESS' || status === 'CANCELLING';
}

export function bulkSource({ input: { InputS3Configuration: input } }: StoredBulk): ItemSource {
  return {
    bucket: input.S3Bucket,
    prefix: input.S3KeyPrefix ?? '',
    format: input.InputFormat,
    compression: input.InputCompressionType ?? 'NONE',
    definitions: [],
  };
}

export function describeBulk(
  record: StoredBulk,
  counts: LoadCounts = record.counts,
): BulkOperationDescription {
  const { tableName, tableId, input } = record;
  return {
    BulkOperationArn: transferArn('bulk-operation', record),
    BulkOperationStatus: record.status,
    TableDetails: [{ TableName: tableName, TableId: tableId }],
    ClientToken: record.clientToken,
    InputS3Configuration: input.InputS3Configuration,
    OutputS3Configuration: input.OutputS3Configuration,
    StartTime: new Date(record.startMs),
    EndTime: record.endMs === undefined ? undefined : new Date(record.endMs),
    ProcessedItemCount: counts.read,
    ProcessedInputBytes: counts.length,
    BulkOperationUsage: [
      {
        TableName: tableName,
        BulkPutBytes: counts.sizeBytes,
        Table: { BulkPutBytes: counts.sizeBytes },
      },
    ],
    FailedItemCount: counts.failed,
    FailureCode: record.failure?.code,
    FailureMessage: record.failure?.message,
    MaxWriteRequestUnits: input.MaxWriteRequestUnits,
    PerformanceTier: input.PerformanceTier ?? 'STANDARD',
  };
}
