/**
 * Brings changes of EVENTUAL global tables to the other regions. A change waits in the store, and leaves
 * it in the commit with which it arrives: nothing is lost and nothing comes twice, whatever crashes.
 * Changes of one item arrive in their order; what is older than what is there is dropped.
 */
import type { Entry, Key, Write } from '../../../storage/ordered-store.ts';
import type { Clock, Timers } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { Background } from '../background.ts';
import { Item } from '../items/item.ts';
import type { WriteState } from '../items/item-changes.ts';
import { PAGE_BYTES_MAX } from '../limits.ts';
import { arrive, whileTableIsThere } from './arrival.ts';
import { REPLICATION_CHUNK, TOMBSTONE_CHUNK, TOMBSTONE_MS } from './limits.ts';
import {
  decodeDeparture,
  decodeVersion,
  nextTime,
  outboxRange,
  timeMs,
  tombstones,
  type Departure,
} from './replication-keys.ts';

export interface ReplicatorOptions {
  readonly state: () => WriteState;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Logger;
}

/** How far the changes of one lane have come. */
interface LaneProgress {
  /** Behind the lane. */
  readonly next: Key;
  /** When its next change is due; undefined where none waits. */
  readonly dueMs: number | undefined;
  /** Of its oldest change that has not arrived. */
  readonly oldest: number | undefined;
  readonly arrived: boolean;
}

export class Replicator {
  readonly #options: ReplicatorOptions;
  readonly #background: Background;
  /** How much later changes of a table come to other regions than they could. */
  delayMs: (tableName: string) => number = () => 0;

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    const { timers, log } = options;
    this.#background = new Background('replication', timers, log, () => this.#step());
  }

  wake(): void {
    this.#background.wake();
  }

  close(): Promise<void> {
    return this.#background.close();
  }

  /** Brings some changes of every lane on their way. */
  async #step(): Promise<boolean> {
    const { store } = this.#options.state();
    const { start, end } = outboxRange();
    let from: Key = start;
    let oldest = Infinity;
    let dueMs = Infinity;
    let more = false;
    for (;;) {
      const [first] = await store.range({ start: from, end, limit: 1 });
      if (first === undefined) break;
      const lane = await this.#lane(first);
      oldest = Math.min(oldest, lane.oldest ?? Infinity);
      dueMs = Math.min(dueMs, lane.dueMs ?? Infinity);
      more ||= lane.arrived;
      from = lane.next;
    }
    if (more) return true;
    this.#watch(dueMs);
    return this.#forget(oldest);
  }

  #watch(dueMs: number): void {
    if (dueMs === Infinity) return;
    this.#background.wakeAfter(Math.max(1, dueMs - this.#options.clock.nowMs()));
  }

  async #lane(first: Entry): Promise<LaneProgress> {
    const { store } = this.#options.state();
    const { accountId, tableName, from, to } = decodeDeparture(first.value).departure.lane;
    const range = outboxRange(accountId, tableName, from, to);
    const chunk = { limit: REPLICATION_CHUNK, bytesMax: PAGE_BYTES_MAX };
    const entries = await store.range({ ...range, ...chunk });
    const dueBeforeMs = this.#options.clock.nowMs() - this.delayMs(tableName);
    const waiting = entries.map((entry) => ({ entry, ...decodeDeparture(entry.value) }));
    const due = waiting.filter(({ departure }) => timeMs(departure.version.time) <= dueBeforeMs);
    // Items do not wait for each other, but the changes of one do.
    const items = Map.groupBy(due, ({ departure }) => departure.suffix);
    await Promise.all(
      [...items.values()].map(async (changes) => {
        for (const { entry, departure, itemBytes } of changes) {
          await this.#bring(entry, departure, itemBytes);
        }
      }),
    );
    const left = waiting[due.length]?.departure;
    const leftMs = left && timeMs(left.version.time) + this.delayMs(tableName);
    const oldest = (due.at(-1)?.departure ?? left)?.version.time;
    return { next: range.end, dueMs: leftMs, oldest, arrived: due.length > 0 };
  }

  /** What was on its way to a table that is there no more goes nowhere. */
  async #bring({ key }: Entry, departure: Departure, itemBytes: Buffer | undefined): Promise<void> {
    const state = this.#options.state();
    const { accountId, tableName, to: region, toTableId } = departure.lane;
    const left: Write = { type: 'delete', key };
    const arrived = await whileTableIsThere(state, async () => {
      const table = await state.catalog.find(tableName, { accountId, region });
      if (table?.replication === undefined || table.definition.tableId !== toTableId) return false;
      await arrive(state, table, {
        suffix: Buffer.from(departure.suffix, 'base64'),
        item: itemBytes && Item.stored(itemBytes),
        version: departure.version,
        also: [left],
      });
      return true;
    });
    if (arrived) return;
    await state.store.transact([], () => ({ writes: [left], result: undefined }));
  }

  /** Forgets deletions that nothing older than which can come any more. */
  async #forget(oldest: number): Promise<boolean> {
    const { store } = this.#options.state();
    const { clock } = this.#options;
    const before = Math.min(oldest, nextTime(0, Math.max(0, clock.nowMs() - TOMBSTONE_MS)));
    const notes = await store.range({ ...tombstones(before), limit: TOMBSTONE_CHUNK });
    if (notes.length === 0) return false;
    await store.transact(
      notes.map(({ value }) => value),
      (values) => ({
        writes: notes.flatMap((note, at): Write[] => {
          const version = decodeVersion(values[at]);
          const done: Write = { type: 'delete', key: note.key };
          // The item may have been written again, and deleted again, since.
          const isOld = version?.deleted === true && version.time < before;
          return isOld ? [done, { type: 'delete', key: note.value }] : [done];
        }),
        result: undefined,
      }),
    );
    return notes.length === TOMBSTONE_CHUNK;
  }
}
