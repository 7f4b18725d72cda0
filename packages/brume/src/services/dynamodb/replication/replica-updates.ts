/**
 * UpdateTable with `ReplicaUpdates` and `GlobalTableWitnessUpdates`: adds replicas to a table, changes
 * what is their own, and lets them go.
 */
import type { UpdateTableInput } from '../../../model/generated/dynamodb.types.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { protectedTable } from '../errors.ts';
import { putJob } from '../recovery/jobs.ts';
import { checkDeletable } from '../recovery/table-use.ts';
import type { DynamoDBState } from '../state.ts';
import { changedStream, newStream } from '../streams/stream-specification.ts';
import type { TableDefinition } from '../tables/table.ts';
import {
  actedAsSource,
  consistencyIsFixed,
  invalidRegion,
  localRegion,
  noSuchReplica,
  nothingElse,
  oneReplicaAtATime,
  replicaExists,
  replicasAreChanging,
  wrongStream,
} from './errors.ts';
import {
  isStrong,
  otherReplicas,
  replicaOf,
  type GlobalDefinition,
  type ReplicaDefinition,
} from './global-table.ts';
import { changeGroup, withReplica, withReplicas, type GroupTables } from './group.ts';
import { SOURCE_KEPT_MS } from './limits.ts';
import { newIndexIds, newReplica, overridden } from './new-replica.ts';
import type { FillNote, RemovalNote } from './replica-jobs.ts';
import { changeStrongGroup } from './strong-group.ts';
import { checkReplicable, replicaChange, type ReplicaChange } from './replica-change.ts';

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const REPLICA_MEMBERS: ReadonlySet<string> = new Set([
  'TableName',
  'ReplicaUpdates',
  'GlobalTableWitnessUpdates',
  'MultiRegionConsistency',
]);

export function isReplicaUpdate(input: UpdateTableInput): boolean {
  const { ReplicaUpdates: replicas, GlobalTableWitnessUpdates: witnesses } = input;
  return replicas !== undefined || witnesses !== undefined;
}

/** Answers with the table as it becomes. */
export async function updateReplicas(
  state: DynamoDBState,
  name: string,
  input: UpdateTableInput,
  context: RequestContext,
): Promise<TableDefinition> {
  const members = Object.entries(input).filter(([, value]) => value !== undefined);
  if (members.some(([member]) => !REPLICA_MEMBERS.has(member))) throw nothingElse();
  const updates = (input.ReplicaUpdates ?? []).map(replicaChange);
  for (const { region } of updates) {
    if (region === context.region) throw localRegion();
    if (!REGION.test(region)) throw invalidRegion(region);
  }
  const own = (await state.catalog.find(name, context))?.definition;
  const strong = own !== undefined && isStrong(own);
  if (strong || input.MultiRegionConsistency === 'STRONG' || input.GlobalTableWitnessUpdates) {
    if (!strong && own?.global !== undefined) throw consistencyIsFixed();
    if (strong && input.MultiRegionConsistency === 'EVENTUAL') throw consistencyIsFixed();
    return changeStrongGroup(state, name, updates, input.GlobalTableWitnessUpdates, context);
  }
  const [update] = updates;
  if (update === undefined || updates.length > 1) throw oneReplicaAtATime();
  if (update.action === 'Create') return createReplica(state, name, update, context);
  if (update.action === 'Update') return updateReplica(state, name, update, context);
  return deleteReplica(state, name, update.region, context);
}

/** The stream that AWS replicates with. */
function checkStream({ stream }: TableDefinition): void {
  if (stream?.enabled === true && stream.viewType !== 'NEW_AND_OLD_IMAGES') throw wrongStream();
}

