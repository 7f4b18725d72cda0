/** `dynamoose.model`: the operations on the items of one kind, by promise or by callback. */
import type { AttributeMap } from '../../attribute-value.ts';
import { answer, type CallbackType, splitCallback } from '../callback.ts';
import type { Plain } from '../deep-copy.ts';
import type { ConditionInitializer } from '../expression/condition.ts';
import { fromAttributes } from '../item/attributes.ts';
import { itemList } from '../item/item-list.ts';
import { Item } from '../item/item.ts';
import type {
  BatchWriteResponse,
  InputKey,
  ItemSaveSettings,
  ModelBatchGetItemsResponse,
  ModelBatchGetSettings,
  ModelBatchWriteSettings,
  ModelDeleteSettings,
  ModelGetSettings,
  ModelUpdateSettings,
  ObjectType,
  Request,
  UpdateObject,
} from '../public-types.ts';
import { Query, Scan } from '../retrieve/retriever.ts';
import { modelReference } from '../schema/model-reference.ts';
import type { Serializer, SerializerOptions } from '../serializer.ts';
import type { Table } from '../table/table.ts';
import {
  batchGetRequest,
  type BatchGetResponse,
  batchWriteRequest,
  type BatchWriteResponse as WireBatchWriteResponse,
  inKeyOrder,
  unprocessedItems,
  type WriteRequest,
} from './batch.ts';
import { ModelCore, type ModelTableOptions } from './core.ts';
import { splitKey } from './keys.ts';
import type { MethodStore } from './methods.ts';
import { modelTransaction, type ModelTransaction } from './transaction-methods.ts';
import { updateExpression } from './update.ts';

/** An operation's settings, or in their place its callback. */
type Settings<S, R> = S | CallbackType<R>;
type AsRequest = { return: 'request' };

// oxlint-disable-next-line typescript/no-explicit-any -- any item will do where none is named
export class Model<T extends Item = any> {
  readonly #core: ModelCore;
  readonly transaction: ModelTransaction;
  readonly serializer: Serializer;
  declare Item: typeof Item;
  declare methods: MethodStore & { item: MethodStore };

