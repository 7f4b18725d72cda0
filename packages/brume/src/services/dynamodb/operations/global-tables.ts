/** CreateGlobalTable, UpdateGlobalTable, DescribeGlobalTable and ListGlobalTables: version 2017.11.29. */
import type { ReplicaUpdate } from '../../../model/generated/dynamodb.types.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { validation } from '../errors.ts';
import { afterPrefix } from '../items/key.ts';
import { LISTED_TABLES_MAX, RANGE_ENTRIES_MAX } from '../limits.ts';
import { tableNotFoundException } from '../recovery/errors.ts';
import { putJob } from '../recovery/jobs.ts';
import type { GlobalDefinition, ReplicaDefinition } from '../replication/global-table.ts';
import { changeGroup, withReplicas } from '../replication/group.ts';
import {
  checkJoinable,
  describeGlobalTable as describe,
  globalTableExists,
  globalTableNotFound,
  isLegacy,
  notEmpty,
  replicaAlreadyExists,
  replicaNotFound,
} from '../replication/legacy.ts';
import { REPLICAS_MAX } from '../replication/limits.ts';
import { replicaGarbage, type FillNote } from '../replication/replica-jobs.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import type { TableDefinition } from '../tables/table.ts';

export const createGlobalTable: DynamoDBOperation<'CreateGlobalTable'> = async (
  state,
  input,
  context,
) => {
  const { GlobalTableName: name } = input;
  const regions = input.ReplicationGroup.map(({ RegionName: region }) => region ?? '');
  const [first] = regions;
  const distinct = new Set(regions).size === regions.length;
  if (first === undefined || !distinct || regions.length > REPLICAS_MAX) {
    throw validation('ReplicationGroup must name regions, each once');
  }
  for (const region of regions) await checkEmpty(state, name, region, context);
  const { random } = state.environment;
  const members = new Map(regions.map((region) => [region, random.uuid()]));
  const createdMs = state.environment.clock.nowMs();
  const scope = { accountId: context.accountId, region: first };
  const table = await changeGroup(
    state.catalog,
    name,
    scope,
    (own, tables) => {
      if ([...tables.values()].some(({ global }) => global)) throw globalTableExists(name);
      const replicas = regions.map((region): ReplicaDefinition => {
        const each = tables.get(region);
        if (each === undefined) throw tableNotFoundException(name);
        checkJoinable(each, own);
        const memberId = members.get(region) ?? '';
        return { region, tableId: each.tableId, memberId, status: 'ACTIVE', overrides: {} };
      });
      const global: GlobalDefinition = {
        consistency: 'EVENTUAL',
        version: '2017.11.29',
        createdMs,
        replicas,
      };
      const next = new Map([...tables].map(([region, each]) => [region, { ...each, global }]));
      return { next, result: { ...own, global } };
    },
    regions,
  );
  return { GlobalTableDescription: describe(table, 'CREATING') };
};

async function checkEmpty(
  { store, catalog }: DynamoDBState,
  name: string,
  region: string,
  { accountId }: RequestContext,
): Promise<void> {
  const table = await catalog.find(name, { accountId, region });
  if (table === undefined) throw tableNotFoundException(name);
  const { prefix } = table;
  const found = await store.range({ start: prefix, end: afterPrefix(prefix), limit: 1 });
  if (found.length > 0) throw notEmpty(region);
}

async function findGlobal(
  { catalog }: DynamoDBState,
  name: string,
  context: RequestContext,
): Promise<TableDefinition> {
  const found = await catalog.find(name, context);
  if (found === undefined || !isLegacy(found.definition)) throw globalTableNotFound(name);
  return found.definition;
}

/** Tables join one by one, and leave as tables for themselves. */
export const updateGlobalTable: DynamoDBOperation<'UpdateGlobalTable'> = async (
  state,
  input,
  context,
) => {
  const { GlobalTableName: name } = input;
  let table = await findGlobal(state, name, context);
  for (const update of input.ReplicaUpdates) {
    table = await updateMember(state, name, update, context);
  }
  state.jobs.wake();
  state.garbage.collect();
  return { GlobalTableDescription: describe(table, 'UPDATING') };
};