async function createReplica(
  state: DynamoDBState,
  name: string,
  { region, overrides }: ReplicaChange,
  context: RequestContext,
): Promise<TableDefinition> {
  const { random, clock } = state.environment;
  const asked = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  const stream = await newStream(state.store, state.environment, context, name, asked);
  const nowMs = clock.nowMs();
  const source = (await state.catalog.find(name, context))?.definition;
  const indexIds = source === undefined ? [] : newIndexIds(source, random);
  const [tableId, jobId] = [random.uuid(), random.uuid()];
  const [sourceMember, memberId] = [random.uuid(), random.uuid()];
  const decide = (own: TableDefinition, tables: GroupTables) => {
    checkReplicable(own);
    checkStream(own);
    if (tables.has(region)) throw replicaExists(name);
    const streamed =
      own.stream?.enabled === true
        ? { next: own, writes: [] }
        : changedStream(own, asked, stream, nowMs);
    const global = own.global ?? groupOf(own, sourceMember, nowMs);
    const base = { ...streamed.next, global };
    const replica = newReplica(base, region, overrides, { tableId, indexIds }, nowMs);
    const member = { region, tableId, memberId, status: 'CREATING', overrides } as const;
    const all = new Map(tables).set(own.region, base).set(region, { ...replica, filling: true });
    const next = withReplicas(all, (replicas) => [
      ...replicas.map((each) => (each.region === own.region ? { ...each, sourceMs: nowMs } : each)),
      member,
    ]);
    // Others may have what has not come here yet.
    const sources = [...tables.keys()];
    const place = { accountId: own.accountId, tableName: name, region, tableId };
    const note: FillNote = { type: 'replica-fill', jobId, ...place, sources, part: 'items' };
    const writes: Write[] = [...streamed.writes, putJob(note)];
    return { next, writes, result: next.get(own.region) ?? base };
  };
  const answer = await changeGroup(state.catalog, name, context, decide, [region]);
  state.streams.trimmer.watch();
  state.jobs.wake();
  return answer;
}

/** A group of one, which others are added to. */
function groupOf(
  { region, tableId }: TableDefinition,
  memberId: string,
  createdMs: number,
): GlobalDefinition {
  return {
    consistency: 'EVENTUAL',
    version: '2019.11.21',
    createdMs,
    replicas: [{ region, tableId, memberId, status: 'ACTIVE', overrides: {} }],
  };
}

async function updateReplica(
  state: DynamoDBState,
  name: string,
  { region, overrides }: ReplicaChange,
  context: RequestContext,
): Promise<TableDefinition> {
  return changeGroup(state.catalog, name, context, (own, tables) => {
    const replica = tables.get(region);
    if (replica?.global === undefined || replicaOf(replica)?.status !== 'ACTIVE') {
      throw noSuchReplica(name, region);
    }
    const changed = new Map(tables).set(region, overridden(replica, overrides));
    const next = withReplica(changed, region, (each) => ({
      ...each,
      overrides: { ...each.overrides, ...overrides },
    }));
    return { next, result: next.get(own.region) ?? own };
  });
}

/** A replica goes when what it has to bring to the others has left it. */
export async function deleteReplica(
  state: DynamoDBState,
  name: string,
  region: string,
  context: RequestContext,
): Promise<TableDefinition> {
  const jobId = state.environment.random.uuid();
  const nowMs = state.environment.clock.nowMs();
  const answer = await changeGroup(state.catalog, name, context, (own, tables) => {
    const replica = tables.get(region);
    const current = replica && replicaOf(replica);
    if (replica === undefined || current === undefined) throw noSuchReplica(name, region);
    checkRemovable(replica, current, nowMs);
    const { accountId, tableId } = replica;
    const next = withReplica(tables, region, (each) => ({ ...each, status: 'DELETING' }));
    const note: RemovalNote = {
      type: 'replica-removal',
      jobId,
      accountId,
      tableName: name,
      region,
      tableId,
    };
    return { next, writes: [putJob(note)], result: next.get(own.region) ?? own };
  });
  state.jobs.wake();
  return answer;
}

function checkRemovable(table: TableDefinition, replica: ReplicaDefinition, nowMs: number): void {
  if (table.deletionProtection) throw protectedTable();
  checkDeletable(table);
  const others = otherReplicas(table);
  // It is being filled from all of them.
  const filling = others.some(({ status }) => status === 'CREATING');
  if (filling) throw replicasAreChanging(table.tableName);
  const { sourceMs } = replica;
  const stays = others.some(({ status }) => status !== 'DELETING');
  if (stays && sourceMs !== undefined && nowMs - sourceMs < SOURCE_KEPT_MS) throw actedAsSource();
}
