/** Counts and sums of an entity's items, kept in attributes of another entity's items. */
import type { PutInput } from '../client/operations.ts';
import type { AnyEntity, KeyOf, StoredOf } from '../entity/entity.ts';
import { invalidDefinition } from '../errors.ts';
import { rawPath } from '../expression/path.ts';
import { updates } from '../expression/update.ts';
import type { Model } from '../model/model.ts';
import { transactWrites } from '../model/plan.ts';
import type { Plan } from '../model/plan.ts';
import type { StreamRecord } from '../streams/event.ts';
import { onChange } from '../streams/stream-handler.ts';
import type { RecordHandler } from '../streams/stream-handler.ts';

type NumberNames<E extends AnyEntity> = {
  [K in keyof StoredOf<E>]-?: Exclude<StoredOf<E>[K], undefined> extends number ? K : never;
}[keyof StoredOf<E>] &
  string;

export interface AggregateDefinition<Source extends AnyEntity, Target extends AnyEntity> {
  /** Names the aggregate in the marks that it leaves: keep it when the code changes. */
  readonly name: string;
  readonly of: Source;
  readonly into: Model<Target>;
  /** The item that an item counts for; undefined if for none. */
  readonly key: (item: StoredOf<Source>) => KeyOf<Target> | undefined;
  /** The attribute that counts the items. */
  readonly count?: NumberNames<Target>;
  /** What each item adds, by the attribute that sums it. */
  readonly sums?: { readonly [K in NumberNames<Target>]?: (item: StoredOf<Source>) => number };
}

export interface Aggregate<Source extends AnyEntity> {
  /**
   * Keeps the aggregate in the same transaction as the change that it counts: `before` is undefined
   * for a new item, `after` for a deleted one.
   */
  plans(
    before: StoredOf<Source> | undefined,
    after: StoredOf<Source> | undefined,
  ): Promise<Plan<'Update'>[]>;
  /**
   * Keeps the aggregate from the table's stream. Lambda may hand over a record twice: each leaves a
   * mark, so that it counts once. Marks expire by the target table's TTL attribute, if it has one.
   */
  readonly handler: RecordHandler;
}

/** Lambda keeps trying a record for at most the 24 hours that the stream holds it. */
const MARK_SECONDS = 48 * 3600;

export function aggregate<Source extends AnyEntity, Target extends AnyEntity>(
  definition: AggregateDefinition<Source, Target>,
): Aggregate<Source> {
  const { into, of, name } = definition;
  const { table } = into.entity;
  if (table.entityAttribute === undefined) {
    throw invalidDefinition(`aggregate ${name}: the target table needs an entityAttribute`);
  }

  async function plans(
    before: StoredOf<Source> | undefined,
    after: StoredOf<Source> | undefined,
  ): Promise<Plan<'Update'>[]> {
    const changes = new Map<string, { key: KeyOf<Target>; by: Map<string, number> }>();
    addUp(definition, changes, before, -1);
    addUp(definition, changes, after, 1);
    return Promise.all(
      [...changes.values()]
        .filter(({ by }) => [...by.values()].some((amount) => amount !== 0))
        .map(({ key, by }) =>
          into.plan.update(
            key,
            () =>
              [...by]
                .filter(([, amount]) => amount !== 0)
                .map(([attribute, amount]) =>
                  updates.add(
                    rawPath(attribute, into.entity.codec.child(attribute)) as never,
                    amount,
                  ),
                ),
            { upsert: true },
          ),
        ),
    );
  }

  async function count(
    record: StreamRecord,
    before: StoredOf<Source> | undefined,
    after: StoredOf<Source> | undefined,
  ): Promise<void> {
    const writes = (await plans(before, after)).flatMap(transactWrites);
    if (writes.length === 0) return;
    const mark = markOf(into.context.tableName, into.entity, `${name}#${record.eventID}`);
    try {
      await into.context.executor.execute('TransactWriteItems', {
        TransactItems: [{ Put: mark }, ...writes],
      });
    } catch (error) {
      const { CancellationReasons } = error as { CancellationReasons?: { Code?: string }[] };
      // The mark is there: this record has been counted.
      if (CancellationReasons?.[0]?.Code !== 'ConditionalCheckFailed') throw error;
    }
  }

  return {
    plans,
    handler: onChange(of, {
      insert: (item, { record }) => count(record, undefined, item),
      modify: (item, before, { record }) => count(record, before, item),
      remove: (item, { record }) => count(record, item, undefined),
    }),
  };
}

function addUp<Source extends AnyEntity, Target extends AnyEntity>(
  { key: keyOf, count, sums = {} }: AggregateDefinition<Source, Target>,
  changes: Map<string, { key: KeyOf<Target>; by: Map<string, number> }>,
  item: StoredOf<Source> | undefined,
  sign: 1 | -1,
): void {
  const key = item && keyOf(item);
  if (!item || !key) return;
  const text = JSON.stringify(key);
  const change = changes.get(text) ?? { key, by: new Map<string, number>() };
  changes.set(text, change);
  const add = (attribute: string, amount: number): void => {
    change.by.set(attribute, (change.by.get(attribute) ?? 0) + sign * amount);
  };
  if (count !== undefined) add(count, 1);
  for (const [attribute, amountOf] of Object.entries(sums)) {
    add(attribute, (amountOf as (item: StoredOf<Source>) => number)(item));
  }
}

function markOf(tableName: string, { table }: AnyEntity, id: string): PutInput {
  const text = `counted#${id}`;
  const expires = Math.floor(Date.now() / 1000) + MARK_SECONDS;
  return {
    TableName: tableName,
    Item: {
      [table.partitionKey]: { S: text },
      ...(table.sortKey !== undefined && { [table.sortKey]: { S: 'counted' } }),
      [table.entityAttribute as string]: { S: '#counted' },
      ...(table.ttl !== undefined && { [table.ttl]: { N: String(expires) } }),
    },
    ConditionExpression: 'attribute_not_exists(#key)',
    ExpressionAttributeNames: { '#key': table.partitionKey },
  };
}
