/** Filling a new replica with what is there already, and letting one go once its last changes have left. */
import { deletedTableBackup, newBackupIds } from '../backups/new-backup.ts';
import type { Clock, Random } from '../../../environment/environment.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import type { Scope } from '../tables/catalog.ts';
import { noteGarbage, noteTableGarbage } from '../tables/garbage.ts';
import { Item } from '../items/item.ts';
import type { WriteState } from '../items/item-changes.ts';
import { afterKey, afterPrefix } from '../items/key.ts';
import { PAGE_BYTES_MAX } from '../limits.ts';
import { deletePolicies } from '../policies/policy.ts';
import { deleteJob, putJob, type JobNote } from '../recovery/jobs.ts';
import { newStream, streamEnded, streamStarted } from '../streams/stream-specification.ts';
import { compileTable, type Table, type TableDefinition } from '../tables/table.ts';
import { arrive, whileTableIsThere } from './arrival.ts';
import { changeGroup, withReplica, withReplicas } from './group.ts';
import { isStrong, otherReplicas } from './global-table.ts';
import { DEPARTURE_WAIT_MS, REPLICATION_CHUNK } from './limits.ts';
import { decodeVersion, outboxRange, replicationKeys, versionKey } from './replication-keys.ts';

export interface ReplicaJobState extends WriteState {
  readonly environment: { readonly clock: Clock; readonly random: Random };
}

interface TablePlace extends Scope {
  readonly tableName: string;
  readonly tableId: string;
}

export interface FillNote extends JobNote, TablePlace {
  readonly type: 'replica-fill';
  /** Regions whose items and deletions are still to be copied. */
  readonly sources: readonly string[];
  /** Deletions come after the items. */
  readonly part: 'items' | 'deletions';
  /** The key of the last that was copied, after its prefix, base64. */
  readonly after?: string;
}

export interface RemovalNote extends JobNote, TablePlace {
  readonly type: 'replica-removal';
}

export async function fillStep(state: ReplicaJobState, note: FillNote): Promise<void> {
  const { tableName, accountId, tableId, region } = note;
  const target = await state.catalog.find(tableName, { accountId, region });
  const [from] = note.sources;
  const isMember = target?.definition.tableId === tableId && target.replication !== undefined;
  if (!isMember) return commitNote(state, note, undefined);
  if (from === undefined) return finishFilling(state, note);
  const source = await state.catalog.find(tableName, { accountId, region: from });
  const copied = source && (await copyChunk(state, note, source, target));
  await commitNote(state, note, copied ?? nextPart(note));
}

/** The note with where the copying has come to; undefined at the end of the part. */
async function copyChunk(
  state: ReplicaJobState,
  note: FillNote,
  source: Table,
  target: Table,
): Promise<FillNote | undefined> {
  const { replication, prefix } = source;
  if (replication === undefined) return undefined;
  const start = note.part === 'items' ? prefix : replication.versions;
  const after = note.after === undefined ? undefined : Buffer.from(note.after, 'base64');
  const entries = await state.store.range({
    start: after === undefined ? start : afterKey(Buffer.concat([start, after])),
    end: afterPrefix(start),
    limit: REPLICATION_CHUNK,
    bytesMax: PAGE_BYTES_MAX,
  });
  const suffixes = entries.map(({ key }) => Buffer.from(key.subarray(start.length)));
  // An item and its version are read at one moment.
  const values = await state.store.getMany([
    ...suffixes.map((suffix) => Buffer.concat([prefix, suffix])),
    ...suffixes.map((suffix) => versionKey(replication, suffix)),
  ]);
  await Promise.all(
    suffixes.map(async (suffix, at) => {
      const [item, version] = [values[at], decodeVersion(values[suffixes.length + at])];
      // What was there before the table was global is older than all that was written since.
      const known = version ?? { time: 0, region: source.definition.region };
      if (item === undefined && known.deleted !== true) return;
      const copied = { suffix, item: item && Item.stored(item), version: known, also: [] };
      // A target that is gone, or has left, is found out by the next step.
      await whileTableIsThere(state, async () => {
        const { tableName, accountId, region } = note;
        const current = (await state.catalog.find(tableName, { accountId, region })) ?? target;
        if (current.replication === undefined) return false;
        await arrive(state, current, copied);
        return true;
      });
    }),
  );
  const last = suffixes.at(-1);
  return last && { ...note, after: last.toString('base64') };
}

