/** `Model.query()` and `Model.scan()`: builders of conditions that also fetch. */
import { answer, type CallbackType } from '../callback.ts';
import type { AttributeMap } from '../../attribute-value.ts';
import type { Plain } from '../deep-copy.ts';
import {
  ConditionBuilder,
  type ConditionInitializer,
  conditionState,
} from '../expression/condition.ts';
import { fromAttributes } from '../item/attributes.ts';
import { type ItemList, itemList } from '../item/item-list.ts';
import type { Item } from '../item/item.ts';
import type { ItemArray, ObjectType } from '../public-types.ts';
import { type RetrieverModel, retrieverRequest, type RetrieverSettings } from './request.ts';

export interface ReadingModel extends RetrieverModel {
  send<R extends object>(operation: 'query' | 'scan', request: object): Promise<R>;
  readItems(items: readonly AttributeMap[]): Promise<Item[]>;
  populateRead(items: ItemList): Promise<unknown>;
}

/** The interface of what `exec` gives, besides the items. */
interface RetrieverResponse<T> extends ItemArray<T> {
  lastKey?: ObjectType;
  count: number;
}

export interface ScanResponse<T> extends RetrieverResponse<T> {
  scannedCount: number;
  timesScanned: number;
}

export interface QueryResponse<T> extends RetrieverResponse<T> {
  queriedCount: number;
  timesQueried: number;
}

interface Page {
  Items?: AttributeMap[];
  Count?: number;
  ScannedCount?: number;
  LastEvaluatedKey?: AttributeMap;
}

interface Pages {
  readonly items: AttributeMap[];
  readonly lastKeys: AttributeMap[];
  readonly count: number;
  readonly scannedCount: number;
  readonly requests: number;
}

/** DynamoDB's own maximum of segments. */
const SEGMENTS_MAX = 1_000_000;

abstract class Retriever extends ConditionBuilder {
  readonly #model: ReadingModel;
  readonly #kind: 'query' | 'scan';
  protected readonly settings: RetrieverSettings = {};

  constructor(model: ReadingModel, kind: 'query' | 'scan', initial?: ConditionInitializer) {
    super(initial, ` for the ${kind} operation`);
    this.#model = model;
    this.#kind = kind;
  }

  limit(count: number): this {
    this.settings.limit = count;
    return this;
  }

  startAt(key: ObjectType | undefined): this {
    this.settings.startAt = key;
    return this;
  }

  attributes(names: string[]): this {
    this.settings.attributes = names;
    return this;
  }

  count(): this {
    this.settings.count = true;
    return this;
  }

  consistent(): this {
    this.settings.consistent = true;
    return this;
  }

  using(index: string): this {
    this.settings.index = index;
    return this;
  }

  /** Fetches page after page, `delay` milliseconds apart, at most `max` of them (0: all). */
  all(delay = 0, max = 0): this {
    this.settings.all = { delay, max };
    return this;
  }

  getRequest(): Promise<Plain> {
    return retrieverRequest(this.#kind, this.#model, this[conditionState], this.settings);
  }

  protected fetch<R>(callback?: CallbackType<R>): Promise<R> | undefined {
    return answer(this.#fetch() as Promise<R>, callback);
  }

  async #fetch(): Promise<unknown> {
    const request = await this.getRequest();
    const segments = Math.min(this.settings.parallel ?? 0, SEGMENTS_MAX);
    const pages = await (segments > 0
      ? this.#fetchSegments(request, segments)
      : this.#fetchPages(request));
    const counted = { [this.#countName()]: pages.scannedCount };
    if (this.settings.count) return { count: pages.count, ...counted };
    const items = itemList(await this.#model.readItems(pages.items), {
      lastKey: mergedKey(pages.lastKeys),
      count: pages.count,
      ...counted,
      [this.#kind === 'scan' ? 'timesScanned' : 'timesQueried']: pages.requests,
    });
    await this.#model.populateRead(items);
    return items;
  }

  #countName(): string {
    return this.#kind === 'scan' ? 'scannedCount' : 'queriedCount';
  }

  async #fetchSegments(request: Plain, segments: number): Promise<Pages> {
    const starts = this.settings.startAt;
    const requests = Array.from({ length: segments }, (_, segment) => ({
      ...request,
      TotalSegments: segments,
      Segment: segment,
      // The list of keys that a parallel scan ended with: each segment goes on from its own.
      ...(Array.isArray(starts) && {
        ExclusiveStartKey: request.ExclusiveStartKey?.[segment as never],
      }),
    }));
    const all = await Promise.all(requests.map((one) => this.#fetchPages(one)));
    return all.reduce((sum, pages) => ({
      items: [...sum.items, ...pages.items],
      lastKeys: [...sum.lastKeys, ...pages.lastKeys],
      count: sum.count + pages.count,
      scannedCount: sum.scannedCount + pages.scannedCount,
      requests: sum.requests + pages.requests,
    }));
  }

  async #fetchPages(request: Plain): Promise<Pages> {
    const { all } = this.settings;
    const items: AttributeMap[] = [];
    let [count, scannedCount, requests] = [0, 0, 0];
    let key = request.ExclusiveStartKey;
    for (;;) {
      const page: Page = await this.#model.send<Page>(this.#kind, {
        ...request,
        ...(key !== undefined && { ExclusiveStartKey: key }),
      });
      requests += 1;
      for (const item of page.Items ?? []) items.push(item);
      count += page.Count ?? 0;
      scannedCount += page.ScannedCount ?? 0;
      key = page.LastEvaluatedKey;
      if (!key || !all || (all.max > 0 && requests >= all.max)) break;
      if (all.delay > 0) await new Promise((resolve) => setTimeout(resolve, all.delay));
    }
    const lastKeys = key ? [key as AttributeMap] : [];
    return { items, lastKeys, count, scannedCount, requests };
  }
}

/** One key when one segment has more; a list when several have. */
function mergedKey(keys: readonly AttributeMap[]): Plain | Plain[] | undefined {
  const plain = keys.map(fromAttributes);
  return plain.length > 1 ? plain : plain[0];
}

export class Scan<T> extends Retriever {
  constructor(model: ReadingModel, initial?: ConditionInitializer) {
    super(model, 'scan', initial);
  }

  parallel(segments: number): this {
    this.settings.parallel = segments;
    return this;
  }

  exec(): Promise<ScanResponse<T>>;
  exec(callback: CallbackType<ScanResponse<T>>): void;
  exec(callback?: CallbackType<ScanResponse<T>>): Promise<ScanResponse<T>> | void {
    return this.fetch(callback);
  }
}

export class Query<T> extends Retriever {
  constructor(model: ReadingModel, initial?: ConditionInitializer) {
    super(model, 'query', initial);
  }

  sort(order: 'ascending' | 'descending'): this {
    this.settings.sort = order;
    return this;
  }

  exec(): Promise<QueryResponse<T>>;
  exec(callback: CallbackType<QueryResponse<T>>): void;
  exec(callback?: CallbackType<QueryResponse<T>>): Promise<QueryResponse<T>> | void {
    return this.fetch(callback);
  }
}
