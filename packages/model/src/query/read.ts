/** Queries and scans: immutable builders that send nothing until they are read. */
import type { AttributeMap } from '../attribute-value.ts';
import type { QueryInput, ScanInput } from '../client/operations.ts';
import type { AnyEntity, IndexNames, ItemOf } from '../entity/entity.ts';
import { runHooks } from '../entity/hooks.ts';
import { invalidRequest } from '../errors.ts';
import { given } from '../model/context.ts';
import type { ConditionOf, Context } from '../model/context.ts';
import { readItems } from '../model/decode.ts';
import type { Condition } from '../expression/condition.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explain.ts';
import { planRead } from './plan.ts';
import type { ReadPlan } from './plan.ts';

export interface ReadState {
  /** Undefined for a scan. */
  readonly where: { readonly [name: string]: unknown } | undefined;
  readonly using?: string;
  readonly filters: readonly Condition[];
  readonly limit?: number;
  readonly pageSize?: number;
  readonly reverse?: boolean;
  readonly consistent?: boolean;
  readonly select?: readonly string[];
  readonly after?: string;
  readonly segment?: { readonly at: number; readonly of: number };
}

export interface Page<Item> {
  readonly items: Item[];
  /** Where the next page begins; undefined on the last. */
  readonly cursor: string | undefined;
  /** How many items DynamoDB read for it, before the filter. */
  readonly scanned: number;
}

export class Read<E extends AnyEntity, Item = ItemOf<E>> implements AsyncIterable<Item> {
  /** For the functions of this library that work on queries. */
  readonly context: Context<E>;
  readonly #state: ReadState;

  constructor(context: Context<E>, state: ReadState) {
    this.context = context;
    this.#state = Object.freeze(state);
  }

  /** Keeps only items that meet the condition. They are read, and paid for, all the same. */
  filter(condition: ConditionOf<E>): Read<E, Item> {
    const added = given(this.context.entity, condition);
    return added ? this.#with({ filters: [...this.#state.filters, added] }) : this;
  }

  /** Reads through this index, instead of the one that would be chosen. */
  using(index: IndexNames<E>): Read<E, Item> {
    return this.#with({ using: index });
  }

  /** At most so many items, over all pages and after the filter. */
  limit(items: number): Read<E, Item> {
    return this.#with({ limit: positive(items, 'limit') });
  }

  /** How many items each request may read, before the filter. */
  pageSize(items: number): Read<E, Item> {
    return this.#with({ pageSize: positive(items, 'pageSize') });
  }

