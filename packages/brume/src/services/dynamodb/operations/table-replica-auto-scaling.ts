/** UpdateTableReplicaAutoScaling and DescribeTableReplicaAutoScaling. */
import type {
  ReplicaAutoScalingDescription,
  TableAutoScalingDescription,
  UpdateTableReplicaAutoScalingInput,
} from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import { resourceNotFound, validation } from '../errors.ts';
import { checkFull, tableStatus } from '../recovery/table-use.ts';
import { describeScaling, scaled } from '../replication/auto-scaling.ts';
import { noSuchReplica } from '../replication/errors.ts';
import { replicaOf } from '../replication/global-table.ts';
import { changeGroup, readGroup, type GroupTables } from '../replication/group.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import type { TableDefinition } from '../tables/table.ts';
import { administeredTableName } from '../tables/table-name.ts';

/** Settings of writes are those of all replicas, those of reads each one's own. */
export const updateTableReplicaAutoScaling: DynamoDBOperation<
  'UpdateTableReplicaAutoScaling'
> = async (state, input, context) => {
  const name = administeredTableName(input.TableName, context);
  const changed = await changeGroup(state.catalog, name, context, (own, tables) => {
    checkFull(own);
    if (own.billingMode === 'PAY_PER_REQUEST') throw notProvisioned();
    const unknown = input.ReplicaUpdates?.find(({ RegionName: region }) => !tables.has(region));
    if (unknown !== undefined) throw noSuchReplica(name, unknown.RegionName);
    const next = new Map([...tables].map(([region, each]) => [region, changedTable(each, input)]));
    return { next, result: { own: next.get(own.region) ?? own, tables: next } };
  });
  const description = describe(changed.own, changed.tables);
  return { TableAutoScalingDescription: { ...description, TableStatus: 'UPDATING' } };
};

/** Wording not recorded. */
function notProvisioned(): Error {
  return validation(
    'Auto scaling is not available for tables whose BillingMode is PAY_PER_REQUEST',
  );
}

function changedTable(
  table: TableDefinition,
  input: UpdateTableReplicaAutoScalingInput,
): TableDefinition {
  const writes = input.ProvisionedWriteCapacityAutoScalingUpdate;
  let next = scaled(table, undefined, 'write', writes);
  for (const { IndexName: index, ...update } of input.GlobalSecondaryIndexUpdates ?? []) {
    checkIndex(table, index);
    next = scaled(next, index, 'write', update.ProvisionedWriteCapacityAutoScalingUpdate);
  }
  const own = input.ReplicaUpdates?.find(({ RegionName: region }) => region === table.region);
  next = scaled(next, undefined, 'read', own?.ReplicaProvisionedReadCapacityAutoScalingUpdate);
  for (const { IndexName: index, ...update } of own?.ReplicaGlobalSecondaryIndexUpdates ?? []) {
    checkIndex(table, index);
    next = scaled(next, index, 'read', update.ProvisionedReadCapacityAutoScalingUpdate);
  }
  return next;
}

function checkIndex({ globalIndexes }: TableDefinition, name: string | undefined): void {
  if (globalIndexes.some(({ indexName }) => indexName === name)) return;
  throw resourceNotFound();
}

export const describeTableReplicaAutoScaling: DynamoDBOperation<
  'DescribeTableReplicaAutoScaling'
> = async (state, input, context) => {
  const { own, tables } = await readTable(state, input.TableName, context);
  return { TableAutoScalingDescription: describe(own, tables) };
};

function readTable(state: DynamoDBState, nameOrArn: string, context: RequestContext) {
  return readGroup(state.catalog, administeredTableName(nameOrArn, context), context);
}

function describe(own: TableDefinition, tables: GroupTables): TableAutoScalingDescription {
  return {
    TableName: own.tableName,
    TableStatus: tableStatus(own),
    Replicas: [...tables.values()].map(describeReplica),
  };
}

function describeReplica(table: TableDefinition): ReplicaAutoScalingDescription {
  const indexes = table.globalIndexes.map(({ indexName, backfilling }) => ({
    IndexName: indexName,
    IndexStatus: backfilling ? ('CREATING' as const) : ('ACTIVE' as const),
    ProvisionedReadCapacityAutoScalingSettings: describeScaling(table, indexName, 'read'),
    ProvisionedWriteCapacityAutoScalingSettings: describeScaling(table, indexName, 'write'),
  }));
  return {
    RegionName: table.region,
    GlobalSecondaryIndexes: indexes,
    ReplicaProvisionedReadCapacityAutoScalingSettings: describeScaling(table, undefined, 'read'),
    ReplicaProvisionedWriteCapacityAutoScalingSettings: describeScaling(table, undefined, 'write'),
    ReplicaStatus: replicaOf(table)?.status ?? 'ACTIVE',
  };
}
