/**
 * A store that remembers for a while what was before its writes, and shows its past: what a replica
 * that lags behind would answer. Costs nothing while no lag is set.
 */
import type { Clock } from '../../../environment/environment.ts';
import type {
  Decision,
  Entry,
  Key,
  OrderedStore,
  Range,
  Value,
} from '../../../storage/ordered-store.ts';
import { FORMER_VALUES_MAX } from './limits.ts';

type Decide<Result> = (values: readonly (Value | undefined)[]) => Decision<Result>;

interface Former {
  readonly key: Buffer;
  /** Undefined where there was nothing. */
  readonly value: Value | undefined;
  readonly untilMs: number;
}

export class FormerValues implements OrderedStore {
  readonly #store: OrderedStore;
  readonly #clock: Clock;
  /** Oldest first. */
  #former: Former[] = [];
  #keptMs = 0;

  constructor(store: OrderedStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Remembers from now on what is written over, for that long. */
  keep(ms: number): void {
    this.#keptMs = ms;
    if (ms === 0) this.#former = [];
  }

  get(key: Key): Promise<Value | undefined> {
    return this.#store.get(key);
  }

  getMany(keys: readonly Key[]): Promise<(Value | undefined)[]> {
    return this.#store.getMany(keys);
  }

  range(range: Range): Promise<Entry[]> {
    return this.#store.range(range);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  transact<Result>(keys: readonly Key[], decide: Decide<Result>): Promise<Result> {
    return this.#keptMs === 0
      ? this.#store.transact(keys, decide)
      : this.#transactKeeping(keys, decide);
  }

  /** A decision that writes what it has not read is made again with that read, too. */
  async #transactKeeping<Result>(keys: readonly Key[], decide: Decide<Result>): Promise<Result> {
    let all = keys;
    for (;;) {
      const places = new Map(all.map((key, at) => [textOf(key), at]));
      let former: Former[] = [];
      let missing: Key[] = [];
      const read = all;
      const result = await this.#store.transact(read, (values) => {
        const decision = decide(values.slice(0, keys.length));
        const written = decision.writes.flatMap((write) => ('key' in write ? [write.key] : []));
        missing = written.filter((key) => !places.has(textOf(key)));
        if (missing.length > 0) return { writes: [], result: undefined };
        former = written.map((key) => ({
          key: Buffer.from(key),
          value: values[places.get(textOf(key)) as number],
          untilMs: this.#clock.nowMs(),
        }));
        return { writes: decision.writes, result: { decided: decision.result } };
      });
      if (result !== undefined) {
        this.#remember(former);
        return result.decided;
      }
      all = [...read, ...missing];
    }
  }

  #remember(former: readonly Former[]): void {
    this.#former.push(...former);
    const since = this.#clock.nowMs() - this.#keptMs;
    const fresh = this.#former.findIndex(({ untilMs }) => untilMs >= since);
    const excess = this.#former.length - FORMER_VALUES_MAX;
    this.#former.splice(0, Math.max(excess, fresh === -1 ? this.#former.length : fresh));
  }

  /** What was `lagMs` ago; only to be read. */
  past(lagMs: number): OrderedStore {
    const then = () => this.#overwrittenSince(this.#clock.nowMs() - lagMs);
    const getMany = async (keys: readonly Key[]) => {
      const former = then();
      const values = await this.#store.getMany(keys);
      return values.map((value, at) => {
        const before = former.get(textOf(keys[at] as Key));
        return before === undefined ? value : before.value;
      });
    };
    return {
      get: async (key) => (await getMany([key]))[0],
      getMany,
      range: (range) => this.#pastRange(range, then()),
      transact: () => Promise.reject(new Error('the past cannot be changed')),
      close: () => Promise.resolve(),
    };
  }

  /** By key, what was there at that time and is not any more. */
  #overwrittenSince(timeMs: number): Map<string, Former> {
    const former = new Map<string, Former>();
    for (const each of this.#former) {
      const key = textOf(each.key);
      if (each.untilMs > timeMs && !former.has(key)) former.set(key, each);
    }
    return former;
  }

  /** Reads past what has come since, and adds what has gone. */
  async #pastRange(range: Range, former: ReadonlyMap<string, Former>): Promise<Entry[]> {
    const { start, end, reverse = false, limit, bytesMax = Infinity } = range;
    const now = await this.#store.range({ start, end, reverse, limit: limit + former.size });
    const last = now.at(-1)?.key;
    const whole = now.length < limit + former.size;
    const gone = [...former.values()].flatMap(({ key, value }): Entry[] => {
      if (value === undefined || Buffer.compare(key, start) < 0) return [];
      if (Buffer.compare(key, end) >= 0) return [];
      const order = last ? Buffer.compare(key, last) * (reverse ? -1 : 1) : 0;
      return whole || order <= 0 ? [{ key, value }] : [];
    });
    const stayed = now.filter(({ key }) => !former.has(textOf(key)));
    const sign = reverse ? -1 : 1;
    const entries = [...stayed, ...gone]
      .sort((left, right) => sign * Buffer.compare(left.key, right.key))
      .slice(0, limit);
    let bytes = 0;
    const full = entries.findIndex(
      ({ key, value }) => (bytes += key.length + value.length) >= bytesMax,
    );
    return full === -1 ? entries : entries.slice(0, full + 1);
  }
}

function textOf(key: Key): string {
  return Buffer.from(key).toString('latin1');
}
