/**
 * Unique attributes. DynamoDB keeps only primary keys unique, so each value of a unique attribute
 * has an item of its own in the same table, a guard, whose key is that value. Guards are written and
 * deleted in one transaction with the item that they belong to.
 */
import type { AttributeMap } from '../attribute-value.ts';
import type { PutInput } from '../client/operations.ts';
import type { AnyEntity } from '../entity/entity.ts';
import { isStored } from '../expression/condition.ts';
import type { Condition } from '../expression/condition.ts';
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

/**
 * What keeps unique attributes unique when they become those of `next`: all of them, or those that
 * an update touches. Without a key there was no item before.
 */
export async function guardsOf(
  context: Context,
  key: AttributeMap | undefined,
  next: AttributeMap,
  touched?: ReadonlySet<string>,
): Promise<Guarded> {
  const { unique } = context.entity;
  const attributes = touched ? unique.filter((name) => touched.has(name)) : unique;
  if (attributes.length === 0) return { guards: [], conditions: [] };
  const old = key ? await readOld(context, key) : {};
  return guardsOfChange(context, old, next, attributes);
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
    unchanged.push(isStored(attribute, before && old[attribute]));
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
