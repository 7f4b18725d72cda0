/**
 * Unique attributes. DynamoDB keeps only primary keys unique, so each value of a unique attribute
 * has an item of its own in the same table, a guard, whose key is that value. Guards are written and
 * deleted in one transaction with the item that they belong to.
 */
import type { AttributeMap } from '../attribute-value.ts';
import type { PutInput } from '../client/operations.ts';
import type { AnyEntity } from '../entity/entity.ts';
import { conditions } from '../expression/condition.ts';
import type { Condition } from '../expression/condition.ts';
import { rawPath } from '../expression/path.ts';
import { refusedValue } from '../errors.ts';
import type { Context } from './context.ts';
import type { Guard } from './plan.ts';

/** The entity name that guards carry, so that no scan takes them for items. */
const GUARD_ENTITY = '#unique';

interface Guarded {
  readonly guards: readonly Guard[];
  /** That the item has not changed since its old values were read. */
  readonly conditions: readonly Condition[];
}

const noGuards: Guarded = { guards: [], conditions: [] };

export async function guardsOfPut(
  context: Context,
  item: AttributeMap,
  create: boolean,
): Promise<Guarded> {
  if (context.entity.unique.length === 0) return noGuards;
  if (create) return guardsOfChange(context, {}, item, context.entity.unique);
  const old = await readOld(context, context.entity.keys.keyOfItem(item));
  return guardsOfChange(context, old, item, context.entity.unique);
}

/** `changed` are the new values of the attributes that an update touches. */
export async function guardsOfUpdate(
  context: Context,
  key: AttributeMap,
  changed: AttributeMap,
  touched: ReadonlySet<string>,
): Promise<Guarded> {
  const attributes = context.entity.unique.filter((attribute) => touched.has(attribute));
  if (attributes.length === 0) return noGuards;
  return guardsOfChange(context, await readOld(context, key), changed, attributes);
}

export async function guardsOfDelete(context: Context, key: AttributeMap): Promise<Guarded> {
  if (context.entity.unique.length === 0) return noGuards;
  return guardsOfChange(context, await readOld(context, key), {}, context.entity.unique);
}

async function readOld(context: Context, key: AttributeMap): Promise<AttributeMap> {
  const { executor, tableName } = context;
  const input = { TableName: tableName, Key: key, ConsistentRead: true };
  return (await executor.execute('GetItem', input)).Item ?? {};
}

function guardsOfChange(
  context: Context,
  old: AttributeMap,
  next: AttributeMap,
  attributes: readonly string[],
): Guarded {
  const guards: Guard[] = [];
  const unchanged: Condition[] = [];
  for (const attribute of attributes) {
    const before = guardKey(context.entity, old, attribute);
    const after = guardKey(context.entity, next, attribute);
    const path = rawPath(attribute, context.entity.codec.child(attribute)?.unchecked);
    unchanged.push(before ? storedEquals(attribute, old) : conditions.notExists(path));
    if (before?.text === after?.text) continue;
    const { tableName, entity } = context;
    if (before) {
      const write = { Delete: { TableName: tableName, Key: before.key } };
      guards.push({ attribute, write });
    }
    if (after) {
      const put: PutInput = {
        TableName: tableName,
        Item: { ...after.key, [entity.table.entityAttribute as string]: { S: GUARD_ENTITY } },
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': entity.table.partitionKey },
      };
      guards.push({ attribute, write: { Put: put } });
    }
  }
  return { guards, conditions: guards.length > 0 ? unchanged : [] };
}

function storedEquals(attribute: string, item: AttributeMap): Condition {
  const stored = item[attribute];
  const codec = {
    storage: undefined,
    child: () => undefined,
    encode: () => stored,
    decode: () => 0,
  };
  return conditions.eq(rawPath(attribute, codec as never), null);
}

function guardKey(
  { table, name }: AnyEntity,
  item: AttributeMap,
  attribute: string,
): { key: AttributeMap; text: string } | undefined {
  if (!Object.hasOwn(item, attribute)) return undefined;
  const value = item[attribute] as { S?: string; N?: string };
  const content = value.S ?? value.N;
  if (content === undefined) throw refusedValue('only text and numbers can be unique', value);
  const text = `unique#${name}#${attribute}#${content}`;
  const key: AttributeMap = { [table.partitionKey]: { S: text } };
  if (table.sortKey !== undefined) key[table.sortKey] = { S: 'unique' };
  return { key, text };
}
