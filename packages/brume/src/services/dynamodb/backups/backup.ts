/**
 * Backups: what is stored of them, and how they are described. A backup has a copy of the items, under
 * keys of its own; the one that a deleted table leaves has the items of the table itself. It outlives
 * the table. Under `dynamodb | account | region`:
 *
 *   backup | id             the backup
 *   backup-item | id | item's key
 */
import type {
  BackupDescription,
  BackupDetails,
  BackupStatus,
  BackupSummary,
  BackupType,
  ProvisionedThroughput,
  SourceTableFeatureDetails,
} from '../../../model/generated/dynamodb.types.ts';
import { encodeKey } from '../../../storage/key-encoding.ts';
import type { Value, Write } from '../../../storage/ordered-store.ts';
import type { Scope } from '../tables/catalog.ts';
import { tableArn, type TableDefinition, type Throughput } from '../tables/table.ts';
import { givenVectorIndex } from '../vectors/vector-index-resource.ts';

/** The stored form, as JSON. */
export interface StoredBackup {
  readonly id: string;
  readonly name: string;
  readonly type: BackupType;
  readonly status: BackupStatus;
  readonly createdMs: number;
  readonly expiresMs?: number;
  /** Of the items; 0 until they have been counted. */
  readonly itemCount: number;
  readonly sizeBytes: number;
  /** Before the keys of the items, base64. */
  readonly items: string;
  /** The table as it was. */
  readonly table: TableDefinition;
  /** Jobs that restore tables from it. */
  readonly restores: readonly string[];
}

export function backupKey({ accountId, region }: Scope, id: string): Buffer {
  return encodeKey(['dynamodb', accountId, region, 'backup', id]);
}

/** `0` and 13 digits of milliseconds, then 8 of chance: as AWS numbers backups, exports and imports. */
export function timedId(nowMs: number, chance: Buffer): string {
  return `${String(nowMs).padStart(14, '0')}-${chance.toString('hex')}`;
}
export const CHANCE_BYTES = 4;

export function backupItems({ accountId, region }: Scope, id: string): Buffer {
  return encodeKey(['dynamodb', accountId, region, 'backup-item', id]);
}

export function putBackup(backup: StoredBackup): Write {
  const value = Buffer.from(JSON.stringify(backup));
  return { type: 'put', key: backupKey(backup.table, backup.id), value };
}

export function decodeBackup(value: Value): StoredBackup {
  return JSON.parse(Buffer.from(value).toString('utf8')) as StoredBackup;
}

export function backupArn({ table, id }: StoredBackup): string {
  return `${tableArn(table.accountId, table.region, table.tableName)}/backup/${id}`;
}

export function backupDetails(backup: StoredBackup): BackupDetails {
  return {
    BackupArn: backupArn(backup),
    BackupName: backup.name,
    BackupSizeBytes: backup.sizeBytes,
    BackupStatus: backup.status,
    BackupType: backup.type,
    BackupCreationDateTime: new Date(backup.createdMs),
    ...(backup.expiresMs !== undefined && { BackupExpiryDateTime: new Date(backup.expiresMs) }),
  };
}

export function backupSummary(backup: StoredBackup): BackupSummary {
  const { accountId, region, tableName, tableId } = backup.table;
  return {
    TableName: tableName,
    TableId: tableId,
    TableArn: tableArn(accountId, region, tableName),
    ...backupDetails(backup),
  };
}

export function describeBackup(backup: StoredBackup): BackupDescription {
  const { table } = backup;
  return {
    BackupDetails: backupDetails(backup),
    SourceTableDetails: {
      TableName: table.tableName,
      TableId: table.tableId,
      TableArn: tableArn(table.accountId, table.region, table.tableName),
      TableSizeBytes: backup.sizeBytes,
      KeySchema: [...table.keySchema],
      TableCreationDateTime: new Date(table.createdMs),
      ProvisionedThroughput: units(table.throughput),
      OnDemandThroughput: table.onDemandThroughput,
      ItemCount: backup.itemCount,
      BillingMode: table.billingMode,
    },
    SourceTableFeatureDetails: features(table),
  };
}

function features(table: TableDefinition): SourceTableFeatureDetails {
  const { localIndexes, globalIndexes, vectorIndexes, stream, timeToLive, encryption } = table;
  return {
    LocalSecondaryIndexes:
      localIndexes.length === 0
        ? undefined
        : localIndexes.map(({ indexName, keySchema, projection }) => ({
            IndexName: indexName,
            KeySchema: [...keySchema],
            Projection: projection,
          })),
    GlobalSecondaryIndexes:
      globalIndexes.length === 0
        ? undefined
        : globalIndexes.map(
            ({ indexName, keySchema, projection, throughput, onDemandThroughput }) => ({
              IndexName: indexName,
              KeySchema: [...keySchema],
              Projection: projection,
              ProvisionedThroughput: units(throughput),
              OnDemandThroughput: onDemandThroughput,
            }),
          ),
    VectorIndexes: vectorIndexes?.map(givenVectorIndex),
    StreamDescription:
      stream?.enabled === true
        ? { StreamEnabled: true, StreamViewType: stream.viewType }
        : undefined,
    TimeToLiveDescription:
      timeToLive?.enabled === true
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive.attributeName }
        : undefined,
    SSEDescription:
      encryption?.Enabled === true
        ? { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: encryption.KMSMasterKeyId }
        : undefined,
  };
}

function units({ readUnits, writeUnits }: Throughput): ProvisionedThroughput {
  return { ReadCapacityUnits: readUnits, WriteCapacityUnits: writeUnits };
}
