/**
 * Every write of items: the store is asked for the tables and the items, a pure decision says what
 * they become, and items, index entries and whatever else follows from the changes are committed as
 * one.
 */
import type { OrderedStore, Value, Write } from '../../../storage/ordered-store.ts';
import type { AttributeMap } from './attribute-value.ts';
import { Units, writeUnits } from '../capacity.ts';
import type { Catalog } from '../tables/catalog.ts';
import { collectionTooLarge, resourceNotFound } from '../errors.ts';
import { expiryWrites } from '../expiry/expiry.ts';
import { indexChange, indexEntry } from './index-maintenance.ts';
import { Item } from './item.ts';
import { partitionKeyBytes, sortKeyBytes } from './key.ts';
import { COLLECTION_BYTES_MAX, TABLE_CHANGES_MAX } from '../limits.ts';
import { HistoryAppends } from '../recovery/history-appends.ts';
import { ReplicaAppends } from '../replication/replica-appends.ts';
import type { Version } from '../replication/replication-keys.ts';
import { StreamAppends } from '../streams/stream-appends.ts';
import type { Table } from '../tables/table.ts';
import { vectorChange, vectorEntry, type VectorEntry } from '../vectors/vector-index.ts';

/** An item that a write is about, whether it exists or not. */
export interface Target {
  readonly table: Table;
  readonly itemKey: Buffer;
  /** Where the size of the item's collection is kept, for tables with local indexes. */
  readonly collectionKey: Buffer | undefined;
}

/** `attributes` are the item, or its key alone; they must have been checked. */
export function targetOf(table: Table, attributes: AttributeMap): Target {
  const { key, prefix, collectionPrefix } = table;
  const partition = partitionKeyBytes(key.partition, attributes);
  return {
    table,
    itemKey: Buffer.concat([prefix, partition, sortKeyBytes(key.sort, attributes)]),
    collectionKey: collectionPrefix && Buffer.concat([collectionPrefix, partition]),
  };
}

export interface ItemChange extends Target {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** Says what else is written when an item has changed. */
export type ChangeConsumer = (change: ItemChange) => readonly Write[];

/** What follows a change besides the indexes and the record in its table's stream. */
const CONSUMERS: readonly ChangeConsumer[] = [expiryWrites];

/** Collects the writes of one decision. */
export class ItemChanges {
  readonly #writes: Write[] = [];
  /** Entries of vector indexes that the writes put or remove. */
  readonly vectorEntries: VectorEntry[] = [];
  readonly #collections: CollectionSizes;
  readonly #records: StreamAppends;
  readonly #history: HistoryAppends;
  readonly #replicas: ReplicaAppends;

  constructor(
    collections: CollectionSizes,
    records: StreamAppends,
    history: HistoryAppends,
    replicas: ReplicaAppends,
  ) {
    this.#collections = collections;
    this.#records = records;
    this.#history = history;
    this.#replicas = replicas;
  }

  /**
   * Says what an item becomes; undefined removes it. `expired` where time to live removes it;
   * `arrived` where another region has written it. Returns the units that this costs.
   */
  change(
    target: Target,
    before: Item | undefined,
    after: Item | undefined,
    expired = false,
    arrived?: Version,
  ): Units {
    const units = new Units();
    units.table = writeUnits(Math.max(before?.sizeBytes ?? 0, after?.sizeBytes ?? 0));
    const { table, itemKey } = target;
    this.#replicas.append(table, itemKey, after, arrived);
    if (before === after || isUnchanged(table, before, after)) return units;
    this.#writes.push(
      after === undefined
        ? { type: 'delete', key: itemKey }
        : { type: 'put', key: itemKey, value: after.bytes },
    );
    let growthBytes = (after?.sizeBytes ?? 0) - (before?.sizeBytes ?? 0);
    for (const index of table.indexes) {
      const change = indexChange(
        before && indexEntry(table, index, itemKey, before),
        after && indexEntry(table, index, itemKey, after),
      );
      this.#writes.push(...change.writes);
      if (change.units > 0) units.addIndex(index.name, change.units);
      if (index.local) growthBytes += change.growthBytes;
    }
    for (const index of table.vectorIndexes) {
      const change = vectorChange(
        before && vectorEntry(table, index, itemKey, before),
        after && vectorEntry(table, index, itemKey, after),
      );
      this.#writes.push(...change.writes);
      this.vectorEntries.push(...change.entries);
      if (change.requestBytes > 0) units.addVectorBytes(index.name, change.requestBytes);
    }
    this.#collections.grow(target, growthBytes);
    for (const consume of CONSUMERS) this.#writes.push(...consume({ ...target, before, after }));
    this.#history.append(table, itemKey, before);
    const { stream, siblingStreams, keyNames } = table;
    const record = { keyNames, before, after, expired };
    if (stream) this.#records.append(stream, record);
    for (const sibling of siblingStreams) this.#records.append(sibling, record);
    return units;
  }

