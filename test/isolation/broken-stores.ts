/** Stores that break each a promise of theirs, now and then: what the checkers are there to find. */
import type { Prng } from '../../packages/brume/src/environment/prng.ts';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import { createMemoryStore } from '../../packages/brume/src/storage/memory/memory-store.ts';
import type {
  Key,
  OrderedStore,
  Value,
  Write,
} from '../../packages/brume/src/storage/ordered-store.ts';

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Everything takes a turn or three, as on a disk, so that requests overlap. */
export function slowStore(prng: Prng): OrderedStore {
  const store = createMemoryStore();
  const wait = async () => {
    for (let turns = 1 + prng.below(3); turns > 0; turns--) await turn();
  };
  const slowly = async <Result>(work: () => Promise<Result>) => {
    await wait();
    const result = await work();
    await wait();
    return result;
  };
  return {
    get: (key) => slowly(() => store.get(key)),
    getMany: (keys) => slowly(() => store.getMany(keys)),
    range: (range) => slowly(() => store.range(range)),
    transact: (keys, decide) => slowly(() => store.transact(keys, decide)),
    close: () => store.close(),
  };
}

type Break = (store: OrderedStore, prng: Prng) => OrderedStore;

const BREAK_CHANCE = 0.2;

export const BREAKS: ReadonlyMap<string, Break> = new Map<string, Break>([
  ['reads are stale', readStale],
  ['reads of several items are not of one moment', readOneByOne],
  ['commits are seen half done', commitOneByOne],
  ['decisions are made on what has changed since', decideLate],
  ['only what is written is looked at for conflicts', ignoreReads],
  ['what is refused was seen', showRefused],
]);

function readStale(store: OrderedStore, prng: Prng): OrderedStore {
  const before = new Map<string, Value | undefined>();
  return {
    ...store,
    async get(key) {
      const old = before.get(textOf(key));
      return old !== undefined && prng.chance(BREAK_CHANCE) ? old : store.get(key);
    },
    transact: (keys, decide) =>
      store.transact(keys, (values) => {
        for (const [at, key] of keys.entries()) before.set(textOf(key), values[at]);
        return decide(values);
      }),
  };
}

function readOneByOne(store: OrderedStore): OrderedStore {
  return {
    ...store,
    async getMany(keys) {
      const values: (Value | undefined)[] = [];
      for (const key of keys) values.push(await store.get(key));
      return values;
    },
  };
}

function commitOneByOne(store: OrderedStore, prng: Prng): OrderedStore {
  return {
    ...store,
    async transact(keys, decide) {
      const late: Write[] = [];
      const result = await store.transact(keys, (values) => {
        const decision = decide(values);
        if (decision.writes.length < 2 || !prng.chance(BREAK_CHANCE)) return decision;
        late.push(...decision.writes.slice(1));
        return { ...decision, writes: decision.writes.slice(0, 1) };
      });
      for (const write of late) await commit(store, [write]);
      return result;
    },
  };
}

function decideLate(store: OrderedStore, prng: Prng): OrderedStore {
  return {
    ...store,
    async transact(keys, decide) {
      if (!prng.chance(BREAK_CHANCE)) return store.transact(keys, decide);
      const { writes, result } = decide(await store.getMany(keys));
      await commit(store, writes);
      return result;
    },
  };
}

/** Snapshot isolation: two may each read what the other writes. */
function ignoreReads(store: OrderedStore): OrderedStore {
  return {
    ...store,
    async transact(keys, decide) {
      for (;;) {
        const read = await store.getMany(keys);
        const { writes, result } = decide(read);
        const written = new Set(writes.map((write) => 'key' in write && textOf(write.key)));
        const conflicts = await store.transact(keys, (values) => {
          const changed = values.some(
            (value, at) => written.has(textOf(keys[at] as Key)) && !same(value, read[at]),
          );
          return { writes: changed ? [] : writes, result: changed };
        });
        if (!conflicts) return result;
      }
    },
  };
}

function showRefused(store: OrderedStore, prng: Prng): OrderedStore {
  return {
    ...store,
    async transact(keys, decide) {
      if (!prng.chance(BREAK_CHANCE)) return store.transact(keys, decide);
      const { writes, undo } = await store.transact(keys, (values) => {
        const { writes } = decide(values);
        const undo = keys.map((key, at): Write => {
          const value = values[at];
          return value === undefined ? { type: 'delete', key } : { type: 'put', key, value };
        });
        return { writes, result: { writes, undo } };
      });
      if (writes.length > 0) await commit(store, undo);
      throw new AwsError({ code: 'TransactionConflictException', message: 'undone' });
    },
  };
}

function commit(store: OrderedStore, writes: readonly Write[]): Promise<void> {
  return store.transact([], () => ({ writes, result: undefined }));
}

function textOf(key: Key): string {
  return Buffer.from(key).toString('latin1');
}

function same(left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return Buffer.compare(left, right) === 0;
}
