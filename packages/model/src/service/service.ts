/** A service: several entities in one table, whose items one query can read together. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { convert } from '../codec/codec.ts';
import { stringCodec } from '../codec/scalars.ts';
import type { AnyEntity, IndexNames, ItemOf, PartitionNames, StoredOf } from '../entity/entity.ts';
import { runHooks } from '../entity/hooks.ts';
import { invalidDefinition, invalidRequest } from '../errors.ts';
import { conditionText, expressed } from '../expression/compile.ts';
import { conditions, isStored } from '../expression/condition.ts';
import { rawPath } from '../expression/path.ts';
import { readItem } from '../model/decode.ts';
import type { AnyModel, Model } from '../model/model.ts';
import { readCursor, writeCursor } from '../query/cursor.ts';
import { askedOf } from '../query/where.ts';
import { startKeyNames } from '../table/table.ts';
import type { KeySchema } from '../table/table.ts';

type Models = { readonly [name: string]: AnyModel };
type EntityOf<M> = M extends Model<infer E> ? E : never;
type PartitionOf<E extends AnyEntity> = E extends unknown
  ? { [I in IndexNames<E> | '']: Pick<StoredOf<E>, PartitionNames<E, I> & keyof StoredOf<E>> }[
      | IndexNames<E>
      | '']
  : never;

/** The items of a collection by the names that the service gives its models. */
export type Collection<M extends Models> = { -readonly [K in keyof M]: ItemOf<EntityOf<M[K]>>[] };

export interface CollectionPage<M extends Models> {
  readonly items: Collection<M>;
  readonly cursor: string | undefined;
}

export interface CollectionOptions {
  /** The index whose partition is read, instead of the first that the values fit. */
  readonly using?: string;
  /** How many items one page may read. */
  readonly pageSize?: number;
  readonly reverse?: boolean;
  readonly consistent?: boolean;
  readonly after?: string | undefined;
}

/** A partition that holds items of these entities. */
interface Shared {
  readonly keys: KeySchema;
  readonly value: AttributeValue;
  readonly names: string[];
}

export class Service<M extends Models> {
  readonly models: M;

  constructor(models: M) {
    this.models = models;
    const tables = new Set(Object.values(models).map(({ context }) => context.tableName));
    if (tables.size !== 1) throw invalidDefinition('the models of a service share one table');
    for (const { entity } of Object.values(models)) {
      if (entity.table.entityAttribute === undefined) {
        throw invalidDefinition('the table of a service needs an entityAttribute');
      }
    }
  }

  /** One page of the items of all entities whose partition key has these values. */
  async page(
    where: PartitionOf<EntityOf<M[keyof M]>>,
    options: CollectionOptions = {},
  ): Promise<CollectionPage<M>> {
    const { keys, value, names } = await this.#shared(where, options.using);
    const [first] = Object.values(this.models) as [AnyModel];
    const { entity, executor, tableName } = first.context;
    for (const { entity: read } of Object.values(this.models)) {
      if (names.includes(read.name)) await runHooks(read, 'beforeRead', [where]);
    }
    const tag = entity.table.entityAttribute as string;
    const expressions = await expressed((scope) => ({
      KeyConditionExpression: conditionText(isStored(keys.partitionKey, value), scope),
      FilterExpression: conditionText(conditions.isIn(rawPath(tag, stringCodec), names), scope),
    }));
    const purpose = [tableName, keys.index ?? '', JSON.stringify(value), names.join()].join('|');
    const keyNames = startKeyNames(entity.table, keys);
    const output = await executor.execute('Query', {
      TableName: tableName,
      ...(keys.index !== undefined && { IndexName: keys.index }),
      ...expressions,
      ...(options.pageSize !== undefined && { Limit: options.pageSize }),
      ...(options.reverse && { ScanIndexForward: false }),
      ...(options.consistent && { ConsistentRead: true }),
      ...(options.after !== undefined && {
        ExclusiveStartKey: readCursor(options.after, purpose, keyNames),
      }),
    });
    const last = output.LastEvaluatedKey;
    return {
      items: await this.#grouped(output.Items ?? [], tag),
      cursor: last && writeCursor(last, purpose, keyNames),
    };
  }

  /** Every page together. */
  async collection(
    where: PartitionOf<EntityOf<M[keyof M]>>,
    options: Omit<CollectionOptions, 'after'> = {},
  ): Promise<Collection<M>> {
    const all = this.#empty();
    let after: string | undefined;
    do {
      const page = await this.page(where, { ...options, after });
      for (const name of Object.keys(all)) {
        for (const item of page.items[name] as unknown[]) (all[name] as unknown[]).push(item);
      }
      after = page.cursor;
    } while (after !== undefined);
    return all;
  }

  #empty(): Collection<M> {
    const names = Object.keys(this.models);
    return Object.fromEntries(names.map((name) => [name, []])) as unknown as Collection<M>;
  }

  async #grouped(items: readonly AttributeMap[], tag: string): Promise<Collection<M>> {
    const groups = this.#empty();
    const byEntity = new Map(
      Object.entries(this.models).map(([name, { entity }]) => [entity.name, { name, entity }]),
    );
    for (const item of items) {
      const found = byEntity.get((item[tag] as { S?: string } | undefined)?.S ?? '');
      if (found) (groups[found.name] as unknown[]).push(await readItem(found.entity, item));
    }
    return groups;
  }

  /** The first keys whose partition is the same for two or more entities, or else for one. */
  async #shared(
    where: { readonly [name: string]: unknown },
    using: string | undefined,
  ): Promise<Shared> {
    const found = new Map<string, Shared>();
    for (const { entity } of Object.values(this.models)) {
      const known = Object.entries(where).filter(([name]) => entity.codec.child(name));
      const values = Object.fromEntries(known);
      const { equal } = await convert((pending) => askedOf(entity, values, pending));
      for (const keys of entity.keys.schemas) {
        if (using !== undefined && keys.index !== using) continue;
        const value = entity.keys.value(keys.partitionKey, equal);
        const sources = entity.keys.sources(keys.partitionKey);
        const exact = Object.keys(where).every((name) => sources.includes(name));
        if (!value || !exact) continue;
        const text = JSON.stringify([keys.index, value]);
        const group: Shared = found.get(text) ?? { keys, value, names: [] };
        group.names.push(entity.name);
        found.set(text, group);
      }
    }
    const [best] = [...found.values()].sort((a, b) => b.names.length - a.names.length);
    if (!best) {
      throw invalidRequest(`no partition is made of just ${Object.keys(where).join(', ')}`);
    }
    return best;
  }
}

export function service<M extends Models>(models: M): Service<M> {
  return new Service(models);
}
