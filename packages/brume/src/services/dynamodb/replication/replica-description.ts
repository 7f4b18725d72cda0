/** What a table says of the global table that it belongs to. */
import type {
  GlobalTableWitnessDescription,
  ReplicaDescription,
} from '../../../model/generated/dynamodb.types.ts';
import { tableArn, type TableDefinition } from '../tables/table.ts';
import { otherReplicas, type ReplicaDefinition } from './global-table.ts';

/** The other replicas as a table describes them; the table is one itself, but does not name itself. */
export function describeReplicas(definition: TableDefinition) {
  const { global } = definition;
  // Of the version of 2017 a table does not speak (Developer Guide, "Determining the version").
  if (global === undefined || global.version === '2017.11.29') return {};
  const { consistency, witnessRegion } = global;
  const witnesses: GlobalTableWitnessDescription[] =
    witnessRegion === undefined ? [] : [{ RegionName: witnessRegion, WitnessStatus: 'ACTIVE' }];
  return {
    GlobalTableVersion: global.version,
    Replicas: otherReplicas(definition).map((replica) => describeReplica(definition, replica)),
    GlobalTableWitnesses: witnesses.length === 0 ? undefined : witnesses,
    MultiRegionConsistency: consistency === 'STRONG' ? consistency : undefined,
  };
}

export function describeReplica(
  { accountId, tableName }: TableDefinition,
  { region, status, overrides }: ReplicaDefinition,
): ReplicaDescription {
  const { TableClassOverride, GlobalSecondaryIndexes, ...rest } = overrides;
  return {
    RegionName: region,
    ReplicaStatus: status,
    ReplicaArn: tableArn(accountId, region, tableName),
    ...rest,
    GlobalSecondaryIndexes,
    ReplicaTableClassSummary: TableClassOverride && { TableClass: TableClassOverride },
  };
}
