/** What a model is made of, for the items, tables, conditions and queries that work with it. */
import { type AttributeMap, type AttributeValue } from '../../attribute-value.ts';
import type { Operation } from '../aws/ddb.ts';
import type { Plain } from '../deep-copy.ts';
import { InvalidParameter, MissingSchemaError } from '../errors.ts';
import type { Condition } from '../expression/condition.ts';
import { conditionRequest } from '../expression/write-condition.ts';
import { Instance } from '../instance.ts';
import { fromAttributes, isDynamoObject, toAttribute, toAttributes } from '../item/attributes.ts';
import { bestSchema, stamp, toStored } from '../item/conform.ts';
import { type ItemList, populateItems } from '../item/item-list.ts';
import type { ItemModel } from '../item/item-model.ts';
import { Item } from '../item/item.ts';
import { modifyItem } from '../item/stages.ts';
import { populateItem } from '../populate.ts';
import type { ItemSaveSettings, ModelDeleteSettings, PopulateSettings } from '../public-types.ts';
import type { ReadingModel } from '../retrieve/retriever.ts';
import type { Direction } from '../schema/attribute-types.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import {
  attributeDefinitions,
  indexesOf,
  mergeIndexes,
  type ModelIndexes,
} from '../schema/indexes.ts';
import { modelReference } from '../schema/model-reference.ts';
import { schemaDeclaration } from '../schema/nested-schema.ts';
import { Schema } from '../schema/schema.ts';
import { Serializer } from '../serializer.ts';
import type { TableOptionsOptional } from '../table/options.ts';
import { Table, type TableModel } from '../table/table.ts';
import { keyAttributes } from './keys.ts';

export interface ModelTableOptions extends TableOptionsOptional {
  /** The table's name where it is not the model's. */
  tableName?: string;
}

type ItemClass = new (object?: object) => Item;

export class ModelCore implements ItemModel, ReadingModel, TableModel {
  readonly name: string;
  readonly serializer = new Serializer();
  readonly #sources: readonly [Schema, ...Schema[]];
  readonly #options: ModelTableOptions;
  #compiled: readonly [CompiledSchema, ...CompiledSchema[]] | undefined;
  #table: Table | undefined;
  #itemClass: ItemClass = Item as never;

  constructor(name: string, schemas: unknown, options: ModelTableOptions) {
    this.name = name;
    this.#options = options;
    this.#sources = toSchemas(name, schemas);
  }

  set itemClass(itemClass: ItemClass) {
    this.#itemClass = itemClass;
  }

  get [modelReference](): this {
    return this;
  }

  createItem(): Item {
    return new this.#itemClass({});
  }

  get hashKey(): string {
    return this.#sources[0].hashKey;
  }

  get rangeKey(): string | undefined {
    return this.#sources.find((schema) => schema.rangeKey)?.rangeKey;
  }

  get keyNames(): readonly string[] {
    return this.rangeKey === undefined ? [this.hashKey] : [this.hashKey, this.rangeKey];
  }

  keyType(attribute: string): string | undefined {
    return this.#sources[0].getAttributeType(attribute) as string | undefined;
  }

  get schemas(): readonly [CompiledSchema, ...CompiledSchema[]] {
    const compile = (schema: Schema): CompiledSchema =>
      schema.compileFor(() => this, this.#timeToLive());
    const [first, ...rest] = this.#sources;
    return (this.#compiled ??= [compile(first), ...rest.map(compile)]);
  }

  /** The attribute that the table's `expires` adds to each item. */
  #timeToLive(): Plain {
    const expires = this.#table?.options.expires;
    if (!expires) return {};
    return {
      [expires.attribute]: {
        type: { value: Date, settings: { storage: 'seconds' } },
        default: () => new Date(Date.now() + expires.ttl),
      },
    };
  }

  isExpired(stored: Plain): boolean {
    const expires = this.table().options.expires;
    if (!expires || expires.items?.returnExpired !== false) return false;
    const seconds = stored[expires.attribute];
    return typeof seconds === 'number' && seconds * 1000 < Date.now();
  }

  schemaFor(item: Plain, direction: Direction): CompiledSchema {
    return bestSchema(this.schemas, item, direction);
  }

  shownName(attribute: string, item: Plain): string {
    if (Object.hasOwn(item, attribute)) return attribute;
    const names = Object.keys(item);
    return names.find((name) => this.attributeFor(name) === attribute) ?? attribute;
  }

  attributeFor(name: string): string {
    for (const { mapping } of this.schemas) {
      const attribute = mapping.attributeOf(name);
      if (attribute !== name) return attribute;
    }
    return name;
  }

  /** The model's table; made with the model's own options when nobody has made one. */
  table(): Table {
    return (this.#table ??= new Instance.default.Table(
      this.#options.tableName || this.name,
      [this],
      this.#options,
    ));
  }

  attach(table: Table): void {
    if (this.#table) {
      throw new InvalidParameter(`Model ${this.name} has already been assigned to a table.`);
    }
    this.#table = table;
    this.#compiled = undefined;
  }

  get tableName(): string {
    return this.table().name;
  }

  send<R extends object>(operation: Operation, request: object): Promise<R> {
    return this.table().send<R>(operation, request);
  }

