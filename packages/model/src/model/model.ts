/** A model: an entity with a client, which reads and writes its items. */
import type { AttributeMap } from '../attribute-value.ts';
import type { GetInput } from '../client/operations.ts';
import type { AnyEntity, ItemOf, KeyOf, NewItemOf } from '../entity/entity.ts';
import { runHooks } from '../entity/hooks.ts';
import { expressed, projectionText } from '../expression/compile.ts';
import { Read } from '../query/read.ts';
import type { WhereOf } from '../query/where.ts';
import { contextOf } from './context.ts';
import type { ConditionOf, Context, ModelOptions } from './context.ts';
import { decodeItem, readItem } from './decode.ts';
import { carryOut } from './plan.ts';
import type { Plan, PlannedGet } from './plan.ts';
import { planPut } from './put.ts';
import type { PutOptions } from './put.ts';
import { planCheck, planDelete, planUpdate } from './update.ts';
import type { DeleteOptions, UpdateOf, UpdateOptions } from './update.ts';

export interface GetOptions<K extends string = string> {
  readonly consistent?: boolean;
  readonly select?: readonly K[];
}

export class Model<E extends AnyEntity> {
  readonly entity: E;
  /** For the functions of this library that work on models. */
  readonly context: Context<E>;
  /** The same reads and writes as parts of a transaction. */
  readonly plan: Plans<E>;

  constructor(entity: E, options: ModelOptions) {
    this.entity = entity;
    this.context = contextOf(entity, options);
    this.plan = new Plans(this.context);
  }

  /** The item, or undefined. */
  async get(
    key: KeyOf<E>,
    options?: { readonly consistent?: boolean },
  ): Promise<ItemOf<E> | undefined>;
  async get<K extends keyof ItemOf<E> & string>(
    key: KeyOf<E>,
    options: GetOptions<K>,
  ): Promise<Pick<ItemOf<E>, K> | undefined>;
  async get(key: KeyOf<E>, options: GetOptions = {}): Promise<unknown> {
    const { entity, executor } = this.context;
    await runHooks(entity, 'beforeRead', [key]);
    const { Item } = await executor.execute('GetItem', await getInput(this.context, key, options));
    return Item && readItem(entity, Item, options.select !== undefined);
  }

  /** Stores the item in place of any with the same key, and gives it as stored. */
  async put(item: NewItemOf<E>, options: PutOptions<E> = {}): Promise<ItemOf<E>> {
    return this.#save(await this.plan.put(item, options));
  }

  /** Stores the item, unless there is one with the same key. */
  async create(item: NewItemOf<E>, options: PutOptions<E> = {}): Promise<ItemOf<E>> {
    return this.#save(await this.plan.create(item, options));
  }

  /** Changes the item, which must be there unless `upsert` is set, and gives it as changed. */
  async update(
    key: KeyOf<E>,
    update: UpdateOf<E>,
    options: UpdateOptions<E> = {},
  ): Promise<ItemOf<E>> {
    const { entity } = this.context;
    const plan = await this.plan.update(key, update, options);
    const main = { ...plan.main, ReturnValues: 'ALL_NEW' as const };
    const { Attributes } = await carryOut(
      this.context,
      plan.guards.length > 0 ? plan : { ...plan, main },
    );
    // A transaction returns nothing: the item is read.
    const item = await decodeItem(entity, Attributes ?? (await this.#stored(key)), options.upsert);
    await runHooks(entity, 'afterUpdate', [item]);
    return item;
  }

  /** Deletes the item, if it is there. */
  async delete(key: KeyOf<E>, options: DeleteOptions<E> = {}): Promise<void> {
    await carryOut(this.context, await this.plan.delete(key, options));
    await runHooks(this.entity, 'afterDelete', [key]);
  }

  /** The items of one partition of the table, or of the index that fits best. */
  query(where: WhereOf<E>): Read<E> {
    return new Read(this.context, { where, filters: [] });
  }

  /** Every item of the entity. */
  scan(): Read<E> {
    return new Read(this.context, { where: undefined, filters: [] });
  }

  async #save(plan: Plan<'Put'>): Promise<ItemOf<E>> {
    await carryOut(this.context, plan);
    const item = await decodeItem(this.entity, plan.main.Item);
    await runHooks(this.entity, 'afterSave', [item]);
    return item;
  }

  async #stored(key: KeyOf<E>): Promise<AttributeMap> {
    const input = await getInput(this.context, key, { consistent: true });
    return (await this.context.executor.execute('GetItem', input)).Item ?? {};
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- the types are invariant: only any fits all
export type AnyModel = Model<any>;

/** Reads and writes that are planned, not sent. */
export class Plans<E extends AnyEntity> {
  readonly #context: Context<E>;

  constructor(context: Context<E>) {
    this.#context = context;
  }

  get(key: KeyOf<E>): PlannedGet<E> {
    const { entity, tableName } = this.#context;
    return { entity, main: { TableName: tableName, Key: entity.keys.key(key) } };
  }

  put(item: NewItemOf<E>, options: PutOptions<E> = {}): Promise<Plan<'Put'>> {
    return planPut(this.#context, item, options, false);
  }

  create(item: NewItemOf<E>, options: PutOptions<E> = {}): Promise<Plan<'Put'>> {
    return planPut(this.#context, item, options, true);
  }

  update(
    key: KeyOf<E>,
    update: UpdateOf<E>,
    options: UpdateOptions<E> = {},
  ): Promise<Plan<'Update'>> {
    return planUpdate(this.#context, key, update, options);
  }

  delete(key: KeyOf<E>, options: DeleteOptions<E> = {}): Promise<Plan<'Delete'>> {
    return planDelete(this.#context, key, options);
  }

  /** That the item meets the condition, without changing it. */
  check(key: KeyOf<E>, condition: ConditionOf<E>): Promise<Plan<'ConditionCheck'>> {
    return planCheck(this.#context, key, condition);
  }
}

export function model<E extends AnyEntity>(entity: E, options: ModelOptions): Model<E> {
  return new Model(entity, options);
}

async function getInput<E extends AnyEntity>(
  { entity, tableName }: Context<E>,
  key: KeyOf<E>,
  { consistent, select }: GetOptions,
): Promise<GetInput> {
  const expressions = await expressed((scope) => ({
    ...(select && { ProjectionExpression: projectionText(select, scope) }),
  }));
  return {
    TableName: tableName,
    Key: entity.keys.key(key),
    ...(consistent && { ConsistentRead: true }),
    ...expressions,
  };
}
