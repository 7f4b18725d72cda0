/** Resources that belong to an account rather than to an API, one key each: keys, plans, domains. */
import assert from 'node:assert/strict';
import type { AwsError } from '../../model/aws-error.ts';
import { encodeKey, prefixRange } from '../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../storage/ordered-store.ts';
import { toJson } from './document-store.ts';
import type { Scope } from './document-store.ts';

/** Ours. */
const ITEM_BYTES_MAX = 16 * 1024 * 1024;
const SCOPES_MAX = 10_000;

export interface CollectionOptions<Item> {
  /** The first part of all keys. */
  readonly service: string;
  /** Names the collection in keys. */
  readonly kind: string;
  readonly max: number;
  /** Makes dates of what JSON made text of. */
  readonly revive: (item: Item) => void;
  readonly full: (what: string, max: number) => AwsError;
  readonly missing: () => AwsError;
  readonly taken: (id: string) => AwsError;
  /** Awaited after every change. */
  readonly changed?: (scope: Scope) => Promise<void>;
  /** Whether it is asked which accounts and regions have ever had items. */
  readonly tellsScopes?: boolean;
}

export class Collection<Item extends object> {
  readonly #store: OrderedStore;
  readonly #options: CollectionOptions<Item>;

  constructor(store: OrderedStore, options: CollectionOptions<Item>) {
    this.#store = store;
    this.#options = options;
  }

  async get(scope: Scope, id: string): Promise<Item> {
    const item = await this.find(scope, id);
    if (!item) throw this.#options.missing();
    return item;
  }

  async find(scope: Scope, id: string): Promise<Item | undefined> {
    const value = await this.#store.get(this.keyOf(scope, id));
    return value && this.#decode(value);
  }

  async list(scope: Scope): Promise<Item[]> {
    const { service, kind, max } = this.#options;
    const range = prefixRange([service, scope.accountId, scope.region, kind]);
    const entries = await this.#store.range({ ...range, limit: max });
    return entries.map(({ value }) => this.#decode(value));
  }

  async create(scope: Scope, id: string, item: Item): Promise<void> {
    await this.createAll(scope, [[id, item]]);
  }

  /** All of them or none. */
  async createAll(scope: Scope, items: readonly (readonly [string, Item])[]): Promise<void> {
    const { kind, max, full, taken, changed } = this.#options;
    if ((await this.list(scope)).length + items.length > max) throw full(kind, max);
    const keys = items.map(([id]) => this.keyOf(scope, id));
    const values = items.map(([, item]) => this.#encode(item));
    await this.#store.transact(keys, (present) => {
      const writes = items.map(([id], at): Write => {
        const [key, value] = [keys[at], values[at]];
        if (present[at]) throw taken(id);
        assert(key && value);
        return { type: 'put', key, value };
      });
      if (this.#options.tellsScopes) writes.push(this.#scopeEntry(scope));
      return { writes, result: undefined };
    });
    await changed?.(scope);
  }

  /** Puts what `change` makes of the item; it may be called again with a fresh one. */
  async update<Result>(scope: Scope, id: string, change: (item: Item) => Result): Promise<Result> {
    const key = this.keyOf(scope, id);
    const changed = await this.#store.transact([key], ([present]) => {
      if (!present) throw this.#options.missing();
      const item = this.#decode(present);
      const result = change(item);
      return { writes: [{ type: 'put', key, value: this.#encode(item) }], result };
    });
    await this.#options.changed?.(scope);
    return changed;
  }

  async remove(scope: Scope, id: string): Promise<void> {
    const key = this.keyOf(scope, id);
    await this.#store.transact([key], ([present]) => {
      if (!present) throw this.#options.missing();
      return { writes: [{ type: 'delete', key }], result: undefined };
    });
    await this.#options.changed?.(scope);
  }

  /** The accounts and regions that have ever had items. */
  async scopes(): Promise<Scope[]> {
    const { service, kind } = this.#options;
    const range = prefixRange([service, `${kind}-scopes`]);
    const entries = await this.#store.range({ ...range, limit: SCOPES_MAX });
    return entries.map(({ value }) => JSON.parse(Buffer.from(value).toString('utf8')) as Scope);
  }

  #scopeEntry({ accountId, region }: Scope): Write {
    const { service, kind } = this.#options;
    const key = encodeKey([service, `${kind}-scopes`, accountId, region]);
    return { type: 'put', key, value: toJson({ accountId, region }) };
  }

  /** Where an item is kept, for decisions that depend on whether it is there. */
  keyOf({ accountId, region }: Scope, id: string): Buffer {
    const { service, kind } = this.#options;
    return encodeKey([service, accountId, region, kind, id]);
  }

  #encode(item: Item): Buffer {
    const value = toJson(item);
    if (value.length > ITEM_BYTES_MAX)
      throw this.#options.full('bytes of one item', ITEM_BYTES_MAX);
    return value;
  }

  #decode(value: Uint8Array): Item {
    const item = JSON.parse(Buffer.from(value).toString('utf8')) as Item;
    this.#options.revive(item);
    return item;
  }
}
