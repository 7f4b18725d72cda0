/**
 * How many items tables and indexes hold, for their descriptions. AWS counts "approximately every six
 * hours" (API Reference, TableDescription); here what is small is counted when asked, and what is
 * large beside requests.
 */
import type { Clock, Timers } from '../../../environment/environment.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { Background } from '../background.ts';
import { Item } from '../items/item.ts';
import { afterKey, afterPrefix } from '../items/key.ts';
import { CENSUS_AGE_MS_MAX, PAGE_BYTES_MAX, RANGE_ENTRIES_MAX } from '../limits.ts';
import type { Table } from './table.ts';

export interface Statistics {
  readonly itemCount: number;
  readonly sizeBytes: number;
}

/** By the index's name; the table's own are under ''. */
export type TableStatistics = ReadonlyMap<string, Statistics>;

interface Count extends Statistics {
  readonly name: string;
  readonly prefix: Buffer;
  readonly start: Uint8Array;
  readonly over: boolean;
}

interface LastCensus {
  readonly startedMs: number;
  readonly statistics: Map<string, Statistics>;
}

export class Census {
  readonly #store: OrderedStore;
  readonly #clock: Clock;
  readonly #background: Background;
  /** Forgotten with the table object, so by any change of the definition. */
  readonly #last = new WeakMap<Table, LastCensus>();
  /** The table and index being counted come first. */
  readonly #queue: { readonly statistics: Map<string, Statistics>; count: Count }[] = [];

  constructor(store: OrderedStore, clock: Clock, timers: Timers, log: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#background = new Background('census', timers, log, () => this.#step());
  }

  /** Exact where a look at the store shows all, else of the last census; 0 before the first. */
  async statistics(table: Table): Promise<TableStatistics> {
    const answer = new Map<string, Statistics>();
    for (const beginning of beginningsOf(table)) {
      let count = await this.#further(beginning);
      if (!count.over) count = await this.#further(count);
      const known = count.over ? count : this.#lastCensus(table).statistics.get(count.name);
      if (known !== undefined) answer.set(count.name, known);
    }
    return answer;
  }

  idle(): Promise<void> {
    return this.#background.idle();
  }

  close(): Promise<void> {
    return this.#background.close();
  }

  /** Begins another census where the last one is too old. */
  #lastCensus(table: Table): LastCensus {
    const last = this.#last.get(table);
    const nowMs = this.#clock.nowMs();
    const isCounting = this.#queue.some(({ statistics }) => statistics === last?.statistics);
    if (last && (isCounting || nowMs - last.startedMs < CENSUS_AGE_MS_MAX)) return last;
    const statistics = new Map(last?.statistics);
    const next = { startedMs: nowMs, statistics };
    this.#last.set(table, next);
    this.#queue.push(...beginningsOf(table).map((count) => ({ statistics, count })));
    this.#background.wake();
    return next;
  }

  async #step(): Promise<boolean> {
    const [first] = this.#queue;
    if (first === undefined) return false;
    first.count = await this.#further(first.count);
    if (!first.count.over) return true;
    first.statistics.set(first.count.name, first.count);
    this.#queue.shift();
    return true;
  }

  async #further(count: Count): Promise<Count> {
    const entries = await this.#store.range({
      start: count.start,
      end: afterPrefix(count.prefix),
      limit: RANGE_ENTRIES_MAX,
      bytesMax: PAGE_BYTES_MAX,
    });
    const last = entries.at(-1);
    if (last === undefined) return { ...count, over: true };
    const itemCount = count.itemCount + entries.length;
    const sizeBytes = entries.reduce(
      (sum, { value }) => sum + Item.stored(value).sizeBytes,
      count.sizeBytes,
    );
    return { ...count, itemCount, sizeBytes, start: afterKey(last.key) };
  }
}

function beginningsOf(table: Table): Count[] {
  const own = { name: '', prefix: table.prefix };
  return [own, ...table.indexes, ...table.vectorIndexes].map(({ name, prefix }) => {
    return { name, prefix, start: prefix, itemCount: 0, sizeBytes: 0, over: false };
  });
}