  /** From the highest sort key to the lowest. */
  reverse(): Read<E, Item> {
    if (!this.#state.where) throw invalidRequest('a scan has no order to reverse');
    return this.#with({ reverse: true });
  }

  /** Sees every write that succeeded before, at twice the price. Not on global indexes. */
  consistent(): Read<E, Item> {
    return this.#with({ consistent: true });
  }

  /** Fetches only these attributes. */
  select<K extends keyof ItemOf<E> & string>(...names: K[]): Read<E, Pick<ItemOf<E>, K>> {
    for (const name of names) {
      if (!this.context.entity.codec.child(name)) {
        throw invalidRequest(`${name} is no attribute of ${this.context.entity.name}`);
      }
    }
    return new Read(this.context, { ...this.#state, select: names });
  }

  /** Begins after a page's cursor. */
  after(cursor: string | undefined): Read<E, Item> {
    return cursor === undefined ? this : this.#with({ after: cursor });
  }

  /** The same scan in so many parts, which may be read at the same time. */
  segments(count: number): Read<E, Item>[] {
    if (this.#state.where) throw invalidRequest('only a scan has segments');
    const of = positive(count, 'segments');
    return Array.from({ length: of }, (_, at) => this.#with({ segment: { at, of } }));
  }

  /** The index, conditions and cost, without sending anything. */
  async explain(): Promise<Explanation> {
    return explain(this.context, this.#state, await planRead(this.context, this.#state));
  }

  /** The first request as it would be sent. */
  async request(): Promise<QueryInput | ScanInput> {
    const plan = await planRead(this.context, this.#state);
    return nextInput(plan, this.#state.limit, this.#startKey(plan));
  }

  /** One page of items. With a filter it may hold fewer items than there are, or none. */
  async page(): Promise<Page<Item>> {
    const plan = await planRead(this.context, this.#state);
    return (await this.#readPage(plan, this.#startKey(plan), this.#state.limit)).page;
  }

  async *pages(): AsyncGenerator<Page<Item>, void> {
    const plan = await planRead(this.context, this.#state);
    let left = this.#state.limit;
    let start = this.#startKey(plan);
    do {
      const { page, last } = await this.#readPage(plan, start, left);
      if (left !== undefined) left -= page.items.length;
      yield page;
      start = last;
    } while (start !== undefined && left !== 0);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for await (const { items } of this.pages()) yield* items;
  }

  /** Every item, over all pages up to the limit. */
  async all(): Promise<Item[]> {
    const all: Item[] = [];
    for await (const { items } of this.pages()) {
      for (const item of items) all.push(item);
    }
    return all;
  }

  async first(): Promise<Item | undefined> {
    const [item] = await this.limit(1).all();
    return item;
  }

  /** How many items there are, without fetching them. */
  async count(): Promise<number> {
    const plan = await planRead(this.context, this.#state);
    let count = 0;
    let start = this.#startKey(plan);
    do {
      const input = { ...nextInput(plan, undefined, start), Select: 'COUNT' as const };
      delete input.ProjectionExpression;
      const output = await this.context.executor.execute(plan.operation, input);
      count += output.Count ?? 0;
      start = output.LastEvaluatedKey;
    } while (start !== undefined && count < (this.#state.limit ?? Infinity));
    return Math.min(count, this.#state.limit ?? Infinity);
  }

  #with(change: Partial<ReadState>): Read<E, Item> {
    return new Read(this.context, { ...this.#state, ...change });
  }

  #startKey(plan: ReadPlan): AttributeMap | undefined {
    const { after } = this.#state;
    return after === undefined ? undefined : readCursor(after, plan.purpose, plan.keyNames);
  }

  async #readPage(
    plan: ReadPlan,
    start: AttributeMap | undefined,
    left: number | undefined,
  ): Promise<{ page: Page<Item>; last: AttributeMap | undefined }> {
    const { entity, executor } = this.context;
    await runHooks(entity, 'beforeRead', [this.#state.where ?? {}]);
    const output = await executor.execute(plan.operation, nextInput(plan, left, start));
    let stored = output.Items ?? [];
    let last = output.LastEvaluatedKey;
    if (left !== undefined && stored.length > left) {
      stored = stored.slice(0, left);
      last = pick(stored.at(-1) as AttributeMap, plan.keyNames);
    }
    const page = {
      items: (await readItems(entity, stored, plan.partial)) as Item[],
      cursor: last && writeCursor(last, plan.purpose, plan.keyNames),
      scanned: output.ScannedCount ?? stored.length,
    };
    return { page, last };
  }
}

/** A filter takes items away after the limit has counted them: then pages are cut here. */
function nextInput(
  plan: ReadPlan,
  left: number | undefined,
  start: AttributeMap | undefined,
): QueryInput | ScanInput {
  const input = { ...plan.input };
  if (left !== undefined && !plan.filtered) input.Limit = Math.min(left, input.Limit ?? left);
  if (start) input.ExclusiveStartKey = start;
  return input;
}

function pick(item: AttributeMap, names: readonly string[]): AttributeMap {
  return Object.fromEntries(names.map((name) => [name, item[name]])) as AttributeMap;
}

function positive(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw invalidRequest(`${name} must be a whole number from 1, not ${value}`);
  }
  return value;
}
