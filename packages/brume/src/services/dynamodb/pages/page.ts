/**
 * Reading a stretch of a table or an index in pages: a page ends at the limit of items examined, or
 * with the item that reaches a megabyte, or where the stretch ends.
 */
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import { attributeOf, emptyAttributes, type AttributeMap } from '../items/attribute-value.ts';
import { readUnits, type Units } from '../capacity.ts';
import type { Condition } from '../expressions/ast.ts';
import { holds } from '../expressions/evaluate.ts';
import { Item } from '../items/item.ts';
import { targetOf } from '../items/item-changes.ts';
import { PAGE_BYTES_MAX, RANGE_ENTRIES_MAX } from '../limits.ts';
import type { Index, Table } from '../tables/table.ts';

export interface PageRequest {
  readonly table: Table;
  /** The index that is read; the table itself where undefined. */
  readonly index: Index | undefined;
  /** Keys from `start` (inclusive) to `end` (exclusive). */
  readonly start: Buffer;
  readonly end: Buffer;
  readonly reverse: boolean;
  readonly limit: number | undefined;
  readonly filter: Condition | undefined;
  /** Read the items themselves from the table: the index does not hold what is asked for. */
  readonly fetchItems: boolean;
  readonly consistent: boolean;
}

export interface Page {
  /** Those that pass the filter. */
  readonly items: readonly Item[];
  readonly examined: number;
  /** Names the last item examined, where a boundary ended the page. */
  readonly lastKey: AttributeMap | undefined;
}

/** Adds what the page costs to `units`. */
export async function readPage(
  store: OrderedStore,
  request: PageRequest,
  units: Units,
): Promise<Page> {
  const { table, index, limit = Infinity } = request;
  const examined: Item[] = [];
  let pageBytes = 0;
  let sizeBytes = 0;
  const isFull = () => examined.length >= limit || pageBytes >= PAGE_BYTES_MAX;
  for await (const entries of stretch(store, request)) {
    for (const { value } of entries) {
      const item = Item.stored(value);
      examined.push(item);
      pageBytes += item.pageBytes;
      sizeBytes += item.sizeBytes;
      if (isFull()) break;
    }
    if (isFull()) break;
  }
  const ended = isFull();
  const pageUnits = readUnits(sizeBytes, request.consistent);
  if (index === undefined) units.table += pageUnits;
  else units.addIndex(index.name, pageUnits);
  const last = examined.at(-1);
  const found = request.fetchItems ? await fetchItems(store, request, examined, units) : examined;
  const { filter } = request;
  return {
    items:
      filter === undefined ? found : found.filter(({ attributes }) => holds(filter, attributes)),
    examined: examined.length,
    lastKey: ended && last ? keyOf(last, index?.keyNames ?? table.keyNames) : undefined,
  };
}

/** The entries of the stretch, as many at once as the store is asked for. */
async function* stretch(store: OrderedStore, request: PageRequest) {
  let { start, end } = request;
  const { reverse, limit = RANGE_ENTRIES_MAX } = request;
  const chunk = Math.min(limit, RANGE_ENTRIES_MAX);
  for (;;) {
    const entries = await store.range({
      start,
      end,
      reverse,
      limit: chunk,
      bytesMax: PAGE_BYTES_MAX,
    });
    const last = entries.at(-1);
    if (last === undefined) return;
    yield entries;
    const bytes = entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    if (entries.length < chunk && bytes < PAGE_BYTES_MAX) return;
    if (reverse) end = Buffer.from(last.key);
    else start = Buffer.concat([last.key, Buffer.of(0)]);
  }
}

/** Each item that a local index sends for is read, and paid, for itself. */
async function fetchItems(
  store: OrderedStore,
  { table, consistent }: PageRequest,
  entries: readonly Item[],
  units: Units,
): Promise<Item[]> {
  const keys = entries.map(({ attributes }) => targetOf(table, attributes).itemKey);
  const values = await store.getMany(keys);
  const items = values.flatMap((value) => (value === undefined ? [] : Item.stored(value)));
  for (const { sizeBytes } of items) units.table += readUnits(sizeBytes, consistent);
  return items;
}

function keyOf(item: Item, names: readonly string[]): AttributeMap {
  const key = emptyAttributes();
  for (const name of names) {
    const value = attributeOf(item.attributes, name);
    if (value !== undefined) key[name] = value;
  }
  return key;
}
