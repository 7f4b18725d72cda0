/**
 * Remembers what was read lately, for services that read the same few entries at every request. Its
 * owner must be the only one who writes these entries, and write them through it.
 */
import { bytesToText } from './key-text.ts';
import type { OrderedStore, Value, Write } from './ordered-store.ts';

const ENTRIES_MAX = 1_000;
const VALUE_BYTES_MAX = 64 * 1024;

/** The same store; `get` gives the same value again, not a copy, until the entry is written. */
export function withRecentReads(store: OrderedStore): OrderedStore {
  const recent = new Map<string, Value>();
  let writing = 0;
  /** Changes when a commit ends: what was read before may be older than it. */
  let epoch = 0;

  const forget = (write: Write) => {
    if (write.type === 'delete-range') recent.clear();
    else recent.delete(bytesToText(write.key));
  };

  return {
    getMany: (keys) => store.getMany(keys),
    range: (range) => store.range(range),
    async get(key) {
      const name = bytesToText(key);
      const known = recent.get(name);
      if (known) return known;
      const begun = epoch;
      const value = await store.get(key);
      if (value && value.length <= VALUE_BYTES_MAX && writing === 0 && epoch === begun) {
        if (recent.size >= ENTRIES_MAX) recent.clear();
        recent.set(name, value);
      }
      return value;
    },
    async transact(keys, decide) {
      writing++;
      try {
        return await store.transact(keys, (values) => {
          const decision = decide(values);
          for (const write of decision.writes) forget(write);
          return decision;
        });
      } finally {
        writing--;
        epoch++;
      }
    },
    close() {
      recent.clear();
      return store.close();
    },
  };
}
