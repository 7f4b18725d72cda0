/** The whole API under the name it is known by: what `require('dynamoose')` gives. */
import { Instance } from './instance.ts';
import { Condition } from './expression/condition.ts';
import { Item, type ItemSettings } from './item/item.ts';
import type { ModelCore, ModelTableOptions } from './model/core.ts';
import { methodStore } from './model/methods.ts';
import { Model } from './model/model.ts';
import { registeredModel, registerModel } from './model/registry.ts';
import type { ModelType, SchemaDefinition } from './public-types.ts';
import { modelReference } from './schema/model-reference.ts';
import { Schema } from './schema/schema.ts';
import { transaction } from './transaction.ts';
import { logger } from './logger.ts';
import { type } from './type.ts';
import { AnyItem } from './any-item.ts';

/** What of a model its item class has too, bound to it. */
const shared = [
  'table',
  'scan',
  'query',
  'get',
  'batchGet',
  'create',
  'batchPut',
  'batchDelete',
  'update',
  'delete',
  'serializeMany',
] as const;

function itemClass(model: Model, core: ModelCore): typeof Item {
  class ModelItem extends Item {
    constructor(object?: object, settings?: ItemSettings) {
      super(core, object, settings);
    }
  }
  Object.defineProperty(ModelItem, 'name', { value: model.name });
  const members: { [name: string]: unknown } = {
    Model: model,
    Item: ModelItem,
    serializer: model.serializer,
    transaction: model.transaction,
  };
  for (const name of shared) members[name] = (model[name] as () => unknown).bind(model);
  Object.assign(ModelItem, members);
  const methods = { ...methodStore(ModelItem), item: methodStore(ModelItem.prototype) };
  Object.assign(ModelItem, { methods });
  Object.assign(model, { Item: ModelItem, methods });
  core.itemClass = ModelItem;
  return ModelItem;
}

function model<T extends Item = AnyItem>(
  name: string,
  schema?: Schema | SchemaDefinition | (Schema | SchemaDefinition)[],
  options: ModelTableOptions = {},
): ModelType<T> {
  const known = registeredModel(name);
  const given = Array.isArray(schema) ? schema.length > 0 : Boolean(schema);
  if (!given && known) return known.Item as unknown as ModelType<T>;
  const made = new Model<T>(name, schema, options);
  registerModel(made);
  return itemClass(made, made[modelReference]) as unknown as ModelType<T>;
}

export const dynamoose = {
  model,
  Table: Instance.default.Table,
  Instance,
  Schema,
  Condition,
  transaction,
  aws: Instance.default.aws,
  logger,
  type,
};