function nextPart(note: FillNote): FillNote {
  const { after: _after, ...rest } = note;
  if (note.part === 'items') return { ...rest, part: 'deletions' };
  return { ...rest, part: 'items', sources: note.sources.slice(1) };
}

async function commitNote(
  { store }: ReplicaJobState,
  note: JobNote,
  next: JobNote | undefined,
): Promise<void> {
  const write = next === undefined ? deleteJob(note) : putJob(next);
  await store.transact([], () => ({ writes: [write], result: undefined }));
}

/** The replica takes part: items can be read and written, and changes are recorded. */
async function finishFilling(state: ReplicaJobState, note: FillNote): Promise<void> {
  const { tableName, region, tableId } = note;
  const { environment } = state;
  const asked = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  const stream = await newStream(state.store, environment, note, tableName, asked);
  const nowMs = environment.clock.nowMs();
  await changeGroup(state.catalog, tableName, note, (own, tables) => {
    const writes = [deleteJob(note)];
    if (own.tableId !== tableId) return { next: new Map(), writes, result: undefined };
    const active = withReplica(tables, region, (replica) => ({ ...replica, status: 'ACTIVE' }));
    const { filling: _filling, ...full } = active.get(region) ?? own;
    // Tables that were there before they joined have one.
    const begins = stream !== undefined && full.stream?.enabled !== true;
    const next = begins ? { ...full, stream } : full;
    return {
      next: active.set(region, next),
      writes: [...writes, ...(begins ? streamStarted(next, nowMs) : [])],
      result: undefined,
    };
  });
}

/** Says how long to wait where changes are still to leave. */
export async function removalStep(
  state: ReplicaJobState,
  note: RemovalNote,
): Promise<number | void> {
  const { accountId, tableName, region, tableId } = note;
  const found = await state.catalog.find(tableName, { accountId, region });
  if (found?.definition.tableId !== tableId) return commitNote(state, note, undefined);
  const range = outboxRange(accountId, tableName, region);
  const [waiting] = await state.store.range({ ...range, limit: 1 });
  if (waiting !== undefined) return DEPARTURE_WAIT_MS;
  const nowMs = state.environment.clock.nowMs();
  const ids = newBackupIds(state.environment.random, nowMs);
  const stream = await changeGroup(state.catalog, tableName, note, (own, tables) => {
    const left = withoutReplica(tables, region);
    const table = compileTable(own);
    const isKept = own.recovery !== undefined;
    return {
      next: left,
      writes: [
        deleteJob(note),
        ...replicaGarbage(tables, left),
        // The items of a strongly consistent table are those of the others too.
        ...(isStrong(own) ? [] : noteTableGarbage(table, isKept)),
        ...(isKept ? deletedTableBackup(table, ids) : []),
        ...streamEnded(own, nowMs),
        deletePolicies(note, tableName),
      ],
      result: table.stream,
    };
  });
  if (stream !== undefined) state.streams.changed(stream.arn);
}

/** The group without the table of a region; who is left alone is no global table any more. */
function withoutReplica(
  tables: ReadonlyMap<string, TableDefinition>,
  region: string,
): Map<string, TableDefinition | undefined> {
  const left: Map<string, TableDefinition | undefined> = withReplicas(tables, (replicas) =>
    replicas.filter((replica) => replica.region !== region),
  );
  left.set(region, undefined);
  for (const [each, table] of left) {
    if (table === undefined || otherReplicas(table).length > 0) continue;
    const { global: _global, ...alone } = table;
    left.set(each, alone);
  }
  return left;
}

/** What tables kept for a group that they are no more in. */
export function replicaGarbage(
  before: ReadonlyMap<string, TableDefinition>,
  after: ReadonlyMap<string, TableDefinition | undefined>,
): Write[] {
  return [...before].flatMap(([region, table]) => {
    const keys = replicationKeys(table);
    if (keys === undefined || after.get(region)?.global !== undefined) return [];
    return [{ type: 'delete', key: keys.head }, noteGarbage(keys.versions)];
  });
}
