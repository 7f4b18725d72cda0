/* oxlint-disable typescript/no-explicit-any, typescript/no-redundant-type-constituents -- Dynamoose's declarations say `any` in these places;
   anything stricter would stop code that compiles against them today from compiling. */
/** The types that people name in their own code: those of Dynamoose's declarations. */
import type * as DynamoDB from '@aws-sdk/client-dynamodb';
import type { Condition } from './expression/condition.ts';
import type { Item } from './item/item.ts';
import type { Model } from './model/model.ts';
import type { IndexDefinition } from './schema/indexes.ts';
import type { Schema } from './schema/schema.ts';

export type { CallbackType } from './callback.ts';

export type ObjectType = { [key: string]: any };
export type FunctionType = (...args: any[]) => any;
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- so is Dynamoose's for `any`
export type DeepPartial<T> = { [P in keyof T]?: DeepPartial<T[P]> };
export type KeyObject = { [attribute: string]: string | number };
export type InputKey = string | number | KeyObject;

/** A request of the AWS SDK, by the name of its type. */
export type Request<Name extends keyof Requests> = Requests[Name];

interface Requests {
  GetItemInput: DynamoDB.GetItemInput;
  PutItemInput: DynamoDB.PutItemInput;
  DeleteItemInput: DynamoDB.DeleteItemInput;
  UpdateItemInput: DynamoDB.UpdateItemInput;
  BatchGetItemInput: DynamoDB.BatchGetItemInput;
  BatchWriteItemInput: DynamoDB.BatchWriteItemInput;
  CreateTableInput: DynamoDB.CreateTableInput;
}

interface ModelItemConstructor<T extends Item> {
  new (object: { [key: string]: any }): T;
  Model: Model<T>;
}

/** What `dynamoose.model` gives: makes items with `new`, and has the methods of the model. */
export type ModelType<T extends Item> = T & Model<T> & ModelItemConstructor<T>;

export interface ItemArray<T> extends Array<T> {
  populate: () => Promise<ItemArray<T>>;
  toJSON: () => ObjectType[];
}

export interface ItemSaveSettings {
  overwrite?: boolean;
  return?: 'request' | 'item';
  condition?: Condition;
}

export interface PopulateSettings {
  /** Paths, with `*` for one level and `**` for any; `true` is `**`. */
  properties?: string[] | string | boolean;
}

export type ValueType =
  | string
  | boolean
  | number
  | Buffer
  | Date
  | { [key: string]: ValueType }
  | ValueType[];

type AttributeType =
  | string
  | StringConstructor
  | BooleanConstructor
  | NumberConstructor
  | typeof Buffer
  | DateConstructor
  | ObjectConstructor
  | ArrayConstructor
  | SetConstructor
  | symbol
  | Schema
  | ModelType<Item>;

interface AttributeTypeSettings {
  storage?: 'milliseconds' | 'seconds' | 'iso';
  model?: ModelType<Item>;
  attributes?: string[];
  separator?: string;
  value?: string | boolean | number;
}

interface LongType {
  value: AttributeType | AttributeType[];
  settings?: { [setting: string]: any } | AttributeTypeSettings;
}

export interface AttributeDefinition {
  type: AttributeType | AttributeType[] | LongType;
  schema?:
    | AttributeType
    | AttributeType[]
    | AttributeDefinition
    | AttributeDefinition[]
    | SchemaDefinition
    | SchemaDefinition[];
  default?: ValueType | (() => ValueType | Promise<ValueType>);
  forceDefault?: boolean;
  validate?: ValueType | RegExp | ((value: any) => boolean | Promise<boolean>);
  required?: boolean;
  enum?: ValueType[];
  get?: (value: any, original?: any) => any;
  set?: (value: any, oldValue?: any) => any;
  index?: boolean | IndexDefinition | IndexDefinition[];
  hashKey?: boolean;
  rangeKey?: boolean;
  map?: string | string[];
  alias?: string | string[];
  aliases?: string | string[];
  defaultMap?: string;
  defaultAlias?: string;
}

export interface SchemaDefinition {
  [attribute: string]:
    | AttributeType
    | AttributeType[]
    | LongType
    | AttributeDefinition
    | AttributeDefinition[];
}

export interface TimestampObject {
  createdAt?: string | string[] | SchemaDefinition | null;
  updatedAt?: string | string[] | SchemaDefinition | null;
}

export interface SchemaOptions {
  timestamps?: boolean | TimestampObject;
  saveUnknown?: boolean | string[];
  set?: (value: ObjectType) => ObjectType | Promise<ObjectType>;
  get?: (value: ObjectType) => ObjectType | Promise<ObjectType>;
  validate?: (value: ObjectType) => boolean | Promise<boolean>;
}

type UpdatePartial<T> =
  | Partial<T>
  | { $SET: Partial<T> }
  | { $ADD: Partial<T> }
  | { $REMOVE: { [K in keyof T]?: null } | string[] }
  | { $DELETE: Partial<T> };

export type UpdateObject<T> = UpdatePartial<T>;

export interface ModelGetSettings {
  return?: 'item' | 'request';
  attributes?: string[];
  consistent?: boolean;
}

export interface ModelBatchGetSettings {
  return?: 'items' | 'request';
  attributes?: string[];
  consistent?: boolean;
}

export interface ModelBatchWriteSettings {
  return?: 'response' | 'request';
}

export interface ModelUpdateSettings {
  return?: 'item' | 'request' | 'document';
  condition?: Condition;
  returnValues?: DynamoDB.ReturnValue;
}

export interface ModelDeleteSettings {
  return?: null | 'request';
  condition?: Condition;
}

export interface BatchWriteResponse {
  unprocessedItems: ObjectType[];
}

export interface ModelBatchGetItemsResponse<T> extends ItemArray<T> {
  unprocessedKeys: ObjectType[];
}
