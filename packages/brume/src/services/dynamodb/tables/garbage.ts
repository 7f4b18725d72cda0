/**
 * What deleted tables and indexes leave behind: their entries are many, so the deletion only notes
 * the prefix that they have, and they go afterwards, in steps. The note survives a restart.
 */
import type { Timers } from '../../../environment/environment.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { Background } from '../background.ts';
import { afterKey, afterPrefix } from '../items/key.ts';
import { RANGE_ENTRIES_MAX } from '../limits.ts';
import type { Table } from './table.ts';

const NOTES = ['dynamodb', '-', '-', 'garbage'];

/** To be written with the deletion itself. */
export function noteGarbage(prefix: Uint8Array): Write {
  return { type: 'put', key: encodeKey([...NOTES, prefix]), value: prefix };
}

/** `keepsItems` where a backup takes over the items themselves. */
export function noteTableGarbage(table: Table, keepsItems: boolean): Write[] {
  const { prefix, collectionPrefix, indexes, vectorIndexes, history } = table;
  const prefixes = [
    ...(keepsItems ? [] : [prefix]),
    ...(collectionPrefix ? [collectionPrefix] : []),
    ...[...indexes, ...vectorIndexes].map((index) => index.prefix),
    ...(history ? [history.head, history.changes, history.times] : []),
  ];
  return prefixes.map(noteGarbage);
}

export class Garbage {
  readonly #store: OrderedStore;
  readonly #background: Background;

  constructor(store: OrderedStore, timers: Timers, log: Logger) {
    this.#store = store;
    this.#background = new Background('garbage collection', timers, log, () => this.#step());
  }

  collect(): void {
    this.#background.wake();
  }

  idle(): Promise<void> {
    return this.#background.idle();
  }

  close(): Promise<void> {
    return this.#background.close();
  }

  async #step(): Promise<boolean> {
    const [note] = await this.#store.range({ ...prefixRange(NOTES), limit: 1 });
    if (note === undefined) return false;
    const prefix = note.value;
    const limit = RANGE_ENTRIES_MAX;
    const entries = await this.#store.range({ start: prefix, end: afterPrefix(prefix), limit });
    const last = entries.at(-1);
    const write: Write =
      last === undefined
        ? { type: 'delete', key: note.key }
        : { type: 'delete-range', start: prefix, end: afterKey(last.key) };
    await this.#store.transact([], () => ({ writes: [write], result: undefined }));
    return true;
  }
}
