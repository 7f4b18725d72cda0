/** An item of a model, new or read: its attributes are its properties. */
import { setOwn } from '../../attribute-value.ts';
import { answer, type CallbackType, splitCallback } from '../callback.ts';
import { deepCopy, type Plain } from '../deep-copy.ts';
import type { ItemSaveSettings, ObjectType, PopulateSettings, Request } from '../public-types.ts';
import type { SerializerOptions } from '../serializer.ts';
import { fromAttributes, isDynamoObject, toAttribute, toAttributes } from './attributes.ts';
import { applyDefaults } from './defaults.ts';
import { fromStored } from './conform.ts';
import type { ItemModel } from './item-model.ts';

interface Internals {
  readonly model: ItemModel;
  /** The item as DynamoDB had it; null for one that was not read. */
  readonly original: Plain | null;
  /** Whether DynamoDB has the item, as far as is known. */
  stored: boolean;
}

export interface ItemSettings {
  type?: 'fromDynamo' | 'toDynamo';
}

export class Item {
  #internals: Internals;

  constructor(model: ItemModel, object: object = {}, settings: ItemSettings = {}) {
    const inDynamoForm = isDynamoObject(object) === true;
    const plain = inDynamoForm ? fromAttributes(object) : deepCopy({ ...object });
    const read = settings.type === 'fromDynamo';
    this.#internals = { model, original: read ? plain : null, stored: read };
    assign(this, read ? deepCopy(plain) : plain);
  }

  static objectToDynamo(object: unknown, settings?: { type: 'value' | 'object' }): unknown {
    if (object === undefined) return undefined;
    return settings?.type === 'value'
      ? toAttribute(object, 'value')
      : toAttributes(object as Plain);
  }

  static fromDynamo(attributes: object): ObjectType {
    return fromAttributes(attributes);
  }

  static isDynamoObject(object: object, recursive?: boolean): boolean | null {
    return isDynamoObject(object, recursive);
  }

  static modelOf(item: Item): ItemModel {
    return item.#internals.model;
  }

  static isStored(item: Item): boolean {
    return item.#internals.stored;
  }

  /**
   * The item that was read as `stored` (plain values), with the schema's types and getters
   * applied (after transactions and updates the types only, as in Dynamoose); undefined when it has expired and
   * expired items are not wanted.
   */
  static async read(
    model: ItemModel,
    stored: Plain,
    applied: 'all' | 'types' = 'all',
  ): Promise<Item | undefined> {
    if (model.isExpired(stored)) return undefined;
    const item = model.createItem();
    item.#internals = { model, original: deepCopy(stored), stored: true };
    const schema = model.schemaFor(stored, 'fromDynamo');
    assign(item, await fromStored(schema, stored, applied));
    for (const get of applied === 'all' ? schema.get : []) {
      keepOnly(item, await get(item as unknown as Plain));
    }
    const named = schema.mapping.fromDynamo(item as unknown as Plain);
    if (named !== (item as unknown as Plain)) replace(item, named);
    return item;
  }

  /** An item as it was stored, with nothing of the schema applied. */
  static raw(model: ItemModel, attributes: object): Item {
    const item = model.createItem();
    item.#internals = { model, original: null, stored: true };
    assign(item, deepCopy(fromAttributes(attributes)));
    return item;
  }

  original(): ObjectType | null {
    const { original } = this.#internals;
    return original && deepCopy(original);
  }

  toJSON(): ObjectType {
    return JSON.parse(JSON.stringify(Object.assign({}, this))) as ObjectType;
  }

  async withDefaults(): Promise<ObjectType> {
    const { model } = this.#internals;
    const item = this.toJSON();
    const schema = model.schemaFor(item, 'toDynamo');
    await applyDefaults(schema, item, new Map(), { convert: false });
    return item;
  }

  serialize(nameOrOptions?: SerializerOptions | string[] | string): ObjectType {
    return this.#internals.model.serializer.serialize(this, nameOrOptions);
  }

  save(): Promise<this>;
  save(callback: CallbackType<this>): void;
  save(settings: ItemSaveSettings & { return: 'request' }): Promise<Request<'PutItemInput'>>;
  save(
    settings: ItemSaveSettings & { return: 'request' },
    callback: CallbackType<Request<'PutItemInput'>>,
  ): void;
  save(settings: ItemSaveSettings): Promise<this>;
  save(settings: ItemSaveSettings, callback: CallbackType<this>): void;
  save(settings?: ItemSaveSettings | CallbackType<never>, callback?: CallbackType<never>): unknown {
    const [options, then] = splitCallback<ItemSaveSettings, never>(settings, callback);
    return answer(this.#save(options) as Promise<never>, then);
  }

  async #save(settings: ItemSaveSettings): Promise<unknown> {
    const { model, original, stored } = this.#internals;
    const attributes = await model.itemAttributes(this as unknown as Plain, { original, stored });
    const request = await model.putRequest(attributes, settings);
    if (settings.return === 'request') return request;
    await model.send('putItem', request);
    this.#internals.stored = true;
    return Item.raw(model, attributes);
  }

  delete(): Promise<void>;
  delete(callback: CallbackType<void>): void;
  delete(callback?: CallbackType<void>): Promise<void> | void {
    const { model } = this.#internals;
    const values = this as unknown as Plain;
    const key: Plain = {};
    for (const name of model.keyNames) setOwn(key, name, values[model.shownName(name, values)]);
    return answer(model.delete(key, {}) as Promise<void>, callback, 'no result');
  }

  populate(): Promise<this>;
  populate(callback: CallbackType<this>): void;
  populate(settings: PopulateSettings): Promise<this>;
  populate(settings: PopulateSettings, callback: CallbackType<this>): void;
  populate(
    settings?: PopulateSettings | CallbackType<this>,
    callback?: CallbackType<this>,
  ): Promise<this> | void {
    const [options, then] = splitCallback<PopulateSettings, this>(settings, callback);
    return answer(this.#internals.model.populate(this, options), then);
  }
}

function assign(item: Item, values: Plain): void {
  for (const name of Object.keys(values)) setOwn(item as unknown as Plain, name, values[name]);
}

function replace(item: Item, values: Plain): void {
  for (const name of Object.keys(item)) delete (item as unknown as Plain)[name];
  assign(item, values);
}

/** A schema's `get` may change and remove attributes; what it adds is not part of the item. */
function keepOnly(item: Item, changed: unknown): void {
  const values = (typeof changed === 'object' && changed !== null ? changed : {}) as Plain;
  const target = item as unknown as Plain;
  for (const name of Object.keys(item)) {
    if (Object.hasOwn(values, name)) target[name] = values[name];
    else delete target[name];
  }
}