async function updateMember(
  state: DynamoDBState,
  name: string,
  { Create: creation, Delete: removal }: ReplicaUpdate,
  context: RequestContext,
): Promise<TableDefinition> {
  if ((creation === undefined) === (removal === undefined)) {
    throw validation('One of Create and Delete must be given for each of ReplicaUpdates');
  }
  if (removal !== undefined) return removeMember(state, name, removal.RegionName, context);
  const { RegionName: region = '' } = creation ?? {};
  await checkEmpty(state, name, region, context);
  return addMember(state, name, region, context);
}

function addMember(
  state: DynamoDBState,
  name: string,
  region: string,
  context: RequestContext,
): Promise<TableDefinition> {
  const { random } = state.environment;
  const [jobId, memberId] = [random.uuid(), random.uuid()];
  return changeGroup(
    state.catalog,
    name,
    context,
    (own, tables) => {
      const joining = tables.get(region);
      if (own.global?.replicas.some((replica) => replica.region === region)) {
        throw replicaAlreadyExists(region);
      }
      if (joining === undefined) throw tableNotFoundException(name);
      if (joining.global !== undefined) throw globalTableExists(name);
      checkJoinable(joining, own);
      const { tableId } = joining;
      const replica: ReplicaDefinition = {
        region,
        tableId,
        memberId,
        status: 'CREATING',
        overrides: {},
      };
      const joined = own.global === undefined ? joining : { ...joining, global: own.global };
      const all = new Map(tables).set(region, joined);
      const next = withReplicas(all, (replicas) => [...replicas, replica]);
      const note: FillNote = {
        type: 'replica-fill',
        jobId,
        accountId: own.accountId,
        tableName: name,
        region,
        tableId,
        sources: [...tables.keys()].filter((each) => each !== region),
        part: 'items',
      };
      const writes: Write[] = [putJob(note)];
      return { next, writes, result: next.get(own.region) ?? own };
    },
    [region],
  );
}

function removeMember(
  { catalog }: DynamoDBState,
  name: string,
  region: string,
  context: RequestContext,
): Promise<TableDefinition> {
  return changeGroup(catalog, name, context, (own, tables) => {
    const leaving = tables.get(region);
    if (leaving?.global === undefined) throw replicaNotFound(region);
    const next = withReplicas(tables, (replicas) =>
      replicas.filter((replica) => replica.region !== region),
    );
    const { global: _global, ...alone } = leaving;
    const answer = next.get(own.region) ?? own;
    next.set(region, alone);
    return { next, writes: replicaGarbage(tables, next), result: answer };
  });
}

export const describeGlobalTable: DynamoDBOperation<'DescribeGlobalTable'> = async (
  state,
  input,
  context,
) => {
  const table = await findGlobal(state, input.GlobalTableName, context);
  return { GlobalTableDescription: describe(table) };
};

/** Those that have a replica where they are asked for, and in the region that is asked for. */
export const listGlobalTables: DynamoDBOperation<'ListGlobalTables'> = async (
  state,
  input,
  context,
) => {
  const { Limit: limit = LISTED_TABLES_MAX, RegionName: region = context.region } = input;
  const found: TableDefinition[] = [];
  let after = input.ExclusiveStartGlobalTableName;
  while (found.length <= limit) {
    const tables = await state.catalog.list(context, after, RANGE_ENTRIES_MAX);
    const definitions = tables.map(({ definition }) => definition);
    found.push(
      ...definitions.filter(
        (each) => isLegacy(each) && each.global?.replicas.some((one) => one.region === region),
      ),
    );
    after = tables.at(-1)?.name;
    if (tables.length < RANGE_ENTRIES_MAX) break;
  }
  const page = found.slice(0, limit);
  return {
    GlobalTables: page.map(({ tableName, global }) => ({
      GlobalTableName: tableName,
      ReplicationGroup: global?.replicas.map((replica) => ({ RegionName: replica.region })),
    })),
    LastEvaluatedGlobalTableName: found.length > limit ? page.at(-1)?.tableName : undefined,
  };
};
