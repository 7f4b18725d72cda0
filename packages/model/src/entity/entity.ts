/** An entity: one kind of item, the table that holds it, and how its keys are made. */
import { compileFields } from '../codec/compile.ts';
import type { MapCodec } from '../codec/map.ts';
import { invalidDefinition } from '../errors.ts';
import type { Shape } from '../schema/attribute.ts';
import { fieldsOf } from '../schema/attributes.ts';
import type { InputOf, OptionalNames, ShapeInput, ShapeOutput, Simplify } from '../schema/infer.ts';
import type { TemplateNames } from '../table/key-template.ts';
import type { IndexDefinition, TableDefinition } from '../table/table.ts';
import type { Hooks } from './hooks.ts';
import { KeyMaker } from './keys.ts';

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- no names at all
type None = Record<never, never>;

/** Templates by the name of the key attribute that they make. */
export type KeyTemplates = { readonly [attribute: string]: string };
/** The types of computed properties by name. */
export type Virtuals = { readonly [name: string]: unknown };

export interface EntityDefinition<
  N extends string,
  T extends TableDefinition,
  S extends Shape,
  K extends KeyTemplates,
  V extends Virtuals,
> {
  /** Names the entity within its table. */
  readonly name: N;
  readonly table: T;
  readonly attributes: S;
  /** How key attributes are made that are not attributes of the entity themselves. */
  readonly keys?: K & {
    readonly [P in keyof K]: TemplateNames<K[P]> extends keyof S ? K[P] : never;
  };
  /** Properties computed from the item when they are read; never stored. */
  readonly virtuals?: { readonly [P in keyof V]: (item: ShapeOutput<S>) => V[P] };
  /** The number attribute that counts the item's writes: a stale write fails. */
  readonly version?: keyof S & string;
  /** Attributes of which no two items may have the same value. */
  readonly unique?: readonly (keyof S & string)[];
  readonly hooks?: Hooks<S>;
  /** Each adds hooks; they run in this order, before the entity's own. */
  readonly plugins?: readonly Plugin[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- a plugin serves entities of any schema
export type Plugin = (entity: { readonly name: string; readonly attributes: Shape }) => Hooks<any>;

export interface Entity<
  N extends string,
  T extends TableDefinition,
  S extends Shape,
  K extends KeyTemplates,
  V extends Virtuals,
> {
  /** Never there at run time: it only carries the types. */
  readonly types: { readonly keys: K; readonly virtuals: V };
  readonly name: N;
  readonly table: T;
  readonly attributes: S;
  readonly codec: MapCodec;
  readonly keys: KeyMaker;
  readonly version: string | undefined;
  readonly unique: readonly string[];
  readonly hooks: readonly Hooks<S>[];
  /** What read items inherit: the virtual properties. */
  readonly prototype: object;
  readonly optional: ReadonlySet<string>;
  readonly defaults: ReadonlyMap<string, unknown>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the types are invariant: only any fits all
export type AnyEntity = Entity<string, TableDefinition, any, any, any>;

/** The item as read. */
export type ItemOf<E extends AnyEntity> = [keyof E['types']['virtuals']] extends [never]
  ? ShapeOutput<E['attributes']>
  : Simplify<ShapeOutput<E['attributes']> & Readonly<E['types']['virtuals']>>;
/** The item as stored: without virtual properties. */
export type StoredOf<E extends AnyEntity> = ShapeOutput<E['attributes']>;
/** The item as written. */
export type NewItemOf<E extends AnyEntity> = ShapeInput<E['attributes']>;

/** The attributes that make up a key attribute: its template's, or itself. */
type NamesBehind<E extends AnyEntity, A> = A extends keyof E['types']['keys'] & string
  ? TemplateNames<E['types']['keys'][A]>
  : A & string;
type Keys = { readonly partitionKey: string; readonly sortKey?: string };

/** The attributes that identify an item. */
export type KeyNames<E extends AnyEntity> = NamesBehind<
  E,
  E['table']['partitionKey'] | (E['table'] extends Required<Keys> ? E['table']['sortKey'] : never)
>;
export type KeyOf<E extends AnyEntity> = Simplify<
  Readonly<Pick<StoredOf<E>, KeyNames<E> & keyof StoredOf<E>>>
>;

export type IndexNames<E extends AnyEntity> = keyof Indexes<E['table']> & string;
type Indexes<T extends TableDefinition> = T extends {
  readonly indexes: infer I extends { readonly [name: string]: IndexDefinition };
}
  ? I
  : None;

/** The attributes behind the partition key of the table (`undefined`) or of an index. */
export type PartitionNames<E extends AnyEntity, I> = NamesBehind<
  E,
  I extends IndexNames<E>
    ? Indexes<E['table']>[I] extends { readonly partitionKey: infer P extends string }
      ? P
      : E['table']['partitionKey']
    : E['table']['partitionKey']
>;

/** What an update may set, and what it may remove. */
export type ChangesOf<E extends AnyEntity> = Changes<E['attributes'], KeyNames<E>>;
type Changes<S extends Shape, Key> = {
  readonly [K in keyof Pick<S, Exclude<keyof S, Key>>]?:
    | InputOf<S[K]>
    | (K extends OptionalNames<S> ? undefined : never);
};

export function entity<
  const N extends string,
  const T extends TableDefinition,
  S extends Shape,
  const K extends KeyTemplates = None,
  V extends Virtuals = None,
>(definition: EntityDefinition<N, T, S, K, V>): Entity<N, T, S, K, V> {
  const { name, table, attributes, version, unique = [], plugins = [] } = definition;
  const fields = fieldsOf(attributes);
  const codec = compileFields(fields);
  const optional = new Set([...fields].filter(([, node]) => node.optional).map(([key]) => key));
  const defaults = new Map<string, unknown>();
  for (const [key, node] of fields) {
    if (node.default !== undefined) defaults.set(key, node.default);
  }
  if (version !== undefined && codec.child(version)?.storage !== 'N') {
    throw invalidDefinition(`${name}: the version ${version} must be a number attribute`);
  }
  if (unique.length > 0 && table.entityAttribute === undefined) {
    throw invalidDefinition(`${name}: unique attributes need a table with an entityAttribute`);
  }
  const hooks = plugins.map((plugin) => plugin({ name, attributes }));
  return Object.freeze({
    types: undefined as never,
    name,
    table,
    attributes,
    codec,
    optional,
    defaults,
    version,
    unique,
    keys: new KeyMaker(name, table, codec, optional, definition.keys ?? {}),
    hooks: definition.hooks ? [...hooks, definition.hooks] : hooks,
    prototype: prototypeOf(definition.virtuals ?? {}, fields),
  });
}

function prototypeOf(
  virtuals: { readonly [name: string]: (item: never) => unknown },
  fields: ReadonlyMap<string, unknown>,
): object {
  const entries = Object.entries(virtuals);
  if (entries.length === 0) return Object.prototype;
  const prototype = {};
  for (const [name, compute] of entries) {
    if (fields.has(name)) throw invalidDefinition(`${name} is an attribute and a virtual`);
    Object.defineProperty(prototype, name, {
      enumerable: false,
      get(this: object) {
        return compute(this as never);
      },
    });
  }
  return prototype;
}
