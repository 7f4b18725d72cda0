/** `Model.transaction`: the parts that `dynamoose.transaction` is made of. */
import type { ConditionCheck, Delete, Get, Put, Update } from '@aws-sdk/client-dynamodb';
import type { Condition } from '../expression/condition.ts';
import type {
  InputKey,
  ItemSaveSettings,
  ModelDeleteSettings,
  ModelGetSettings,
  ModelUpdateSettings,
  ObjectType,
} from '../public-types.ts';
import type { ModelCore } from './core.ts';
import type { Model } from './model.ts';

export type GetTransactionInput = { Get: Get };
export type CreateTransactionInput = { Put: Put };
export type DeleteTransactionInput = { Delete: Delete };
export type UpdateTransactionInput = { Update: Update };
export type ConditionTransactionInput = { ConditionCheck: ConditionCheck };

export interface ModelTransaction {
  get(key: InputKey, settings?: ModelGetSettings): Promise<GetTransactionInput>;
  create(item: ObjectType, settings?: ItemSaveSettings): Promise<CreateTransactionInput>;
  delete(key: InputKey, settings?: ModelDeleteSettings): Promise<DeleteTransactionInput>;
  update(
    key: InputKey | ObjectType,
    update?: ObjectType,
    settings?: ModelUpdateSettings,
  ): Promise<UpdateTransactionInput>;
  condition(key: InputKey, condition?: Condition): Promise<ConditionTransactionInput>;
}

const asRequest = { return: 'request' } as const;

export function modelTransaction(model: Model, core: ModelCore): ModelTransaction {
  return {
    async get(key, settings) {
      return { Get: await model.get(key, { ...settings, ...asRequest }) };
    },
    async create(item, settings) {
      return { Put: await model.create(item, { ...settings, ...asRequest }) };
    },
    async delete(key, settings) {
      return { Delete: await model.delete(key, { ...settings, ...asRequest }) };
    },
    async update(key, update, settings) {
      const { ReturnValues: _, ...request } = await model.update(key, update as ObjectType, {
        ...settings,
        ...asRequest,
      });
      return { Update: request as Update };
    },
    async condition(key, condition) {
      const request = await core.delete(key, { ...(condition && { condition }), ...asRequest });
      return { ConditionCheck: request as ConditionCheck };
    },
  };
}
