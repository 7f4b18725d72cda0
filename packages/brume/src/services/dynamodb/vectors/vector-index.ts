/**
 * Vector indexes: how a definition is stored, what is worked out from it, and what a change of an item
 * changes in them. An entry is in the index under
 *
 *   prefix of the index | partition of its HASH attribute, where there is one | the table's key
 *
 * and is the projected item without its vector, as items are stored, followed by the vector: 32-bit
 * floating point numbers, little-endian as in the memory of every machine that Node runs on.
 */
import type {
  Projection,
  SearchSchemaElement,
  VectorDistanceFunction,
} from '../../../model/generated/dynamodb.types.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import {
  attributeOf,
  attributesSizeBytes,
  emptyAttributes,
  typeOf,
  utf8SizeBytes,
  type AttributeMap,
  type ScalarType,
} from '../items/attribute-value.ts';
import { Item } from '../items/item.ts';
import { partitionKeyBytes, type KeyAttribute } from '../items/key.ts';
import type { Table } from '../tables/table.ts';
import { METERED_BYTES_MIN } from './limits.ts';
import { NUMBER_BYTES, vectorOf } from './vector.ts';

/** The stored form, as JSON. */
export interface VectorIndexDefinition {
  readonly indexId: string;
  readonly indexName: string;
  readonly vectorAttribute: string;
  readonly dimensions: number;
  readonly distanceFunction: VectorDistanceFunction;
  readonly searchSchema?: readonly SearchSchemaElement[];
  readonly projection: Projection;
  /** True until every item that was there before the index has been added to it. */
  readonly backfilling: boolean;
}

export interface VectorIndex {
  readonly name: string;
  readonly prefix: Buffer;
  readonly attribute: string;
  readonly dimensions: number;
  readonly distanceFunction: VectorDistanceFunction;
  /** The HASH attribute of the search schema. */
  readonly partition: KeyAttribute | undefined;
  readonly filters: readonly KeyAttribute[];
  /** Names of the attributes that an entry has besides the vector; undefined for all. */
  readonly projected: ReadonlySet<string> | undefined;
  readonly backfilling: boolean;
}

export function compileVectorIndex(
  definition: VectorIndexDefinition,
  prefix: Buffer,
  tableKeyNames: readonly string[],
  types: ReadonlyMap<string, ScalarType>,
): VectorIndex {
  const { searchSchema = [], projection } = definition;
  const ofType = (elementType: string) =>
    searchSchema
      .filter(({ SearchSchemaElementType }) => SearchSchemaElementType === elementType)
      .map(({ AttributeName: name }): KeyAttribute => ({ name, type: types.get(name) ?? 'S' }));
  const searched = searchSchema.map(({ AttributeName }) => AttributeName);
  const { ProjectionType: kind, NonKeyAttributes: named = [] } = projection;
  return {
    name: definition.indexName,
    prefix,
    attribute: definition.vectorAttribute,
    dimensions: definition.dimensions,
    distanceFunction: definition.distanceFunction,
    partition: ofType('HASH')[0],
    filters: ofType('INLINE_FILTER'),
    projected:
      kind === 'ALL'
        ? undefined
        : new Set([...tableKeyNames, ...searched, ...(kind === 'INCLUDE' ? named : [])]),
    backfilling: definition.backfilling,
  };
}

/** Where the entries are that one search looks at: all of the index, or one partition of it. */
export function searchedPrefix({ prefix, partition }: VectorIndex, values: AttributeMap): Buffer {
  if (partition === undefined) return prefix;
  return Buffer.concat([prefix, partitionKeyBytes([partition], values)]);
}

export interface VectorEntry {
  /** The beginning of the key that all entries share which one search looks at. */
  readonly searched: Buffer;
  readonly key: Buffer;
  readonly value: Buffer;
}

/** An item's entry; none where it lacks a valid vector or the HASH attribute. */
export function vectorEntry(
  table: Table,
  index: VectorIndex,
  itemKey: Buffer,
  { attributes }: Item,
): VectorEntry | undefined {
  const { attribute, partition, dimensions } = index;
  if (partition !== undefined) {
    const value = attributeOf(attributes, partition.name);
    if (value === undefined || typeOf(value) !== partition.type) return undefined;
  }
  const vector = vectorOf(attributeOf(attributes, attribute), dimensions);
  if (vector === undefined) return undefined;
  const shown = projectedAttributes(index, attributes);
  const vectorBytes = utf8SizeBytes(attribute) + NUMBER_BYTES * dimensions;
  const item = Item.of(shown, table.sortName, attributesSizeBytes(shown) + vectorBytes);
  const searched = searchedPrefix(index, attributes);
  return {
    searched,
    key: Buffer.concat([searched, itemKey.subarray(table.prefix.length)]),
    value: Buffer.concat([item.bytes, new Uint8Array(vector.buffer)]),
  };
}

/** The projected item of an entry, without its vector. */
export function entryItem({ dimensions }: VectorIndex, value: Uint8Array): Item {
  return Item.stored(value.subarray(0, value.length - NUMBER_BYTES * dimensions));
}

export interface VectorChange {
  readonly writes: readonly Write[];
  /** VectorWriteRequestBytes; 0 where the index does not see the change. */
  readonly requestBytes: number;
  readonly entries: readonly VectorEntry[];
}

const UNCHANGED: VectorChange = { writes: [], requestBytes: 0, entries: [] };

export function vectorChange(
  before: VectorEntry | undefined,
  after: VectorEntry | undefined,
): VectorChange {
  if (before && after && before.key.equals(after.key)) {
    if (before.value.equals(after.value)) return UNCHANGED;
    const requestBytes = Math.max(meteredBytes(before), meteredBytes(after));
    return { writes: [put(after)], requestBytes, entries: [after] };
  }
  const entries = [before, after].flatMap((entry) => entry ?? []);
  return {
    writes: [
      ...(before ? [{ type: 'delete', key: before.key } as const] : []),
      ...(after ? [put(after)] : []),
    ],
    requestBytes: entries.reduce((sum, entry) => sum + meteredBytes(entry), 0),
    entries,
  };
}

/** An entry has its size where an item has it. */
function meteredBytes({ value }: { readonly value: Uint8Array }): number {
  return Math.max(METERED_BYTES_MIN, Item.stored(value).sizeBytes);
}

function put({ key, value }: VectorEntry): Write {
  return { type: 'put', key, value };
}

function projectedAttributes({ attribute, projected }: VectorIndex, item: AttributeMap) {
  const shown = emptyAttributes();
  for (const name of Object.keys(item)) {
    const value = attributeOf(item, name);
    const isShown = name !== attribute && (projected === undefined || projected.has(name));
    if (value !== undefined && isShown) shown[name] = value;
  }
  return shown;
}
