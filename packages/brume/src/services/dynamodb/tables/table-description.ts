/** A table as DescribeTable and the operations that change tables answer it. */
import type {
  GlobalSecondaryIndexDescription,
  IndexStatus,
  LocalSecondaryIndexDescription,
  OnDemandThroughput,
  ProvisionedThroughputDescription,
  RestoreSummary,
  SSEDescription,
  TableDescription,
  TableStatus,
  WarmThroughput,
} from '../../../model/generated/dynamodb.types.ts';
import type { Statistics, TableStatistics } from './census.ts';
import { describeReplicas } from '../replication/replica-description.ts';
import { streamArn } from '../streams/stream.ts';
import { describeVectorIndex } from '../vectors/vector-index-resource.ts';
import type {
  GlobalIndexDefinition,
  IndexDefinition,
  TableDefinition,
  Throughput,
} from './table.ts';
import { tableArn } from './table.ts';
import { decreasesToday, warmUnits } from './throughput-update.ts';

const NO_STATISTICS: Statistics = { itemCount: 0, sizeBytes: 0 };

export function describeTable(
  definition: TableDefinition,
  status: TableStatus,
  statistics: TableStatistics = new Map(),
  nowMs?: number,
): TableDescription {
  const { accountId, region, tableName } = definition;
  const arn = tableArn(accountId, region, tableName);
  const { itemCount, sizeBytes } = statistics.get('') ?? NO_STATISTICS;
  return {
    AttributeDefinitions: [...definition.attributeDefinitions],
    TableName: tableName,
    KeySchema: [...definition.keySchema],
    TableStatus: status,
    CreationDateTime: new Date(definition.createdMs),
    ProvisionedThroughput: describeThroughput(definition.throughput, nowMs),
    TableSizeBytes: sizeBytes,
    ItemCount: itemCount,
    TableArn: arn,
    TableId: definition.tableId,
    BillingModeSummary: describeBilling(definition, status),
    LocalSecondaryIndexes: nonEmpty(
      definition.localIndexes.map((index) => describeIndex(arn, index, statistics)),
    ),
    GlobalSecondaryIndexes: nonEmpty(
      definition.globalIndexes.map((index) =>
        describeGlobalIndex(arn, definition, index, status, { statistics, nowMs }),
      ),
    ),
    VectorIndexes: nonEmpty(
      (definition.vectorIndexes ?? []).map((index) =>
        describeVectorIndex(arn, index, status, statistics.get(index.indexName) ?? NO_STATISTICS),
      ),
    ),
    SSEDescription: describeEncryption(definition),
    TableClassSummary: describeClass(definition),
    DeletionProtectionEnabled: definition.deletionProtection,
    ...describeStream(arn, definition),
    ...describeReplicas(definition),
    RestoreSummary: describeRestore(definition),
    OnDemandThroughput: definition.onDemandThroughput,
    WarmThroughput: describeWarmth(definition, definition, status),
  };
}

function describeRestore({ restored, filling }: TableDefinition): RestoreSummary | undefined {
  if (restored === undefined) return undefined;
  return {
    SourceBackupArn: restored.sourceBackupArn,
    SourceTableArn: restored.sourceTableArn,
    RestoreDateTime: new Date(restored.dateMs),
    RestoreInProgress: filling === true,
  };
}

/** What was disabled is still named, but not specified (verified 2026-10-09 against AWS). */
function describeStream(arn: string, { stream }: TableDefinition) {
  if (stream === undefined) return {};
  const { label, enabled, viewType } = stream;
  return {
    StreamSpecification: enabled ? { StreamEnabled: true, StreamViewType: viewType } : undefined,
    LatestStreamLabel: label,
    LatestStreamArn: streamArn(arn, label),
  };
}

/** DeleteTable says little of a table that goes (recorded 2025-10-08, `test_table_crud`). */
export function describeDeletedTable(definition: TableDefinition): TableDescription {
  const description = describeTable(definition, 'DELETING');
  const {
    AttributeDefinitions: _definitions,
    KeySchema: _schema,
    CreationDateTime: _created,
    LocalSecondaryIndexes: _local,
    GlobalSecondaryIndexes: _global,
    VectorIndexes: _vectors,
    WarmThroughput: _warmth,
    ...rest
  } = description;
  return rest;
}