  async indexes(): Promise<ModelIndexes> {
    return this.table().indexes();
  }

  ownIndexes(): ModelIndexes {
    const { throughput } = this.table().options;
    return mergeIndexes(
      this,
      this.#sources.map((schema) =>
        indexesOf(schema[schemaDeclaration].definition, this, throughput),
      ),
    );
  }

  attributeDefinitions(): ReturnType<typeof attributeDefinitions> {
    return this.#sources.flatMap((schema) =>
      attributeDefinitions(schema[schemaDeclaration].definition, this, (name) =>
        schema.getAttributeType(name),
      ),
    );
  }

  key(key: unknown): Promise<AttributeMap> {
    this.table();
    return keyAttributes(this, key);
  }

  async itemAttributes(
    item: Plain,
    { original, stored }: { original: Plain | null; stored: boolean },
  ): Promise<AttributeMap> {
    this.table();
    const schema = this.schemaFor(item, 'toDynamo');
    stamp(schema, item, stored ? ['updatedAt'] : ['createdAt', 'updatedAt']);
    return toAttributes(await toStored(schema, item, { original, extent: 'item' }));
  }

  async putRequest(attributes: AttributeMap, settings: ItemSaveSettings): Promise<object> {
    const request: Plain = {
      Item: attributes,
      TableName: this.tableName,
      ...(await this.condition(settings.condition)),
    };
    if (settings.overwrite !== false) return request;
    const absent = 'attribute_not_exists(#__hash_key)';
    const given = request.ConditionExpression as string | undefined;
    request.ConditionExpression = given ? `(${given}) AND (${absent})` : absent;
    request.ExpressionAttributeNames = {
      ...(request.ExpressionAttributeNames as object | undefined),
      '#__hash_key': this.hashKey,
    };
    return request;
  }

  condition(condition: Condition | undefined | null): Promise<Plain> {
    return conditionRequest(condition, this, 'ConditionExpression');
  }

  /** The attribute's `set` function applies to what it is compared with, and its type as well. */
  async conditionValue(name: string, value: unknown): Promise<AttributeValue | undefined> {
    if (value === undefined) return undefined;
    if (isDynamoObject(value, true)) return value as AttributeValue;
    const schema = this.schemaFor({ [name]: value }, 'toDynamo');
    const [variant] = schema.properties.get(name)?.variants ?? [];
    const encode = variant?.type.encode;
    const encoded = encode && variant.type.matches(value, 'toDynamo') ? encode(value) : value;
    const { set } = variant?.settings ?? {};
    const own = typeof set === 'function' && value !== null ? await set(encoded) : encoded;
    const stored = name === '' ? own : (await modifyItem(schema.set, { [name]: own }))[name];
    return stored === undefined ? undefined : toAttribute(stored, name);
  }

  async delete(key: unknown, settings: ModelDeleteSettings): Promise<unknown> {
    const request = {
      Key: await this.key(key),
      TableName: this.tableName,
      ...(await this.condition(settings.condition)),
    };
    if (settings.return === 'request') return request;
    await this.send('deleteItem', request);
    return undefined;
  }

  /** The item with this key, for references to it. */
  async fetch(key: unknown): Promise<Item | undefined> {
    const request = { Key: await this.key(key), TableName: this.tableName };
    const { Item: found } = await this.send<{ Item?: AttributeMap }>('getItem', request);
    return found && this.readOne(found);
  }

  async readOne(attributes: AttributeMap, applied?: 'all' | 'types'): Promise<Item | undefined> {
    const item = await Item.read(this, fromAttributes(attributes), applied);
    const { populate: properties } = this.table().options;
    return item && properties ? this.populate(item, { properties }) : item;
  }

  async readItems(items: readonly AttributeMap[]): Promise<Item[]> {
    const read: Item[] = [];
    for (const attributes of items) {
      const item = await Item.read(this, fromAttributes(attributes));
      if (item) read.push(item);
    }
    return read;
  }

  async populateRead(items: ItemList): Promise<unknown> {
    const { populate: properties } = this.table().options;
    return properties ? populateItems(items, { properties }) : items;
  }

  populate<T extends Item>(item: T, settings: PopulateSettings): Promise<T> {
    return populateItem(item, settings);
  }

  itemOfTransaction(stored: Plain): Promise<Item | undefined> {
    return Item.read(this, stored, 'types');
  }
}

function toSchemas(name: string, given: unknown): readonly [Schema, ...Schema[]] {
  const all = (Array.isArray(given) ? given : [given]).filter(
    (schema) => schema !== undefined && schema !== null,
  );
  const [first, ...rest] = all.map((schema) =>
    schema instanceof Schema ? schema : new Schema(schema as never),
  );
  if (!first) {
    throw new MissingSchemaError(
      `Schema hasn't been registered for model "${name}".\nUse "dynamoose.model(name, schema)"`,
    );
  }
  const schemas = [first, ...rest] as const;
  if (rest.some(({ hashKey }) => hashKey !== first.hashKey)) {
    throw new InvalidParameter("hashKey's for all schema's must match.");
  }
  const rangeKeys = new Set(schemas.map(({ rangeKey }) => rangeKey).filter(Boolean));
  if (rangeKeys.size > 1) throw new InvalidParameter("rangeKey's for all schema's must match.");
  return schemas;
}
