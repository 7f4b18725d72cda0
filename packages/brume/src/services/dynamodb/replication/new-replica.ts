/** The table that a new replica is: keys, indexes and settings are those of the table it is made from. */
import type { Random } from '../../../environment/environment.ts';
import type { GlobalIndexDefinition, TableDefinition, Throughput } from '../tables/table.ts';
import type { ReplicaOverrides } from './global-table.ts';

/**
 * Tags, recovery, policies, protection, insights and destinations are each table's own (Developer Guide,
 * "Settings synchronization"); the stream begins when the replica is full. Without ids for its indexes it
 * has the items and the entries of the source.
 */
export function newReplica(
  source: TableDefinition,
  region: string,
  overrides: ReplicaOverrides,
  identity: { readonly tableId: string; readonly indexIds: readonly string[] | undefined },
  nowMs: number,
): TableDefinition {
  const {
    stream: _stream,
    history: _history,
    recovery: _recovery,
    restored: _restored,
    insights: _insights,
    destinations: _destinations,
    onDemandThroughput: _onDemand,
    tableClass: _class,
    storage,
    encryption,
    ...kept
  } = source;
  const { tableId, indexIds } = identity;
  const shared = indexIds === undefined ? storage : undefined;
  const ids = indexIds?.values();
  const renewed = <Index extends { readonly indexId: string }>(index: Index): Index => {
    return { ...index, indexId: ids?.next().value ?? index.indexId };
  };
  return overridden(
    {
      ...kept,
      ...(shared && { storage: shared }),
      tableId,
      region,
      createdMs: nowMs,
      localIndexes: source.localIndexes.map(renewed),
      globalIndexes: source.globalIndexes.map(renewed),
      ...(source.onDemandThroughput && { onDemandThroughput: source.onDemandThroughput }),
      ...(source.tableClass && { tableClass: source.tableClass }),
      ...(encryption && { encryption: inRegion(encryption, source, region, overrides) }),
      deletionProtection: false,
      tags: [],
    },
    overrides,
  );
}

export function newIndexIds({ localIndexes, globalIndexes }: TableDefinition, random: Random) {
  return [...localIndexes, ...globalIndexes].map(() => random.uuid());
}

/** A replica's settings with those that are its own. */
export function overridden(table: TableDefinition, overrides: ReplicaOverrides): TableDefinition {
  const { ProvisionedThroughputOverride: units, OnDemandThroughputOverride: limits } = overrides;
  const { TableClassOverride: tableClass, GlobalSecondaryIndexes: indexes = [] } = overrides;
  return {
    ...table,
    throughput: withReads(table.throughput, units?.ReadCapacityUnits),
    ...(limits && { onDemandThroughput: { ...table.onDemandThroughput, ...limits } }),
    ...(tableClass && { tableClass }),
    globalIndexes: table.globalIndexes.map((index): GlobalIndexDefinition => {
      const own = indexes.find(({ IndexName: name }) => name === index.indexName);
      const limited = own?.OnDemandThroughputOverride;
      return {
        ...index,
        throughput: withReads(
          index.throughput,
          own?.ProvisionedThroughputOverride?.ReadCapacityUnits,
        ),
        ...(limited && { onDemandThroughput: { ...index.onDemandThroughput, ...limited } }),
      };
    }),
  };
}

function withReads(throughput: Throughput, readUnits = throughput.readUnits): Throughput {
  return { ...throughput, readUnits };
}

/** Keys are of one region: that of AWS's own key is taken where none is named. */
function inRegion(
  encryption: NonNullable<TableDefinition['encryption']>,
  source: TableDefinition,
  region: string,
  { KMSMasterKeyId: keyId }: ReplicaOverrides,
) {
  const key = keyId ?? encryption.KMSMasterKeyId;
  if (key === undefined) return encryption;
  const ownArn = `arn:aws:kms:${region}:${source.accountId}:key/`;
  const sourceArn = `arn:aws:kms:${source.region}:${source.accountId}:key/`;
  if (key.startsWith('arn:'))
    return { ...encryption, KMSMasterKeyId: key.replace(sourceArn, ownArn) };
  return { ...encryption, KMSMasterKeyId: `${ownArn}${key}` };
}