  constructor(name: string, schema: unknown, options: ModelTableOptions = {}) {
    this.#core = new ModelCore(name, schema, options);
    this.serializer = this.#core.serializer;
    this.transaction = modelTransaction(this, this.#core);
  }

  get [modelReference](): ModelCore {
    return this.#core;
  }

  get name(): string {
    return this.#core.name;
  }

  table(): Table {
    return this.#core.table();
  }

  scan(filter?: ConditionInitializer): Scan<T> {
    return new Scan<T>(this.#core, filter);
  }

  query(filter?: ConditionInitializer): Query<T> {
    return new Query<T>(this.#core, filter);
  }

  get(key: InputKey): Promise<T>;
  get(key: InputKey, callback: CallbackType<T>): void;
  get(key: InputKey, settings: ModelGetSettings & AsRequest): Promise<Request<'GetItemInput'>>;
  get(
    key: InputKey,
    settings: ModelGetSettings & AsRequest,
    callback: CallbackType<Request<'GetItemInput'>>,
  ): void;
  get(key: InputKey, settings: ModelGetSettings): Promise<T>;
  get(key: InputKey, settings: ModelGetSettings, callback: CallbackType<T>): void;
  get(
    key: InputKey,
    settings?: Settings<ModelGetSettings, never>,
    callback?: CallbackType<never>,
  ): unknown {
    const [options, then] = splitCallback<ModelGetSettings, never>(settings, callback);
    return answer(this.#get(key, options) as Promise<never>, then);
  }

  async #get(key: InputKey, settings: ModelGetSettings): Promise<unknown> {
    const core = this.#core;
    const { consistent, attributes } = settings;
    const names = attributes?.map((attribute, index) => [`#a${index}`, attribute] as const);
    const request = {
      Key: await core.key(key),
      TableName: core.tableName,
      ...(consistent !== undefined && consistent !== null && { ConsistentRead: consistent }),
      ...(names && {
        ProjectionExpression: names.map(([placeholder]) => placeholder).join(', '),
        ExpressionAttributeNames: Object.fromEntries(names),
      }),
    };
    if (settings.return === 'request') return request;
    const response = await core.send<{ Item?: AttributeMap }>('getItem', request);
    return response.Item && core.readOne(response.Item);
  }

  batchGet(keys: InputKey[]): Promise<ModelBatchGetItemsResponse<T>>;
  batchGet(keys: InputKey[], callback: CallbackType<ModelBatchGetItemsResponse<T>>): void;
  batchGet(
    keys: InputKey[],
    settings: ModelBatchGetSettings & AsRequest,
  ): Promise<Request<'BatchGetItemInput'>>;
  batchGet(
    keys: InputKey[],
    settings: ModelBatchGetSettings & AsRequest,
    callback: CallbackType<Request<'BatchGetItemInput'>>,
  ): void;
  batchGet(
    keys: InputKey[],
    settings: ModelBatchGetSettings,
  ): Promise<ModelBatchGetItemsResponse<T>>;
  batchGet(
    keys: InputKey[],
    settings: ModelBatchGetSettings,
    callback: CallbackType<ModelBatchGetItemsResponse<T>>,
  ): void;
  batchGet(
    keys: InputKey[],
    settings?: Settings<ModelBatchGetSettings, never>,
    callback?: CallbackType<never>,
  ): unknown {
    const [options, then] = splitCallback<ModelBatchGetSettings, never>(settings, callback);
    return answer(this.#batchGet(keys, options) as Promise<never>, then);
  }

  async #batchGet(keys: readonly InputKey[], settings: ModelBatchGetSettings): Promise<unknown> {
    const core = this.#core;
    const wanted = await Promise.all(keys.map((key) => core.key(key)));
    const request = batchGetRequest(core.tableName, wanted, settings);
    if (settings.return === 'request') return request;
    const response = await core.send<BatchGetResponse>('batchGetItem', request);
    const found = response.Responses?.[core.tableName] ?? [];
    const unprocessed = response.UnprocessedKeys?.[core.tableName]?.Keys ?? [];
    const items = await core.readItems(inKeyOrder(wanted, found));
    const list = itemList(items, { unprocessedKeys: unprocessed.map(fromAttributes) });
    await core.populateRead(list);
    return list;
  }

  create(item: Partial<T>): Promise<T>;
  create(item: Partial<T>, callback: CallbackType<T>): void;
  create(
    item: Partial<T>,
    settings: ItemSaveSettings & AsRequest,
  ): Promise<Request<'PutItemInput'>>;
  create(
    item: Partial<T>,
    settings: ItemSaveSettings & AsRequest,
    callback: CallbackType<Request<'PutItemInput'>>,
  ): void;
  create(item: Partial<T>, settings: ItemSaveSettings): Promise<T>;
  create(item: Partial<T>, settings: ItemSaveSettings, callback: CallbackType<T>): void;
  create(
    item: Partial<T>,
    settings?: Settings<ItemSaveSettings, never>,
    callback?: CallbackType<never>,
  ): unknown {
    const [options, then] = splitCallback<ItemSaveSettings, never>(settings, callback);
    return answer(this.#create(item, options) as Promise<never>, then);
  }

  async #create(item: object, settings: ItemSaveSettings): Promise<unknown> {
    const created = new (this.Item as unknown as new (item: object) => Item)(item);
    return created.save({ overwrite: false, ...settings });
  }

  batchPut(items: ObjectType[]): Promise<BatchWriteResponse>;
  batchPut(items: ObjectType[], callback: CallbackType<BatchWriteResponse>): void;
  batchPut(
    items: ObjectType[],
    settings: ModelBatchWriteSettings & AsRequest,
  ): Promise<Request<'BatchWriteItemInput'>>;
  batchPut(
    items: ObjectType[],
    settings: ModelBatchWriteSettings & AsRequest,
    callback: CallbackType<Request<'BatchWriteItemInput'>>,
  ): void;
  batchPut(items: ObjectType[], settings: ModelBatchWriteSettings): Promise<BatchWriteResponse>;
  batchPut(
    items: ObjectType[],
    settings: ModelBatchWriteSettings,
    callback: CallbackType<BatchWriteResponse>,
  ): void;
  batchPut(
    items: ObjectType[],
    settings?: Settings<ModelBatchWriteSettings, never>,
    callback?: CallbackType<never>,
  ): unknown {
    const puts = async (): Promise<WriteRequest[]> =>
      Promise.all(
        items.map(async (item) => ({
          PutRequest: {
            Item: await this.#core.itemAttributes({ ...item }, { original: null, stored: false }),
          },
        })),
      );
    return this.#batchWrite(puts, settings, callback);
  }

  batchDelete(keys: InputKey[]): Promise<BatchWriteResponse>;
  batchDelete(keys: InputKey[], callback: CallbackType<BatchWriteResponse>): void;
  batchDelete(
    keys: InputKey[],
    settings: ModelBatchWriteSettings & AsRequest,
  ): Promise<Request<'BatchWriteItemInput'>>;
  batchDelete(
    keys: InputKey[],
    settings: ModelBatchWriteSettings & AsRequest,
    callback: CallbackType<Request<'BatchWriteItemInput'>>,
  ): void;
  batchDelete(keys: InputKey[], settings: ModelBatchWriteSettings): Promise<BatchWriteResponse>;
  batchDelete(
    keys: InputKey[],
    settings: ModelBatchWriteSettings,
    callback: CallbackType<BatchWriteResponse>,
  ): void;
  batchDelete(
    keys: InputKey[],
    settings?: Settings<ModelBatchWriteSettings, never>,
    callback?: CallbackType<never>,
  ): unknown {
    const deletes = async (): Promise<WriteRequest[]> =>
      Promise.all(keys.map(async (key) => ({ DeleteRequest: { Key: await this.#core.key(key) } })));
    return this.#batchWrite(deletes, settings, callback);
  }

  #batchWrite(
    writes: () => Promise<WriteRequest[]>,
    settings: Settings<ModelBatchWriteSettings, never> | undefined,
    callback: CallbackType<never> | undefined,
  ): unknown {
    const [options, then] = splitCallback<ModelBatchWriteSettings, never>(settings, callback);
    const write = async (): Promise<unknown> => {
      const { tableName, keyNames } = this.#core;
      const wanted = await writes();
      const request = batchWriteRequest(tableName, wanted);
      if (options.return === 'request') return request;
      const response = await this.#core.send<WireBatchWriteResponse>('batchWriteItem', request);
      return { unprocessedItems: unprocessedItems(tableName, wanted, response, keyNames) };
    };
    return answer(write() as Promise<never>, then);
  }

  update(item: UpdateObject<T>): Promise<T>;
  update(item: UpdateObject<T>, callback: CallbackType<T>): void;
  update(key: InputKey | ObjectType, update: UpdateObject<T>): Promise<T>;
  update(key: InputKey | ObjectType, update: UpdateObject<T>, callback: CallbackType<T>): void;
  update(
    key: InputKey | ObjectType,
    update: UpdateObject<T>,
    settings: ModelUpdateSettings & AsRequest,
  ): Promise<Request<'UpdateItemInput'>>;
  update(
    key: InputKey | ObjectType,
    update: UpdateObject<T>,
    settings: ModelUpdateSettings & AsRequest,
    callback: CallbackType<Request<'UpdateItemInput'>>,
  ): void;
  update(
    key: InputKey | ObjectType,
    update: UpdateObject<T>,
    settings: ModelUpdateSettings,
  ): Promise<T>;
  update(
    key: InputKey | ObjectType,
    update: UpdateObject<T>,
    settings: ModelUpdateSettings,
    callback: CallbackType<T>,
  ): void;
  update(
    key: unknown,
    update?: UpdateObject<T> | CallbackType<never>,
    settings?: Settings<ModelUpdateSettings, never>,
    callback?: CallbackType<never>,
  ): unknown {
    if (typeof update === 'function') {
      return answer(this.#update(key, undefined, {}) as Promise<never>, update);
    }
    const [options, then] = splitCallback<ModelUpdateSettings, never>(settings, callback);
    return answer(this.#update(key, update as Plain | undefined, options) as Promise<never>, then);
  }

  async #update(
    key: unknown,
    update: Plain | undefined,
    settings: ModelUpdateSettings,
  ): Promise<unknown> {
    const core = this.#core;
    const together = update === undefined && typeof key === 'object' && key !== null;
    const parts = together ? splitKey(core, key as Plain) : { key, rest: update ?? {} };
    const Key = await core.key(parts.key);
    const condition = await core.condition(settings.condition);
    const names = condition.ExpressionAttributeNames ?? {};
    const written = await updateExpression(core, parts.rest, lastIndex(names) + 1);
    const values = { ...(condition.ExpressionAttributeValues as object), ...written.values };
    const request = {
      Key,
      ReturnValues: settings.returnValues ?? 'ALL_NEW',
      ...condition,
      ExpressionAttributeNames: { ...names, ...written.names },
      ExpressionAttributeValues: values,
      UpdateExpression: written.UpdateExpression,
      TableName: core.tableName,
    };
    if (Object.keys(values).length === 0) delete (request as Plain).ExpressionAttributeValues;
    if (settings.return === 'request') return request;
    const response = await core.send<{ Attributes?: AttributeMap }>('updateItem', request);
    return response.Attributes && core.readOne(response.Attributes, 'types');
  }

  delete(key: InputKey): Promise<void>;
  delete(key: InputKey, callback: CallbackType<void>): void;
  delete(
    key: InputKey,
    settings: ModelDeleteSettings & AsRequest,
  ): Promise<Request<'DeleteItemInput'>>;
  delete(
    key: InputKey,
    settings: ModelDeleteSettings & AsRequest,
    callback: CallbackType<Request<'DeleteItemInput'>>,
  ): void;
  delete(key: InputKey, settings: ModelDeleteSettings): Promise<void>;
  delete(key: InputKey, settings: ModelDeleteSettings, callback: CallbackType<void>): void;
  delete(
    key: InputKey,
    settings?: Settings<ModelDeleteSettings, never>,
    callback?: CallbackType<never>,
  ): unknown {
    const [options, then] = splitCallback<ModelDeleteSettings, never>(settings, callback);
    const result = options.return === 'request' ? 'result' : 'no result';
    return answer(this.#core.delete(key, options) as Promise<never>, then, result);
  }

  serializeMany(
    items: ObjectType[] = [],
    nameOrOptions?: SerializerOptions | string[] | string,
  ): ObjectType[] {
    return items.map((item) => this.serializer.serialize(item, nameOrOptions));
  }
}

/** The highest number that a placeholder of a condition has; -1 without one. */
function lastIndex(names: object): number {
  const indexes = Object.keys(names).map((name) => Number(/^#a(\d+)/.exec(name)?.[1] ?? -1));
  return Math.max(-1, ...indexes);
}
