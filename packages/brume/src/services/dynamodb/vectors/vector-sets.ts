/**
 * Searches of vector indexes. What is searched is kept packed in memory from its first search on, as
 * far as memory is allowed; the rest is read from the store for every search.
 *
 * The store is the truth: a write only notes, once it is committed and before it is answered, which
 * entries have changed, and the next search reads these again. So a search sees every write that was
 * answered before it began.
 */
import type { Timers } from '../../../environment/environment.ts';
import type { Entry, OrderedStore } from '../../../storage/ordered-store.ts';
import { afterKey, afterPrefix } from '../items/key.ts';
import { PAGE_BYTES_MAX, RANGE_ENTRIES_MAX } from '../limits.ts';
import { STALE_ENTRIES_MAX, VECTOR_MEMORY_BYTES_MAX } from './limits.ts';
import { Nearest, type Candidate } from './nearest.ts';
import type { VectorEntry, VectorIndex } from './vector-index.ts';
import { VectorSet, type Search } from './vector-set.ts';

/** What a search is about, and what is known of it. */
interface Searched {
  readonly prefix: Buffer;
  readonly stale: Map<string, Buffer>;
  /** Resolves when no search is using the set; searches of one set take turns. */
  turn: Promise<unknown>;
  /** Undefined until the first search, and where it is too large for memory. */
  set: VectorSet | undefined;
  tooLarge: boolean;
}

export interface SearchResult {
  readonly nearest: readonly Candidate[];
  /** How many vectors were looked at. */
  readonly examined: number;
}

export class VectorSets {
  readonly #store: OrderedStore;
  readonly #timers: Timers;
  readonly #bytesMax: number;
  /** The least recently searched first. */
  readonly #searched = new Map<string, Searched>();

  constructor(store: OrderedStore, timers: Timers, bytesMax = VECTOR_MEMORY_BYTES_MAX) {
    this.#store = store;
    this.#timers = timers;
    this.#bytesMax = bytesMax;
  }

  /** To be told of all entries that a commit put or removed, before the commit is answered. */
  changed(entries: readonly VectorEntry[]): void {
    for (const { searched: prefix, key } of entries) {
      const text = prefix.toString('latin1');
      const searched = this.#searched.get(text);
      searched?.stale.set(key.toString('latin1'), key);
      if ((searched?.stale.size ?? 0) > STALE_ENTRIES_MAX) this.#searched.delete(text);
    }
  }

  /** Drops what is kept of an index that is no more. */
  forget({ prefix }: VectorIndex): void {
    for (const [text, searched] of this.#searched) {
      if (searched.prefix.subarray(0, prefix.length).equals(prefix)) this.#searched.delete(text);
    }
  }

  /** The nearest `count` entries whose keys begin with `prefix`, which is as `searchedPrefix` says. */
  search(index: VectorIndex, prefix: Buffer, search: Search, count: number): Promise<SearchResult> {
    const text = prefix.toString('latin1');
    const searched = this.#searched.get(text) ?? {
      prefix,
      stale: new Map<string, Buffer>(),
      turn: Promise.resolve(),
      set: undefined,
      tooLarge: false,
    };
    this.#searched.delete(text);
    this.#searched.set(text, searched);
    const result = searched.turn.then(() => this.#search(index, searched, search, count));
    searched.turn = result.catch(() => undefined);
    return result;
  }

  async #search(
    index: VectorIndex,
    searched: Searched,
    search: Search,
    count: number,
  ): Promise<SearchResult> {
    const nearest = new Nearest(count);
    const turn = () => new Promise<void>((resolve) => this.#timers.nextTurn(resolve));
    const set = await this.#current(index, searched);
    if (set !== undefined) {
      this.#makeRoom();
      await set.search(search, nearest, turn);
      return { nearest: nearest.all, examined: set.size };
    }
    let examined = 0;
    for await (const entries of this.#pages(searched.prefix)) {
      const page = new VectorSet(index);
      for (const { key, value } of entries) page.put(Buffer.from(key), value);
      await page.search(search, nearest, turn);
      examined += page.size;
    }
    return { nearest: nearest.all, examined };
  }

  /** Undefined where it would take more memory than there may be. */
  async #current(index: VectorIndex, searched: Searched): Promise<VectorSet | undefined> {
    if (searched.tooLarge) return undefined;
    if (searched.set === undefined) searched.set = await this.#read(index, searched);
    else await this.#refresh(searched, searched.set);
    // It may have grown, too.
    if (searched.set !== undefined && searched.set.bytes > this.#bytesMax) searched.set = undefined;
    searched.tooLarge = searched.set === undefined;
    return searched.set;
  }

  async #read(index: VectorIndex, { prefix, stale }: Searched): Promise<VectorSet | undefined> {
    stale.clear();
    const set = new VectorSet(index);
    for await (const entries of this.#pages(prefix)) {
      for (const { key, value } of entries) set.put(Buffer.from(key), value);
      if (set.bytes > this.#bytesMax) return undefined;
    }
    // What changed while the pages were read.
    await this.#refresh({ stale }, set);
    return set;
  }

  async #refresh({ stale }: Pick<Searched, 'stale'>, set: VectorSet): Promise<void> {
    const keys = [...stale.values()];
    stale.clear();
    for (let start = 0; start < keys.length; start += RANGE_ENTRIES_MAX) {
      const some = keys.slice(start, start + RANGE_ENTRIES_MAX);
      const values = await this.#store.getMany(some);
      for (const [at, key] of some.entries()) {
        const value = values[at];
        if (value === undefined) set.remove(key);
        else set.put(key, value);
      }
    }
  }

  async *#pages(prefix: Buffer): AsyncGenerator<readonly Entry[]> {
    let start: Uint8Array = prefix;
    for (;;) {
      const entries = await this.#store.range({
        start,
        end: afterPrefix(prefix),
        limit: RANGE_ENTRIES_MAX,
        bytesMax: PAGE_BYTES_MAX,
      });
      const last = entries.at(-1);
      if (last === undefined) return;
      yield entries;
      start = afterKey(last.key);
    }
  }

  /** Drops sets that were not searched for longest, until the others fit. */
  #makeRoom(): void {
    let bytes = 0;
    for (const { set } of this.#searched.values()) bytes += set?.bytes ?? 0;
    for (const [text, { set }] of this.#searched) {
      if (bytes <= this.#bytesMax || this.#searched.size === 1) return;
      this.#searched.delete(text);
      bytes -= set?.bytes ?? 0;
    }
  }
}
