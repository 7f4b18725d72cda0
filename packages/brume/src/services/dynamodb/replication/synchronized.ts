/**
 * What an update of one replica means for the others (Developer Guide, "Settings synchronization"):
 * billing, writes, indexes, encryption and warmth are the same everywhere; reads and the class of a table
 * too, unless a replica has its own. Protection and the stream are each table's own affair.
 */
import type {
  GlobalSecondaryIndexUpdate,
  ProvisionedThroughput,
  UpdateTableInput,
} from '../../../model/generated/dynamodb.types.ts';
import type { TableDefinition } from '../tables/table.ts';
import { replicaOf, type ReplicaOverrides } from './global-table.ts';

/** Undefined where the update is none of the replica's business. */
export function synchronized(
  input: UpdateTableInput,
  replica: TableDefinition,
): UpdateTableInput | undefined {
  const overrides = replicaOf(replica)?.overrides ?? {};
  const { DeletionProtectionEnabled: _protection, StreamSpecification: _stream, ...shared } = input;
  const { TableName: name, ProvisionedThroughput: units, OnDemandThroughput: limits } = shared;
  const { TableClass: tableClass, GlobalSecondaryIndexUpdates: indexes, ...rest } = shared;
  const { readUnits, writeUnits } = replica.throughput;
  const own = units && withReads(units, overrides.ProvisionedThroughputOverride?.ReadCapacityUnits);
  const same =
    input.BillingMode === undefined &&
    own?.ReadCapacityUnits === readUnits &&
    own.WriteCapacityUnits === writeUnits;
  const update: UpdateTableInput = {
    ...rest,
    ProvisionedThroughput: same ? undefined : own,
    OnDemandThroughput: limits && { ...limits, ...overrides.OnDemandThroughputOverride },
    TableClass: overrides.TableClassOverride === undefined ? tableClass : undefined,
    GlobalSecondaryIndexUpdates: indexes?.map((each) => ofReplica(each, overrides)),
  };
  const { TableName: _name, AttributeDefinitions: _definitions, ...changes } = update;
  const some = Object.values(changes).some((value) => value !== undefined);
  return some ? { ...update, TableName: name } : undefined;
}

function ofReplica(
  { Create, Update, Delete }: GlobalSecondaryIndexUpdate,
  { GlobalSecondaryIndexes: indexes = [] }: ReplicaOverrides,
): GlobalSecondaryIndexUpdate {
  if (Update === undefined) return { Create, Delete };
  const own = indexes.find(({ IndexName: name }) => name === Update.IndexName);
  const { ProvisionedThroughput: units, OnDemandThroughput: limits } = Update;
  return {
    Update: {
      ...Update,
      ProvisionedThroughput:
        units && withReads(units, own?.ProvisionedThroughputOverride?.ReadCapacityUnits),
      OnDemandThroughput: limits && { ...limits, ...own?.OnDemandThroughputOverride },
    },
  };
}

function withReads(units: ProvisionedThroughput, reads = units.ReadCapacityUnits) {
  return { ...units, ReadCapacityUnits: reads };
}
