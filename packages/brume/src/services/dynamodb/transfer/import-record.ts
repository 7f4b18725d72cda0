/** An import: what is stored of it, and how it is described. */
import type {
  ImportStatus,
  ImportSummary,
  ImportTableDescription,
  ImportTableInput,
} from '../../../model/generated/dynamodb.types.ts';
import { tableArn } from '../tables/table.ts';
import type { LoadCounts } from './item-load.ts';
import type { ItemSource } from './item-source.ts';
import { transferArn, type TransferRecord } from './transfer-record.ts';

/** The stored form, as JSON. */
export interface StoredImport extends TransferRecord {
  readonly tableId: string;
  readonly status: ImportStatus;
  readonly startMs: number;
  readonly endMs?: number;
  readonly clientToken: string;
  readonly input: ImportTableInput;
  readonly counts: LoadCounts;
  readonly failure?: { readonly code: string; readonly message: string };
}

export function importSource({ input }: StoredImport): ItemSource {
  const { S3BucketSource: source, InputFormatOptions: options } = input;
  const { Delimiter: delimiter = ',', HeaderList: header } = options?.Csv ?? {};
  return {
    bucket: source.S3Bucket,
    prefix: source.S3KeyPrefix ?? '',
    format: input.InputFormat,
    compression: input.InputCompressionType ?? 'NONE',
    csv: header === undefined ? { delimiter } : { delimiter, header },
    definitions: input.TableCreationParameters.AttributeDefinitions,
  };
}

export function describeImport(record: StoredImport): ImportTableDescription {
  const { accountId, region, tableName, input, counts } = record;
  return {
    ImportArn: transferArn('import', record),
    ImportStatus: record.status,
    TableArn: tableArn(accountId, region, tableName),
    TableId: record.tableId,
    ClientToken: record.clientToken,
    S3BucketSource: input.S3BucketSource,
    ErrorCount: counts.failed,
    InputFormat: input.InputFormat,
    InputFormatOptions: input.InputFormatOptions,
    InputCompressionType: input.InputCompressionType ?? 'NONE',
    TableCreationParameters: input.TableCreationParameters,
    StartTime: new Date(record.startMs),
    EndTime: record.endMs === undefined ? undefined : new Date(record.endMs),
    ProcessedSizeBytes: counts.length,
    ProcessedItemCount: counts.read,
    ImportedItemCount: counts.put,
    FailureCode: record.failure?.code,
    FailureMessage: record.failure?.message,
  };
}

export function importSummary(record: StoredImport): ImportSummary {
  const description = describeImport(record);
  const { ImportArn, ImportStatus, TableArn, S3BucketSource, InputFormat } = description;
  const { StartTime, EndTime } = description;
  return { ImportArn, ImportStatus, TableArn, S3BucketSource, InputFormat, StartTime, EndTime };
}