/** Decreases are counted where it is known which day it is. */
function describeThroughput(
  throughput: Throughput,
  nowMs: number | undefined,
): ProvisionedThroughputDescription {
  const { readUnits, writeUnits, increasedMs, decreasedMs } = throughput;
  return {
    LastIncreaseDateTime: dateOf(increasedMs),
    LastDecreaseDateTime: dateOf(decreasedMs),
    NumberOfDecreasesToday: nowMs === undefined ? 0 : decreasesToday(throughput, nowMs).length,
    ReadCapacityUnits: readUnits,
    WriteCapacityUnits: writeUnits,
  };
}

/** Absent for a table that has always been provisioned (recorded 2025-10-08). */
function describeBilling(
  { billingMode, payPerRequestSinceMs }: TableDefinition,
  status: TableStatus,
) {
  if (billingMode === 'PROVISIONED' && payPerRequestSinceMs === undefined) return undefined;
  const sinceMs = status === 'CREATING' ? undefined : payPerRequestSinceMs;
  return { BillingMode: billingMode, LastUpdateToPayPerRequestDateTime: dateOf(sinceMs) };
}

function describeIndex(
  arn: string,
  index: IndexDefinition,
  statistics: TableStatistics,
): LocalSecondaryIndexDescription {
  const { itemCount, sizeBytes } = statistics.get(index.indexName) ?? NO_STATISTICS;
  return {
    IndexName: index.indexName,
    KeySchema: [...index.keySchema],
    Projection: index.projection,
    IndexSizeBytes: sizeBytes,
    ItemCount: itemCount,
    IndexArn: `${arn}/index/${index.indexName}`,
  };
}

function describeGlobalIndex(
  arn: string,
  table: TableDefinition,
  index: GlobalIndexDefinition,
  tableStatus: TableStatus,
  { statistics, nowMs }: { statistics: TableStatistics; nowMs: number | undefined },
): GlobalSecondaryIndexDescription {
  const status = indexStatus(index, tableStatus);
  return {
    ...describeIndex(arn, index, statistics),
    IndexStatus: status,
    Backfilling: index.backfilling ? true : undefined,
    ProvisionedThroughput: describeThroughput(index.throughput, nowMs),
    OnDemandThroughput: index.onDemandThroughput,
    WarmThroughput: describeWarmth(table, index, tableStatus),
  };
}

function indexStatus(index: GlobalIndexDefinition, tableStatus: TableStatus): IndexStatus {
  if (index.backfilling || tableStatus === 'CREATING') return 'CREATING';
  return 'ACTIVE';
}

function describeEncryption({ encryption }: TableDefinition): SSEDescription | undefined {
  if (encryption?.Enabled !== true) return undefined;
  return { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: encryption.KMSMasterKeyId };
}

function describeClass({ tableClass, tableClassChangedMs }: TableDefinition) {
  if (tableClass === undefined) return undefined;
  return { TableClass: tableClass, LastUpdateDateTime: dateOf(tableClassChangedMs) };
}

/**
 * CreateTable answers it only where it was asked for (recorded 2025-10-08); afterwards a table shows
 * what it has: what was asked, its provisioned units, or what every table billed by request has.
 */
function describeWarmth(
  table: TableDefinition,
  owner: {
    readonly throughput: Throughput;
    readonly warmThroughput?: WarmThroughput;
    readonly onDemandThroughput?: OnDemandThroughput;
  },
  status: TableStatus,
) {
  const asked = owner.warmThroughput;
  const creating = status === 'CREATING';
  if (creating && asked === undefined) return undefined;
  return {
    ...warmUnits(table, owner),
    ...asked,
    Status: creating ? ('UPDATING' as const) : ('ACTIVE' as const),
  };
}

function nonEmpty<Element>(elements: Element[]): Element[] | undefined {
  return elements.length === 0 ? undefined : elements;
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
