/** The stretch of a table or an index that a query's key conditions name. */
import {
  attributeOf,
  emptyAttributes,
  typeOf,
  type AttributeMap,
} from '../items/attribute-value.ts';
import type { AttributeValue } from '../items/attribute-value.ts';
import { compareValues } from '../items/comparison.ts';
import { invalidParameters, validation } from '../errors.ts';
import type { KeyConditions, KeyPredicate } from '../expressions/key-condition.ts';
import {
  afterKey,
  afterPrefix,
  endedSortPart,
  openSortPart,
  partitionKeyBytes,
  sortKeyBytes,
  type KeyAttribute,
  type KeyAttributes,
} from '../items/key.ts';
import type { Index, Table } from '../tables/table.ts';

export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

/** Throws what AWS says of conditions that do not name one partition, and one stretch in it. */
export function queryRange(table: Table, index: Index | undefined, asked: KeyConditions): KeyRange {
  const { key, prefix } = index ?? table;
  checkConditions(key, asked);
  const partition = emptyAttributes();
  for (const { name } of key.partition) {
    const predicate = asked.get(name);
    if (predicate?.type !== '=') throw validation('Query key condition not supported');
    partition[name] = predicate.value;
  }
  let start: Buffer = Buffer.concat([prefix, partitionKeyBytes(key.partition, partition)]);
  for (const { name } of key.sort) {
    const predicate = asked.get(name);
    if (predicate === undefined) break;
    if (predicate.type !== '=') return sortRange(start, predicate);
    start = Buffer.concat([start, endedSortPart(predicate.value)]);
  }
  return { start, end: afterPrefix(start) };
}

function checkConditions({ partition, sort }: KeyAttributes, asked: KeyConditions): void {
  if (asked.size > partition.length + Math.max(sort.length, 1)) {
    throw validation('Conditions can be of length 1 or 2 only');
  }
  const missing = partition.find(({ name }) => !asked.has(name));
  if (missing !== undefined) throw missedElement(missing);
  const extra = asked.size - partition.length;
  const asksForSort = sort.slice(0, extra);
  const skipped = asksForSort.find(({ name }) => !asked.has(name));
  if (skipped !== undefined) throw missedElement(skipped);
  if (asksForSort.length < extra) throw validation('Query key condition not supported');
  for (const attribute of [...partition, ...asksForSort]) {
    const predicate = asked.get(attribute.name) as KeyPredicate;
    for (const value of valuesOf(predicate)) checkValue(attribute, value);
    if (predicate.type === 'begins-with' && attribute.type === 'N') {
      throw invalidParameters(
        'ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type',
      );
    }
  }
  const ranged = asksForSort.slice(0, -1).find(({ name }) => asked.get(name)?.type !== '=');
  if (ranged !== undefined) throw validation('Query key condition not supported');
}

function missedElement({ name }: KeyAttribute): Error {
  return validation(`Query condition missed key schema element: ${name}`);
}

function valuesOf(predicate: KeyPredicate): AttributeValue[] {
  return predicate.type === 'between' ? [predicate.low, predicate.high] : [predicate.value];
}

function checkValue({ name, type }: KeyAttribute, value: AttributeValue): void {
  if (typeOf(value) !== type) {
    throw invalidParameters('Condition parameter type does not match schema type');
  }
  if (value.S !== '' && value.B !== '') return;
  throw validation(
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot ' +
      `contain an empty ${type === 'S' ? 'string' : 'binary'} value. Key: ${name}`,
  );
}

function sortRange(prefix: Buffer, predicate: KeyPredicate): KeyRange {
  const from = (value: AttributeValue) => Buffer.concat([prefix, endedSortPart(value)]);
  switch (predicate.type) {
    case '<':
      return { start: prefix, end: from(predicate.value) };
    case '<=':
      return { start: prefix, end: afterPrefix(from(predicate.value)) };
    case '>':
      return { start: afterPrefix(from(predicate.value)), end: afterPrefix(prefix) };
    case '>=':
      return { start: from(predicate.value), end: afterPrefix(prefix) };
    case 'between':
      return { start: from(predicate.low), end: afterPrefix(from(predicate.high)) };
    case 'begins-with': {
      const start = Buffer.concat([prefix, openSortPart(predicate.value)]);
      return { start, end: afterPrefix(start) };
    }
    default:
      throw new TypeError(`not a range: ${predicate.type}`);
  }
}

/** What is left of a stretch after the item with the given key, which need not exist. */
export function rangeAfter(
  range: KeyRange,
  startKey: AttributeMap,
  table: Table,
  index: Index | undefined,
  reverse: boolean,
): KeyRange {
  const key = storageKey(startKey, table, index);
  if (reverse) return { start: range.start, end: key };
  return { start: afterKey(key), end: range.end };
}

export function storageKey(key: AttributeMap, table: Table, index: Index | undefined): Buffer {
  const tableKey = [partitionKeyBytes(table.key.partition, key), sortKeyBytes(table.key.sort, key)];
  if (index === undefined) return Buffer.concat([table.prefix, ...tableKey]);
  return Buffer.concat([
    index.prefix,
    partitionKeyBytes(index.key.partition, key),
    sortKeyBytes(index.key.sort, key),
    ...tableKey,
  ]);
}

/** AWS refuses a start key that the conditions would never have come to. */
export function checkStartInRange(
  startKey: AttributeMap,
  { partition, sort }: KeyAttributes,
  asked: KeyConditions,
): void {
  const fits = ({ name }: KeyAttribute) => {
    const predicate = asked.get(name);
    const value = attributeOf(startKey, name);
    return predicate === undefined || value === undefined || satisfies(value, predicate);
  };
  if (!partition.every(fits)) {
    throw validation(
      'The provided starting key is outside query boundaries based on provided conditions',
    );
  }
  if (!sort.every(fits)) {
    throw validation('The provided starting key does not match the range key predicate');
  }
}

function satisfies(value: AttributeValue, predicate: KeyPredicate): boolean {
  const order = (other: AttributeValue) => compareValues(value, other) ?? NaN;
  switch (predicate.type) {
    case '=':
      return order(predicate.value) === 0;
    case '<':
      return order(predicate.value) < 0;
    case '<=':
      return order(predicate.value) <= 0;
    case '>':
      return order(predicate.value) > 0;
    case '>=':
      return order(predicate.value) >= 0;
    case 'between':
      return order(predicate.low) >= 0 && order(predicate.high) <= 0;
    case 'begins-with': {
      const start = openSortPart(predicate.value);
      return openSortPart(value).subarray(0, start.length).equals(start);
    }
  }
}