  /** Bytes of the item's collection as the changes leave it; undefined without local indexes. */
  collectionBytes(target: Target): number | undefined {
    return this.#collections.bytes(target);
  }

  /** What is to be written beside the items. */
  also(write: Write): void {
    this.#writes.push(write);
  }

  writes(): Write[] {
    return [
      ...this.#writes,
      ...this.#collections.writes(),
      ...this.#records.writes(),
      ...this.#history.writes(),
      ...this.#replicas.writes(),
    ];
  }
}

/**
 * The same attributes in another order are no change. To tell them apart the old item has to be parsed,
 * which is worth it only where somebody would see the difference; writing the same again harms nobody.
 */
function isUnchanged(table: Table, before: Item | undefined, after: Item | undefined): boolean {
  if (!before || !after) return false;
  const { stream, indexes, vectorIndexes } = table;
  const isSeen = stream !== undefined || indexes.length + vectorIndexes.length > 0;
  return isSeen ? after.sameAs(before) : after.bytes.equals(before.bytes);
}

/** Sizes of item collections: items of one partition key and their entries in local indexes. */
class CollectionSizes {
  readonly #sizes = new Map<string, { readonly key: Buffer; bytes: number; changed: boolean }>();

  constructor(keys: readonly Buffer[], values: readonly (Value | undefined)[]) {
    for (const [index, key] of keys.entries()) {
      const bytes = Number(Buffer.from(values[index] ?? []).toString('latin1'));
      this.#sizes.set(key.toString('latin1'), { key, bytes, changed: false });
    }
  }

  grow({ collectionKey }: Target, growthBytes: number): void {
    const size = this.#sizes.get(collectionKey?.toString('latin1') ?? '');
    if (size === undefined || growthBytes === 0) return;
    size.bytes += growthBytes;
    size.changed = true;
    if (growthBytes > 0 && size.bytes > COLLECTION_BYTES_MAX) throw collectionTooLarge();
  }

  bytes({ collectionKey }: Target): number | undefined {
    return this.#sizes.get(collectionKey?.toString('latin1') ?? '')?.bytes;
  }

