/** DescribeGlobalTableSettings and UpdateGlobalTableSettings: version 2017.11.29. */
import type {
  GlobalSecondaryIndexUpdate,
  ReplicaSettingsDescription,
  UpdateGlobalTableSettingsInput,
  UpdateTableInput,
} from '../../../model/generated/dynamodb.types.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { RequestContext } from '../../service.ts';
import { describeScaling, scaled } from '../replication/auto-scaling.ts';
import { replicaOf } from '../replication/global-table.ts';
import { changeGroup, readGroup, type GroupTables } from '../replication/group.ts';
import { globalTableNotFound, isLegacy, replicaNotFound } from '../replication/legacy.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import { compileTable, type TableDefinition } from '../tables/table.ts';
import { describeTable } from '../tables/table-description.ts';
import { updatedTable } from '../tables/table-update.ts';

export const describeGlobalTableSettings: DynamoDBOperation<'DescribeGlobalTableSettings'> = async (
  state,
  input,
  context,
) => {
  const { GlobalTableName: name } = input;
  await checkGlobal(state, name, context);
  const { tables } = await readGroup(state.catalog, name, context);
  return answer(name, tables);
};

/** Units of writes are those of all replicas, those of reads each one's own. */
export const updateGlobalTableSettings: DynamoDBOperation<'UpdateGlobalTableSettings'> = async (
  state,
  input,
  context,
) => {
  const { GlobalTableName: name } = input;
  await checkGlobal(state, name, context);
  const nowMs = state.environment.clock.nowMs();
  const tables = await changeGroup(state.catalog, name, context, (own, all) => {
    if (!isLegacy(own)) throw globalTableNotFound(name);
    const unknown = input.ReplicaSettingsUpdate?.find(({ RegionName: region }) => !all.has(region));
    if (unknown !== undefined) throw replicaNotFound(unknown.RegionName);
    const next = new Map(
      [...all].map(([region, each]) => [region, changedTable(each, input, nowMs)]),
    );
    return { next, result: next };
  });
  return answer(name, tables);
};

async function checkGlobal(
  { catalog }: DynamoDBState,
  name: string,
  context: RequestContext,
): Promise<void> {
  const found = await catalog.find(name, context);
  if (found === undefined || !isLegacy(found.definition)) throw globalTableNotFound(name);
}

function changedTable(
  table: TableDefinition,
  input: UpdateGlobalTableSettingsInput,
  nowMs: number,
): TableDefinition {
  const own = input.ReplicaSettingsUpdate?.find(
    ({ RegionName: region }) => region === table.region,
  );
  const update = settingsUpdate(table, input, own);
  const changed =
    update === undefined ? table : updatedTable(compileTable(table), update, {}, nowMs);
  let next = 'next' in changed ? changed.next : changed;
  const { GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate: writes } = input;
  next = scaled(next, undefined, 'write', writes);
  next = scaled(
    next,
    undefined,
    'read',
    own?.ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate,
  );
  for (const { IndexName: index, ...each } of input.GlobalTableGlobalSecondaryIndexSettingsUpdate ??
    []) {
    next = scaled(next, index, 'write', each.ProvisionedWriteCapacityAutoScalingSettingsUpdate);
  }
  for (const { IndexName: index, ...each } of own?.ReplicaGlobalSecondaryIndexSettingsUpdate ??
    []) {
    next = scaled(next, index, 'read', each.ProvisionedReadCapacityAutoScalingSettingsUpdate);
  }
  return next;
}

type OwnUpdate = NonNullable<UpdateGlobalTableSettingsInput['ReplicaSettingsUpdate']>[number];

