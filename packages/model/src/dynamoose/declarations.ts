/** What programs import from below `dynamoose/dist`: classes, constants and types by their names. */
export type { AttributeMap } from '../attribute-value.ts';
export { AnyItem } from './any-item.ts';
export { converter } from './aws/converter.ts';
export { createDdb, type DDBInterface } from './aws/ddb.ts';
export type { AWS, PrimaryTableInterface } from './instance.ts';
export { Instance } from './instance.ts';
export {
  Condition,
  type ConditionFunction,
  type ConditionInitializer,
} from './expression/condition.ts';
export * as errors from './errors.ts';
export { Item, type ItemSettings } from './item/item.ts';
export type { ModelTableOptions } from './model/core.ts';
export { Model } from './model/model.ts';
export type {
  ConditionTransactionInput,
  CreateTransactionInput,
  DeleteTransactionInput,
  GetTransactionInput,
  UpdateTransactionInput,
} from './model/transaction-methods.ts';
export type {
  CallbackType,
  DeepPartial,
  FunctionType,
  InputKey,
  ItemArray,
  ItemSaveSettings,
  KeyObject,
  ModelType,
  ObjectType,
  PopulateSettings,
  SchemaDefinition,
  TimestampObject,
  ValueType,
} from './public-types.ts';
export { Query, type QueryResponse, Scan, type ScanResponse } from './retrieve/retriever.ts';
export type { IndexItem, ModelIndexes, TableIndex } from './schema/indexes.ts';
export { Schema } from './schema/schema.ts';
export { Serializer, type SerializerOptions } from './serializer.ts';
export {
  TableClass,
  type TableExpiresSettings,
  type TableOptions,
  type TableOptionsOptional,
  type TableStreamOptions,
  TableUpdateOptions,
  type TableWaitForActiveSettings,
} from './table/options.ts';
export { Table } from './table/table.ts';
export { transaction, type TransactionSettings } from './transaction.ts';
export { type } from './type.ts';

export const SortOrder = { ascending: 'ascending', descending: 'descending' } as const;
export type SortOrder = keyof typeof SortOrder;

export const IndexType = { global: 'global', local: 'local' } as const;
export type IndexType = keyof typeof IndexType;

export const TransactionReturnOptions = { request: 'request', items: 'items' } as const;
export type TransactionReturnOptions = keyof typeof TransactionReturnOptions;