  writes(): Write[] {
    return [...this.#sizes.values()]
      .filter(({ changed }) => changed)
      .map(({ key, bytes }) =>
        bytes === 0
          ? { type: 'delete', key }
          : { type: 'put', key, value: Buffer.from(String(bytes), 'latin1') },
      );
  }
}

export type Decide<Result> = (
  items: readonly (Item | undefined)[],
  changes: ItemChanges,
  noted: Value | undefined,
) => Result;

/** What writes of items need of the service's state. */
export interface WriteState {
  readonly store: OrderedStore;
  readonly catalog: Catalog;
  readonly expiry: { watch(): void };
  readonly streams: { nowMs(): number; changed(arn: string): void };
  readonly replicas: { wake(): void };
  readonly vectors: { changed(entries: readonly VectorEntry[]): void };
}

/**
 * Reads the targets' items, and what is noted at `noteKey`, lets `decide` — synchronous, pure,
 * possibly called again — change them, and commits. Throws `TableChanged` where a table is not what
 * the targets were made with.
 */
export async function commitChanges<Result>(
  state: WriteState,
  targets: readonly Target[],
  decide: Decide<Result>,
  noteKey?: Buffer,
): Promise<Result> {
  const tables = [...new Set(targets.map(({ table }) => table))];
  const streams = tables.flatMap(({ stream, siblingStreams }) =>
    stream === undefined ? siblingStreams : [stream, ...siblingStreams],
  );
  const histories = tables.flatMap(({ history }) => history ?? []);
  const replications = tables.flatMap(({ replication }) => replication ?? []);
  const collectionKeys = targets.flatMap(({ collectionKey }) => collectionKey ?? []);
  const keys = [
    ...tables.map(({ catalogKey }) => catalogKey),
    ...targets.map(({ itemKey }) => itemKey),
    ...collectionKeys,
    ...streams.map(({ keys: { head } }) => head),
    ...histories.map(({ head }) => head),
    ...replications.map(({ head }) => head),
    ...(noteKey ? [noteKey] : []),
  ];
  const itemsEnd = tables.length + targets.length;
  const collectionsEnd = itemsEnd + collectionKeys.length;
  const streamsEnd = collectionsEnd + streams.length;
  const historiesEnd = streamsEnd + histories.length;
  const replicationsEnd = historiesEnd + replications.length;
  const nowMs =
    streams.length + histories.length + replications.length === 0 ? 0 : state.streams.nowMs();
  const { result, vectorEntries } = await state.store.transact(keys, (values) => {
    for (const [index, table] of tables.entries()) checkUnchanged(table, values[index]);
    const items = values.slice(tables.length, itemsEnd).map((value) => value && Item.stored(value));
    const sizes = new CollectionSizes(collectionKeys, values.slice(itemsEnd, collectionsEnd));
    const heads = values.slice(collectionsEnd, streamsEnd);
    const records = new StreamAppends(streams, heads, nowMs);
    const historyHeads = values.slice(streamsEnd, historiesEnd);
    const history =
      histories.length === 0
        ? HistoryAppends.none
        : new HistoryAppends(histories, historyHeads, nowMs);
    const replicas =
      replications.length === 0
        ? ReplicaAppends.none
        : new ReplicaAppends(replications, values.slice(historiesEnd, replicationsEnd), nowMs);
    const changes = new ItemChanges(sizes, records, history, replicas);
    const decided = decide(items, changes, noteKey && values[replicationsEnd]);
    const outcome = { result: decided, vectorEntries: changes.vectorEntries };
    return { writes: changes.writes(), result: outcome };
  });
  state.vectors.changed(vectorEntries);
  if (tables.some(({ definition }) => definition.timeToLive?.enabled)) state.expiry.watch();
  for (const { arn } of streams) state.streams.changed(arn);
  if (replications.length > 0) state.replicas.wake();
  return result;
}

/** To be called with what the catalog holds in every decision that a table was looked up for. */
export function checkUnchanged(table: Table, value: Value | undefined): void {
  if (value !== undefined && table.bytes.equals(value)) return;
  throw new TableChanged(table, value !== undefined);
}

/** The catalog had another definition than the one that a write was prepared with. */
class TableChanged extends Error {
  readonly table: Table;
  readonly exists: boolean;

  constructor(table: Table, exists: boolean) {
    super(`table ${table.name} changed during a write`);
    this.table = table;
    this.exists = exists;
  }
}

/** Runs a write again, from reading the catalog on, for as long as tables change meanwhile. */
export async function whileTablesChange<Result>(
  state: Pick<WriteState, 'catalog'>,
  write: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof TableChanged)) throw error;
      state.catalog.forget(error.table);
      if (!error.exists) throw resourceNotFound();
      if (attempt === TABLE_CHANGES_MAX) throw error;
    }
  }
}
