/** Removes what is due: AWS takes up to days for items, this takes a second or two. */
import type { Clock, Environment } from '../../../environment/environment.ts';
import type { Entry, OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { Background } from '../background.ts';
import type { Catalog } from '../tables/catalog.ts';
import {
  decodeDue,
  decodeToken,
  dueRange,
  dueSeconds,
  enabledAttribute,
  itemDue,
  type Due,
} from './expiry.ts';
import {
  commitChanges,
  targetOf,
  whileTablesChange,
  type Decide,
  type WriteState,
} from '../items/item-changes.ts';
import { EXPIRED_BEFORE_MS_MAX, EXPIRY_CHUNK, EXPIRY_SWEEP_MS } from '../limits.ts';
import { isForOther, itemVersionKey } from '../replication/expiry-turn.ts';
import { OTHERS_TURN_MS } from '../replication/limits.ts';
import type { Streams } from '../streams/streams.ts';
import type { VectorSets } from '../vectors/vector-sets.ts';

export class Expiry {
  readonly #store: OrderedStore;
  readonly #catalog: Catalog;
  readonly #streams: Streams;
  readonly #vectors: VectorSets;
  readonly #replicas: WriteState['replicas'];
  readonly #clock: Clock;
  readonly #background: Background;

  constructor(
    store: OrderedStore,
    catalog: Catalog,
    streams: Streams,
    vectors: VectorSets,
    replicas: WriteState['replicas'],
    environment: Environment,
    log: Logger,
  ) {
    const { clock, timers } = environment;
    this.#store = store;
    this.#catalog = catalog;
    this.#streams = streams;
    this.#vectors = vectors;
    this.#replicas = replicas;
    this.#clock = clock;
    this.#background = new Background('expiry', timers, log, () => this.#step());
  }

  /** Looks for what is due from now on, for as long as there is anything to wait for. */
  watch(): void {
    this.#background.wakeAfter(EXPIRY_SWEEP_MS);
  }

  close(): Promise<void> {
    return this.#background.close();
  }

  async #step(): Promise<boolean> {
    const store = this.#store;
    const due = await store.range({ ...dueRange(this.#clock.nowMs()), limit: EXPIRY_CHUNK });
    for (const entry of due) await this.#expire(entry);
    if (due.length === EXPIRY_CHUNK) return true;
    const [later] = await store.range({ ...dueRange(), limit: 1 });
    if (later !== undefined) this.watch();
    return false;
  }

  async #expire({ key, value }: Entry): Promise<void> {
    const due = decodeDue(value);
    if (due.type === 'item') await this.#expireItem(due);
    else await this.#expireToken(due);
    const writes = [{ type: 'delete', key }] as const;
    await this.#store.transact([], () => ({ writes, result: undefined }));
  }

  /** The token may have been used again since. */
  async #expireToken({ storeKey }: Due & { readonly type: 'token' }): Promise<void> {
    const key = Buffer.from(storeKey, 'base64');
    const nowMs = this.#clock.nowMs();
    await this.#store.transact([key], ([value]) => {
      const isOver = value !== undefined && decodeToken(value).dueMs <= nowMs;
      return { writes: isOver ? [{ type: 'delete', key }] : [], result: undefined };
    });
  }

  /** The item may have changed since, or gone, or its table may. */
  async #expireItem(due: Due & { readonly type: 'item' }): Promise<void> {
    const state: WriteState = {
      store: this.#store,
      catalog: this.#catalog,
      expiry: this,
      streams: this.#streams,
      vectors: this.#vectors,
      replicas: this.#replicas,
    };
    const nowMs = this.#clock.nowMs();
    const find = () => state.catalog.find(due.tableName, due);
    if ((await find()) === undefined) return;
    await whileTablesChange(state, async () => {
      const table = await find();
      const name = table && enabledAttribute(table);
      if (table === undefined || name === undefined) return;
      const target = targetOf(table, due.key);
      const decide: Decide<void> = ([before], changes, version) => {
        const seconds = before && dueSeconds(before.attributes, name);
        if (before === undefined || seconds === undefined) return;
        if (isForOther(table, version)) {
          // Unless that replica is deleted before it does so.
          const laterSeconds = Math.ceil((nowMs + OTHERS_TURN_MS) / 1000);
          changes.also(itemDue(table, target.itemKey, before.attributes, laterSeconds));
          return;
        }
        const sinceMs = nowMs - seconds * 1000;
        // What expired more than five years ago is left alone, as a mistake.
        if (sinceMs >= 0 && sinceMs <= EXPIRED_BEFORE_MS_MAX) {
          changes.change(target, before, undefined, true);
        }
      };
      await commitChanges(state, [target], decide, itemVersionKey(target));
    });
  }
}
