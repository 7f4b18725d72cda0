/**
 * The one place where a service keeps state: byte keys in memcmp order, byte values, atomic
 * conditional commits. Kept this narrow so that a distributed engine can serve it.
 *
 * Promises of every engine (pinned by `contract.ts`):
 * - Linearizable: a read that starts after a commit resolved sees it, and so do all later reads.
 * - Atomic: the writes of one decision become visible, and durable, together or not at all.
 * - Durable: `transact` resolves only once a power cut could not take the writes back; and no read
 *   ever returns a value that a power cut could still take back.
 */
export type Key = Uint8Array;
/** Readers share what they are given: they never write into it. */
export type Value = Uint8Array;

export interface Entry {
  readonly key: Key;
  readonly value: Value;
}

export type Write =
  | { readonly type: 'put'; readonly key: Key; readonly value: Value }
  | { readonly type: 'delete'; readonly key: Key }
  /** Removes all keys from `start` (inclusive) to `end` (exclusive). */
  | { readonly type: 'delete-range'; readonly start: Key; readonly end: Key };

export interface Decision<Result> {
  readonly writes: readonly Write[];
  readonly result: Result;
}

export interface Range {
  /** Inclusive. */
  readonly start: Key;
  /** Exclusive. */
  readonly end: Key;
  readonly reverse?: boolean;
  /** At most so many entries. */
  readonly limit: number;
  /** Stop after the entry with which keys and values together reach this many bytes. */
  readonly bytesMax?: number;
}

export interface OrderedStore {
  get(key: Key): Promise<Value | undefined>;
  /** Values in the order of the keys, all from one moment. */
  getMany(keys: readonly Key[]): Promise<(Value | undefined)[]>;
  /** Entries in key order (descending when `reverse`), all from one moment. */
  range(range: Range): Promise<Entry[]>;
  /**
   * Reads `keys`, lets `decide` — synchronous, pure, possibly called again if something read has
   * changed meanwhile — say what to write, and commits. When `decide` throws nothing is written and
   * the promise rejects with what it threw. A decision without writes commits nothing.
   */
  transact<Result>(
    keys: readonly Key[],
    decide: (values: readonly (Value | undefined)[]) => Decision<Result>,
  ): Promise<Result>;
  /** Resolves when all commits are durable and all resources are released. */
  close(): Promise<void>;
}
