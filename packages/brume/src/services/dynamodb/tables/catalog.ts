/**
 * The tables of all accounts and regions: kept in the store, remembered in memory. Whatever changes a
 * table goes through here; whatever writes items compares the catalog's bytes inside its decision.
 */
import type { Key, OrderedStore, Value, Write } from '../../../storage/ordered-store.ts';
import { prefixRange } from '../../../storage/key-encoding.ts';
import type { RequestContext } from '../../service.ts';
import { resourceNotFound } from '../errors.ts';
import { TABLES_CACHED_MAX } from '../limits.ts';
import { catalogKey, compileTable, type Table, type TableDefinition } from './table.ts';
import { tableNameOf } from './table-name.ts';
import type { Layer } from '../validation.ts';

/** What a change of the catalog writes: nothing changed where `next` is the table it was given. */
export interface CatalogChange<Result> {
  readonly next: TableDefinition | undefined;
  readonly writes?: readonly Write[];
  readonly result: Result;
}

/** The same for several tables: what each of them becomes. */
export interface CatalogChanges<Result> extends Omit<CatalogChange<Result>, 'next'> {
  readonly next: readonly (TableDefinition | undefined)[];
}

/** Where a table is: its account and region. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export class Catalog {
  readonly #store: OrderedStore;
  readonly #tables = new Map<string, Table>();
  /** Counts changes, so that a read that one overtook is not remembered. */
  #changes = 0;

  constructor(store: OrderedStore) {
    this.#store = store;
  }

  /**
   * The table of that name or ARN, without a wait where it is remembered. A table that is not filled
   * yet is none for operations on items.
   */
  table(nameOrArn: string, context: RequestContext, layer: Layer): Table | Promise<Table> {
    const name = tableNameOf(nameOrArn, context, layer);
    const table = this.#tables.get(cacheKey(context, name));
    return table === undefined || table.closed ? this.#load(name, context) : table;
  }

  async #load(name: string, context: RequestContext): Promise<Table> {
    const table = await this.find(name, context);
    if (table === undefined || table.closed) throw resourceNotFound();
    return table;
  }

  async find(name: string, scope: Scope): Promise<Table | undefined> {
    const key = catalogKey(scope.accountId, scope.region, name);
    for (;;) {
      const cached = this.#tables.get(cacheKey(scope, name));
      if (cached !== undefined) return cached;
      const changes = this.#changes;
      const value = await this.#store.get(key);
      if (changes !== this.#changes) continue;
      const table = value && decode(value);
      if (table !== undefined) this.#remember(table);
      return table;
    }
  }

  /**
   * Changes, creates or removes the table of that name. `decide` sees the table as it is, and what is
   * at the keys in `also`; like all decisions it is pure.
   */
  change<Result>(
    name: string,
    scope: Scope,
    decide: (
      table: Table | undefined,
      values: readonly (Value | undefined)[],
    ) => CatalogChange<Result>,
    also: readonly Key[] = [],
  ): Promise<Result> {
    return this.changeAll(
      name,
      [scope],
      ([table], values) => {
        const { next, ...rest } = decide(table, values);
        return { ...rest, next: [next] };
      },
      also,
    );
  }

  /** The same for the tables of that name in several places, in one decision. */
  async changeAll<Result>(
    name: string,
    scopes: readonly Scope[],
    decide: (
      tables: readonly (Table | undefined)[],
      values: readonly (Value | undefined)[],
    ) => CatalogChanges<Result>,
    also: readonly Key[] = [],
  ): Promise<Result> {
    const keys = scopes.map(({ accountId, region }) => catalogKey(accountId, region, name));
    const changed = await this.#store.transact([...keys, ...also], (values) => {
      const before = keys.map((_, at) => values[at] && decode(values[at]));
      const { next, writes = [], result } = decide(before, values.slice(keys.length));
      const after = next.map((definition, at) =>
        definition === before[at]?.definition ? before[at] : definition && compileTable(definition),
      );
      const catalog = keys.flatMap((key, at): Write[] => {
        const table = after[at];
        if (table === before[at]) return [];
        return [table ? { type: 'put', key, value: table.bytes } : { type: 'delete', key }];
      });
      return { writes: [...catalog, ...writes], result: { after, result } };
    });
    this.#changes++;
    for (const [at, scope] of scopes.entries()) {
      const table = changed.after[at];
      if (table === undefined) this.#tables.delete(cacheKey(scope, name));
      else this.#remember(table);
    }
    return changed.result;
  }

  /** Tables of the caller's account and region in order of their names, after `startName`. */
  async list(context: RequestContext, startName: string | undefined, limit: number) {
    const { accountId, region } = context;
    const { start, end } = prefixRange(['dynamodb', accountId, region, 'table']);
    const from =
      startName === undefined
        ? start
        : Buffer.concat([catalogKey(accountId, region, startName), Buffer.of(0)]);
    const entries = await this.#store.range({ start: from, end, limit });
    return entries.map(({ value }) => decode(value));
  }

  /** Drops what is remembered of a table that turned out to have changed in the store. */
  forget(table: Table): void {
    this.#tables.delete(cacheKey(table.definition, table.name));
  }

  #remember(table: Table): void {
    const key = cacheKey(table.definition, table.name);
    this.#tables.delete(key);
    this.#tables.set(key, table);
    if (this.#tables.size <= TABLES_CACHED_MAX) return;
    for (const oldest of this.#tables.keys()) {
      this.#tables.delete(oldest);
      break;
    }
  }
}

function decode(value: Value): Table {
  return compileTable(JSON.parse(Buffer.from(value).toString('utf8')) as TableDefinition);
}

function cacheKey(scope: Scope, name: string): string {
  return `${scope.accountId}/${scope.region}/${name}`;
}
