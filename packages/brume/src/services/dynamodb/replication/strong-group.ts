/**
 * Global tables with multi-Region strong consistency: three replicas, or two and a witness, made of an
 * empty table at once, and given up at once (Developer Guide, "Multi-Region strong consistency"). All
 * replicas have the same items in the store, so a write in one region is there in all when it is
 * acknowledged, and writes of all regions happen one after the other.
 */
import type { GlobalTableWitnessGroupUpdate } from '../../../model/generated/dynamodb.types.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { tableNotFound } from '../errors.ts';
import { afterPrefix } from '../items/key.ts';
import { deletePolicies } from '../policies/policy.ts';
import { checkDeletable } from '../recovery/table-use.ts';
import type { DynamoDBState } from '../state.ts';
import { streamEnded } from '../streams/stream-specification.ts';
import type { TableDefinition } from '../tables/table.ts';
import { noSuchReplica, replicaExists, strongNeeds } from './errors.ts';
import { otherReplicas, type GlobalDefinition, type ReplicaDefinition } from './global-table.ts';
import { changeGroup, type GroupTables } from './group.ts';
import { STRONG_REPLICAS } from './limits.ts';
import { newReplica } from './new-replica.ts';
import { historyNotKept } from './strong-rules.ts';
import { checkReplicable, type ReplicaChange } from './replica-change.ts';

/** Replicas and witness are of one of these. */
const REGION_SETS = [
  ['us-east-1', 'us-east-2', 'us-west-2'],
  ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
];

export async function changeStrongGroup(
  state: DynamoDBState,
  name: string,
  updates: readonly ReplicaChange[],
  witnesses: readonly GlobalTableWitnessGroupUpdate[] = [],
  context: RequestContext,
): Promise<TableDefinition> {
  const witness = {
    create: witnesses.flatMap(({ Create }) => Create?.RegionName ?? [])[0],
    remove: witnesses.flatMap(({ Delete }) => Delete?.RegionName ?? [])[0],
  };
  const created = updates.filter(({ action }) => action === 'Create');
  const deleted = updates.filter(({ action }) => action === 'Delete').map(({ region }) => region);
  if (created.length + deleted.length < updates.length) {
    throw strongNeeds('has no replicas whose settings are their own');
  }
  if (created.length > 0 && deleted.length === 0 && witness.remove === undefined) {
    return createGroup(state, name, created, witness.create, context);
  }
  if (created.length > 0 || witness.create !== undefined) throw wholeGroup();
  return dissolveGroup(state, name, deleted, witness.remove, context);
}

function wholeGroup(): Error {
  return strongNeeds(
    `has ${STRONG_REPLICAS} replicas, or ${STRONG_REPLICAS - 1} and a witness, which are added ` +
      'and deleted together',
  );
}

async function createGroup(
  state: DynamoDBState,
  name: string,
  created: readonly ReplicaChange[],
  witnessRegion: string | undefined,
  context: RequestContext,
): Promise<TableDefinition> {
  const { random, clock } = state.environment;
  const regions = [context.region, ...created.map(({ region }) => region)];
  checkRegions([...regions, ...(witnessRegion === undefined ? [] : [witnessRegion])]);
  await checkEmpty(state, name, context);
  const nowMs = clock.nowMs();
  const ids = new Map(created.map(({ region }) => [region, random.uuid()]));
  const decide = (own: TableDefinition, tables: GroupTables) => {
    checkStrong(own);
    if (created.some(({ region }) => tables.has(region))) throw replicaExists(name);
    const { stream } = own;
    const first: ReplicaDefinition = {
      region: own.region,
      tableId: own.tableId,
      memberId: own.tableId,
      status: 'ACTIVE',
      overrides: {},
      ...(stream?.enabled === true && { stream }),
    };
    const others = created.map(({ region, overrides }): ReplicaDefinition => {
      const tableId = ids.get(region) ?? '';
      return { region, tableId, memberId: tableId, status: 'ACTIVE', overrides };
    });
    const global: GlobalDefinition = {
      consistency: 'STRONG',
      version: '2019.11.21',
      createdMs: nowMs,
      replicas: [first, ...others],
      ...(witnessRegion !== undefined && { witnessRegion }),
    };
    const storage = own.storage ?? { region: own.region, tableId: own.tableId };
    const table: TableDefinition = { ...own, global, storage };
    const next = new Map([[own.region, table]]);
    for (const { region, overrides, tableId } of others) {
      const identity = { tableId, indexIds: undefined };
      next.set(region, newReplica(table, region, overrides, identity, nowMs));
    }
    return { next, result: table };
  };
  return changeGroup(state.catalog, name, context, decide, regions);
}

function checkRegions(regions: readonly string[]): void {
  if (regions.length !== STRONG_REPLICAS || new Set(regions).size < regions.length) {
    throw wholeGroup();
  }
  const within = REGION_SETS.some((set) => regions.every((region) => set.includes(region)));
  if (!within) throw strongNeeds('has its replicas and its witness in one set of regions');
}

async function checkEmpty(
  { store, catalog }: DynamoDBState,
  name: string,
  context: RequestContext,
): Promise<void> {
  const table = await catalog.find(name, context);
  if (table === undefined) throw tableNotFound(name);
  const { prefix } = table;
  const found = await store.range({ start: prefix, end: afterPrefix(prefix), limit: 1 });
  if (found.length > 0) throw strongNeeds('is made of a table without items');
}

function checkStrong(table: TableDefinition): void {
  checkReplicable(table);
  if (table.localIndexes.length > 0) throw strongNeeds('has no local secondary indexes');
  if (table.timeToLive?.enabled === true) throw strongNeeds('has no time to live');
  if (table.history !== undefined) throw historyNotKept();
}

/** Leaves the table that is asked alone, with its items. */
async function dissolveGroup(
  state: DynamoDBState,
  name: string,
  regions: readonly string[],
  witnessRegion: string | undefined,
  context: RequestContext,
): Promise<TableDefinition> {
  const nowMs = state.environment.clock.nowMs();
  const { table, ended } = await changeGroup(state.catalog, name, context, (own, tables) => {
    const others = otherReplicas(own).map(({ region }) => region);
    const unknown = regions.find((region) => !others.includes(region));
    if (unknown !== undefined) throw noSuchReplica(name, unknown);
    const all = regions.length === others.length && witnessRegion === own.global?.witnessRegion;
    if (!all) throw wholeGroup();
    const { global: _global, ...alone } = own;
    const next = new Map<string, TableDefinition | undefined>([[own.region, alone]]);
    const gone = regions.flatMap((region) => tables.get(region) ?? []);
    const writes = gone.flatMap((replica): Write[] => {
      checkDeletable(replica);
      next.set(replica.region, undefined);
      return [...streamEnded(replica, nowMs), deletePolicies(replica, name)];
    });
    return { next, writes, result: { table: own, ended: gone } };
  });
  if (ended.some(({ stream }) => stream?.enabled)) state.streams.trimmer.watch();
  return table;
}
