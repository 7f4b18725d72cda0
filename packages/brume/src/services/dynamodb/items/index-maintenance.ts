/** Secondary indexes as functions of the item: what a change of an item changes in them. */
import type { Write } from '../../../storage/ordered-store.ts';
import { attributeOf, emptyAttributes, typeOf, type AttributeMap } from './attribute-value.ts';
import { writeUnits } from '../capacity.ts';
import { Item } from './item.ts';
import { partitionKeyBytes, sortKeyBytes } from './key.ts';
import type { Index, Table } from '../tables/table.ts';

export interface IndexEntry {
  readonly key: Buffer;
  readonly item: Item;
}

export interface IndexChange {
  readonly writes: readonly Write[];
  /** Write capacity units; 0 where the index does not see the change. */
  readonly units: number;
  /** By how much the bytes in the index grow. */
  readonly growthBytes: number;
}

const UNCHANGED: IndexChange = { writes: [], units: 0, growthBytes: 0 };

/** An item's entry; none where the item lacks an attribute of the index's key (or has another type). */
export function indexEntry(table: Table, index: Index, itemKey: Buffer, item: Item) {
  const { attributes } = item;
  for (const { name, type } of [...index.key.partition, ...index.key.sort]) {
    const value = attributeOf(attributes, name);
    if (value === undefined || typeOf(value) !== type) return undefined;
  }
  const key = Buffer.concat([
    index.prefix,
    partitionKeyBytes(index.key.partition, attributes),
    sortKeyBytes(index.key.sort, attributes),
    itemKey.subarray(table.prefix.length),
  ]);
  return { key, item: projectedItem(table, index, item) };
}

/** Going to another key costs the removal and the addition; what the index does not hold is free. */
export function indexChange(
  before: IndexEntry | undefined,
  after: IndexEntry | undefined,
): IndexChange {
  if (after === undefined) return before === undefined ? UNCHANGED : removed(before);
  if (before === undefined) return added(after);
  if (!before.key.equals(after.key)) {
    const removal = removed(before);
    const addition = added(after);
    return {
      writes: [...removal.writes, ...addition.writes],
      units: removal.units + addition.units,
      growthBytes: removal.growthBytes + addition.growthBytes,
    };
  }
  if (before.item.sameAs(after.item)) return UNCHANGED;
  return {
    writes: [put(after)],
    units: writeUnits(Math.max(before.item.sizeBytes, after.item.sizeBytes)),
    growthBytes: after.item.sizeBytes - before.item.sizeBytes,
  };
}

function added(entry: IndexEntry): IndexChange {
  const { sizeBytes } = entry.item;
  return { writes: [put(entry)], units: writeUnits(sizeBytes), growthBytes: sizeBytes };
}

function removed({ key, item }: IndexEntry): IndexChange {
  const units = writeUnits(item.sizeBytes);
  return { writes: [{ type: 'delete', key }], units, growthBytes: -item.sizeBytes };
}

function put({ key, item }: IndexEntry): Write {
  return { type: 'put', key, value: item.bytes };
}

function projectedItem(table: Table, { projected }: Index, item: Item): Item {
  if (projected === undefined) return item;
  const attributes: AttributeMap = emptyAttributes();
  for (const name of Object.keys(item.attributes)) {
    const value = attributeOf(item.attributes, name);
    if (value !== undefined && projected.has(name)) attributes[name] = value;
  }
  return Item.of(attributes, table.sortName);
}
