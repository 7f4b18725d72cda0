/** An export: what is stored of it, and how it is described. */
import type {
  ExportDescription,
  ExportFormat,
  ExportStatus,
  ExportTableToPointInTimeInput,
  ExportType,
  ExportViewType,
  S3SseAlgorithm,
} from '../../../model/generated/dynamodb.types.ts';
import { tableArn } from '../tables/table.ts';
import { transferArn, type TransferRecord } from './transfer-record.ts';

/** The stored form, as JSON. */
export interface StoredExport extends TransferRecord {
  readonly tableId: string;
  readonly status: ExportStatus;
  readonly type: ExportType;
  readonly format: ExportFormat;
  readonly startMs: number;
  readonly endMs?: number;
  /** The time that the items are of, in a full export. */
  readonly exportMs?: number;
  readonly increment?: Increment;
  readonly clientToken: string;
  readonly bucket: string;
  readonly bucketOwner?: string | undefined;
  readonly prefix?: string | undefined;
  readonly sseAlgorithm?: S3SseAlgorithm | undefined;
  readonly sseKmsKeyId?: string | undefined;
  readonly itemCount: number;
  readonly sizeBytes: number;
  readonly failure?: { readonly code: string; readonly message: string };
}

export interface Increment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly view: ExportViewType;
}

export function bucketOf(input: ExportTableToPointInTimeInput) {
  return {
    bucket: input.S3Bucket,
    bucketOwner: input.S3BucketOwner,
    prefix: input.S3Prefix,
    sseAlgorithm: input.S3SseAlgorithm ?? ('AES256' as const),
    sseKmsKeyId: input.S3SseKmsKeyId,
  };
}

/** The folder of all exports to the bucket with that prefix. */
export function exportsFolder({ prefix }: StoredExport): string {
  return prefix ? `${prefix}/AWSDynamoDB` : 'AWSDynamoDB';
}

function manifestKey(record: StoredExport): string {
  return `${exportsFolder(record)}/${record.id}/manifest-summary.json`;
}

export function describeExport(record: StoredExport): ExportDescription {
  const { accountId, region, tableName, increment, exportMs, endMs, status } = record;
  return {
    ExportArn: transferArn('export', record),
    ExportStatus: status,
    StartTime: new Date(record.startMs),
    EndTime: endMs === undefined ? undefined : new Date(endMs),
    ExportManifest: status === 'COMPLETED' ? manifestKey(record) : undefined,
    TableArn: tableArn(accountId, region, tableName),
    TableId: record.tableId,
    ExportTime: exportMs === undefined ? undefined : new Date(exportMs),
    ClientToken: record.clientToken,
    S3Bucket: record.bucket,
    S3BucketOwner: record.bucketOwner,
    S3Prefix: record.prefix,
    S3SseAlgorithm: record.sseAlgorithm,
    S3SseKmsKeyId: record.sseKmsKeyId,
    FailureCode: record.failure?.code,
    FailureMessage: record.failure?.message,
    ExportFormat: record.format,
    BilledSizeBytes: status === 'COMPLETED' ? record.sizeBytes : undefined,
    ItemCount: status === 'COMPLETED' ? record.itemCount : undefined,
    ExportType: record.type,
    IncrementalExportSpecification: increment && {
      ExportFromTime: new Date(increment.fromMs),
      ExportToTime: new Date(increment.toMs),
      ExportViewType: increment.view,
    },
  };
}
