/** `@brume/model`: the typed core. The package's other doors are named in its package.json. */
export type { AttributeMap, AttributeValue } from './attribute-value.ts';
export { deleteMany, getMany, putMany } from './batch/batch.ts';
export type { BatchOptions, BatchProgress } from './batch/retry.ts';
export type { Client, Commands, Executor } from './client/client.ts';
export { entity } from './entity/entity.ts';
export type {
  AnyEntity,
  ChangesOf,
  Entity,
  ItemOf,
  KeyOf,
  NewItemOf,
  Plugin,
  StoredOf,
} from './entity/entity.ts';
export type { Hooks } from './entity/hooks.ts';
export { ModelError } from './errors.ts';
export type { ModelErrorName } from './errors.ts';
export type { Condition, ConditionFunctions } from './expression/condition.ts';
export type { Path, PathTo } from './expression/path.ts';
export type { Change, UpdateFunctions } from './expression/update.ts';
export { timeOfId, ulid, uuidv7 } from './ids/sortable-id.ts';
export type { ConditionOf, ModelOptions } from './model/context.ts';
export { Model, model } from './model/model.ts';
export type { AnyModel } from './model/model.ts';
export type { Plan, PlannedGet } from './model/plan.ts';
export type { UpdateOf, UpdateOptions } from './model/update.ts';
export { timestamps } from './plugins/timestamps.ts';
export { populate } from './populate/populate.ts';
export type { Populated } from './populate/populate.ts';
export { reference } from './populate/reference.ts';
export type { Explanation } from './query/explain.ts';
export { Read } from './query/read.ts';
export type { Page } from './query/read.ts';
export type { Comparison, WhereOf } from './query/where.ts';
export { Attribute } from './schema/attribute.ts';
export type { AttributeLike, Shape } from './schema/attribute.ts';
export {
  any,
  bigint,
  binary,
  boolean,
  constant,
  date,
  enumeration,
  list,
  map,
  number,
  record,
  set,
  string,
  union,
} from './schema/attributes.ts';
export type { InputOf, OutputOf, ShapeInput, ShapeOutput } from './schema/infer.ts';
export { Service, service } from './service/service.ts';
export type { Collection, CollectionPage } from './service/service.ts';
export { table } from './table/table.ts';
export type { IndexDefinition, TableDefinition } from './table/table.ts';
export { transactGet, transactWrite } from './transaction/transact.ts';
export type { TransactionOptions } from './transaction/transact.ts';
