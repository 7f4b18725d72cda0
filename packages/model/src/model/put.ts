/** Plans the writing of whole items. */
import type { AttributeMap } from '../attribute-value.ts';
import { convert } from '../codec/codec.ts';
import type { AnyEntity, NewItemOf } from '../entity/entity.ts';
import { checkItemSize } from '../entity/item-size.ts';
import { expressed } from '../expression/compile.ts';
import { conditions, isStored } from '../expression/condition.ts';
import type { Condition } from '../expression/condition.ts';
import { rawPath } from '../expression/path.ts';
import { conditionMember, given } from './context.ts';
import type { ConditionOf, Context } from './context.ts';
import type { Plan } from './plan.ts';
import { guardsOf } from './unique.ts';

export interface PutOptions<E extends AnyEntity> {
  readonly condition?: ConditionOf<E> | undefined;
}

/** `create` refuses to replace an item. */
export async function planPut<E extends AnyEntity>(
  context: Context<E>,
  input: NewItemOf<E>,
  options: PutOptions<E>,
  create: boolean,
): Promise<Plan<'Put'>> {
  const { entity, tableName } = context;
  const item = await encodeItem(entity, input);
  const all: (Condition | undefined)[] = [given(entity, options.condition)];
  if (create) all.push(conditions.notExists(rawPath(entity.table.partitionKey)));
  const { version } = entity;
  if (version !== undefined) all.push(raiseVersion(item, version));
  const guarded = await guardsOf(context, create ? undefined : entity.keys.keyOfItem(item), item);
  all.push(...guarded.conditions);
  checkItemSize(item);

  const expressions = await expressed((scope) => conditionMember(all, scope));
  return {
    kind: 'Put',
    main: { TableName: tableName, Item: item, ...expressions },
    guards: guarded.guards,
    failure: version === undefined || create ? 'ConditionFailed' : 'VersionConflict',
  };
}

/** The stored form of a new item: attributes, keys, and the entity's name. */
export async function encodeItem<E extends AnyEntity>(
  entity: E,
  input: NewItemOf<E>,
): Promise<AttributeMap> {
  let value: unknown = input;
  for (const { beforeSave } of entity.hooks) {
    if (beforeSave) value = (await beforeSave(value as never)) ?? value;
  }
  const item = await convert((pending) => entity.codec.encodeMap(value, pending));
  entity.keys.complete(item);
  const { entityAttribute } = entity.table;
  if (entityAttribute !== undefined) item[entityAttribute] = { S: entity.name };
  return item;
}

/** The item has the version it was read with; it is stored with the next. */
function raiseVersion(item: AttributeMap, name: string): Condition {
  const stored = item[name] as { N: string } | undefined;
  const read = Number(stored?.N ?? 0);
  item[name] = { N: String(read + 1) };
  return isStored(name, read === 0 ? undefined : stored);
}