/** What UpdateTable would be asked of the replica; undefined where that is nothing. */
function settingsUpdate(
  table: TableDefinition,
  input: UpdateGlobalTableSettingsInput,
  own: OwnUpdate | undefined,
): UpdateTableInput | undefined {
  const { readUnits, writeUnits } = table.throughput;
  const ReadCapacityUnits = own?.ReplicaProvisionedReadCapacityUnits ?? readUnits;
  const WriteCapacityUnits = input.GlobalTableProvisionedWriteCapacityUnits ?? writeUnits;
  const differ = ReadCapacityUnits !== readUnits || WriteCapacityUnits !== writeUnits;
  const indexes = indexUpdates(table, input, own);
  const mode = input.GlobalTableBillingMode;
  const update = {
    ...(mode !== undefined && mode !== table.billingMode && { BillingMode: mode }),
    ...(differ && { ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } }),
    ...(own?.ReplicaTableClass && { TableClass: own.ReplicaTableClass }),
    ...(indexes.length > 0 && { GlobalSecondaryIndexUpdates: indexes }),
  };
  return Object.keys(update).length === 0 ? undefined : { TableName: table.tableName, ...update };
}

function indexUpdates(
  table: TableDefinition,
  input: UpdateGlobalTableSettingsInput,
  own: OwnUpdate | undefined,
): GlobalSecondaryIndexUpdate[] {
  const writes = new Map(
    (input.GlobalTableGlobalSecondaryIndexSettingsUpdate ?? []).map((each) => [
      each.IndexName,
      each.ProvisionedWriteCapacityUnits,
    ]),
  );
  const reads = new Map(
    (own?.ReplicaGlobalSecondaryIndexSettingsUpdate ?? []).map((each) => [
      each.IndexName,
      each.ProvisionedReadCapacityUnits,
    ]),
  );
  return [...new Set([...writes.keys(), ...reads.keys()])].flatMap((IndexName) => {
    const index = table.globalIndexes.find(({ indexName }) => indexName === IndexName);
    if (index === undefined) throw indexNotFound(IndexName);
    const { readUnits, writeUnits } = index.throughput;
    const ReadCapacityUnits = reads.get(IndexName) ?? readUnits;
    const WriteCapacityUnits = writes.get(IndexName) ?? writeUnits;
    if (ReadCapacityUnits === readUnits && WriteCapacityUnits === writeUnits) return [];
    const ProvisionedThroughput = { ReadCapacityUnits, WriteCapacityUnits };
    return [{ Update: { IndexName, ProvisionedThroughput } }];
  });
}

/** Sentence of the API Reference; not recorded. */
function indexNotFound(name: string): AwsError {
  return new AwsError({
    code: 'IndexNotFoundException',
    message: `The operation tried to access a nonexistent index: ${name}`,
  });
}

function answer(GlobalTableName: string, tables: GroupTables) {
  return { GlobalTableName, ReplicaSettings: [...tables.values()].map(describeSettings) };
}

function describeSettings(table: TableDefinition): ReplicaSettingsDescription {
  const { BillingModeSummary, TableClassSummary } = describeTable(table, 'ACTIVE');
  const indexes = table.globalIndexes.map(({ indexName, throughput, backfilling }) => ({
    IndexName: indexName,
    IndexStatus: backfilling ? ('CREATING' as const) : ('ACTIVE' as const),
    ProvisionedReadCapacityUnits: throughput.readUnits,
    ProvisionedReadCapacityAutoScalingSettings: describeScaling(table, indexName, 'read'),
    ProvisionedWriteCapacityUnits: throughput.writeUnits,
    ProvisionedWriteCapacityAutoScalingSettings: describeScaling(table, indexName, 'write'),
  }));
  return {
    RegionName: table.region,
    ReplicaStatus: replicaOf(table)?.status,
    ReplicaBillingModeSummary: BillingModeSummary,
    ReplicaProvisionedReadCapacityUnits: table.throughput.readUnits,
    ReplicaProvisionedReadCapacityAutoScalingSettings: describeScaling(table, undefined, 'read'),
    ReplicaProvisionedWriteCapacityUnits: table.throughput.writeUnits,
    ReplicaProvisionedWriteCapacityAutoScalingSettings: describeScaling(table, undefined, 'write'),
    ReplicaGlobalSecondaryIndexSettings: indexes.length === 0 ? undefined : indexes,
    ReplicaTableClassSummary: TableClassSummary,
  };
}
