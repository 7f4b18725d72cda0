/** Brings stored items to the entity's present schema: new defaults, and the keys of new indexes. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { convert } from '../codec/codec.ts';
import type { AnyEntity, NewItemOf, StoredOf } from '../entity/entity.ts';
import { conditionText, expressed, updateText } from '../expression/compile.ts';
import { allOf, conditions, isStored } from '../expression/condition.ts';
import type { Condition } from '../expression/condition.ts';
import { rawPath, storedPath } from '../expression/path.ts';
import { updates } from '../expression/update.ts';
import type { Change } from '../expression/update.ts';
import type { Context } from '../model/context.ts';
import type { Model } from '../model/model.ts';
import { ModelError } from '../errors.ts';
import { entityFilter } from '../query/plan.ts';

export interface BackfillProgress {
  /** Items read, items written, and items that another writer changed meanwhile. */
  readonly read: number;
  readonly written: number;
  readonly overtaken: number;
  /** What DynamoDB last counted in the table, of all entities; it counts every six hours or so. */
  readonly total: number | undefined;
}

export interface BackfillOptions<E extends AnyEntity> {
  /** What the item shall be, from what is stored; without it only defaults and keys are added. */
  readonly change?: (item: Partial<StoredOf<E>>) => NewItemOf<E> | Promise<NewItemOf<E>>;
  readonly dryRun?: boolean;
  /** Parts of the table that are read at the same time. */
  readonly segments?: number;
  readonly onProgress?: (progress: BackfillProgress) => void;
}

/**
 * Writes only what differs, and only to items that have not changed since they were read: those are
 * counted as overtaken, and a second run finds them again. It can be stopped and begun anew.
 */
export async function backfill<E extends AnyEntity>(
  model: Model<E>,
  options: BackfillOptions<E> = {},
): Promise<BackfillProgress> {
  const { executor, tableName } = model.context;
  const { Table } = await executor.execute('DescribeTable', { TableName: tableName });
  const total = Table?.ItemCount;
  let progress: BackfillProgress = { read: 0, written: 0, overtaken: 0, total };
  const count = (name: 'read' | 'written' | 'overtaken'): void => {
    progress = { ...progress, [name]: progress[name] + 1 };
    options.onProgress?.(progress);
  };
  const of = options.segments ?? 1;
  await Promise.all(
    Array.from({ length: of }, async (_, at) => {
      for await (const item of storedItems(model.context, at, of)) {
        count('read');
        const outcome = await bringUp(model.context, item, options);
        if (outcome) count(outcome);
      }
    }),
  );
  return progress;
}

async function* storedItems(
  { entity, executor, tableName }: Context,
  segment: number,
  segments: number,
): AsyncGenerator<AttributeMap> {
  const filter = entityFilter(entity);
  const expressions = await expressed((scope) => ({
    ...(filter && { FilterExpression: conditionText(filter, scope) }),
  }));
  let start: AttributeMap | undefined;
  do {
    const output = await executor.execute('Scan', {
      TableName: tableName,
      ConsistentRead: true,
      ...expressions,
      ...(segments > 1 && { Segment: segment, TotalSegments: segments }),
      ...(start && { ExclusiveStartKey: start }),
    });
    yield* output.Items ?? [];
    start = output.LastEvaluatedKey;
  } while (start);
}

async function bringUp<E extends AnyEntity>(
  { entity, executor, tableName }: Context<E>,
  stored: AttributeMap,
  { change, dryRun }: BackfillOptions<E>,
): Promise<'written' | 'overtaken' | undefined> {
  const item = await convert((pending) => entity.codec.decodeMap(stored, pending, true));
  const next: unknown = change ? await change(item) : item;
  const wanted = await convert((pending) => entity.codec.encodeMap(next, pending));
  entity.keys.complete(wanted);
  const key = entity.keys.keyOfStored(stored);
  if (!same({ M: key }, { M: entity.keys.keyOfStored(wanted) })) {
    throw new ModelError(
      'InvalidRequest',
      `a backfill cannot change the key ${JSON.stringify(key)}`,
    );
  }
  const changes = changesBetween(entity, stored, wanted);
  if (changes.length === 0) return undefined;
  if (dryRun) return 'written';
  const unchanged = unchangedConditions(entity, stored, key);
  const expressions = await expressed((scope) => ({
    UpdateExpression: updateText(changes, scope),
    ConditionExpression: conditionText(allOf(unchanged) as Condition, scope),
  }));
  try {
    await executor.execute('UpdateItem', { TableName: tableName, Key: key, ...expressions });
    return 'written';
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return 'overtaken';
    throw error;
  }
}

/** Attributes that the schema does not know stay as they are. */
function changesBetween(entity: AnyEntity, stored: AttributeMap, wanted: AttributeMap): Change[] {
  const changes: Change[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const old = stored[name];
    if (!old || !same(old, value)) changes.push(updates.set(storedPath(name, value), null));
  }
  for (const name of Object.keys(entity.attributes as object)) {
    if (stored[name] && !wanted[name]) changes.push(updates.remove(rawPath(name)));
  }
  return changes;
}

/** The version says that nothing has changed, or else every attribute of the schema does. */
function unchangedConditions(
  entity: AnyEntity,
  stored: AttributeMap,
  key: AttributeMap,
): Condition[] {
  const names =
    entity.version === undefined
      ? Object.keys(entity.attributes as object).filter((name) => !Object.hasOwn(key, name))
      : [entity.version];
  const all = names.map((name) => isStored(name, stored[name]));
  return [conditions.exists(rawPath(entity.table.partitionKey)), ...all];
}

function same(left: AttributeValue, right: AttributeValue): boolean {
  return canonical(left) === canonical(right);
}

/** The order of a map's names, or of a set's members, says nothing. */
function canonical(value: AttributeValue): string {
  return JSON.stringify(value, (name, part: unknown) => {
    if (part instanceof Uint8Array) return String(part);
    if (Array.isArray(part) && /^[SNB]S$/.test(name)) return part.map(String).sort();
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1));
  });
}
