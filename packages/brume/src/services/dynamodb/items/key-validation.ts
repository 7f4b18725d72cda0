/** Checks of key attributes against a table's schema, and of the attributes that its indexes sort by. */
import {
  attributeOf,
  base64SizeBytes,
  typeOf,
  utf8SizeBytes,
  type AttributeMap,
  type AttributeValue,
} from './attribute-value.ts';
import { EmptyKey, invalidParameters, keySchemaMismatch, validation } from '../errors.ts';
import type { Path } from '../expressions/ast.ts';
import type { KeyAttribute, KeyAttributes } from './key.ts';
import { PARTITION_KEY_BYTES_MAX, SORT_KEY_BYTES_MAX } from '../limits.ts';
import type { Table } from '../tables/table.ts';
import { checkVector } from '../vectors/written-vectors.ts';

/** For a request's `Key`: all of the key's attributes and nothing else. */
export function checkKey(table: Table, key: AttributeMap): void {
  if (Object.keys(key).length !== table.keyNames.length) throw keySchemaMismatch();
  checkKeyAttributes(table.key, key, keySchemaMismatch, keySchemaMismatch);
}

/** For an item to put. */
export function checkItemKey(table: Table, item: AttributeMap): void {
  checkKeyAttributes(table.key, item, missingKey, keyTypeMismatch);
}

/** For an item of BatchWriteItem, where AWS says less about a key of the wrong type. */
export function checkBatchItemKey(table: Table, item: AttributeMap): void {
  checkKeyAttributes(table.key, item, missingKey, keySchemaMismatch);
}

/**
 * For what is written: attributes that indexes sort by may be absent, but not of another type, nor
 * empty. AWS names the first index by name. `before` is the item that an update changes: what the
 * update leaves alone is not looked at, and an empty value is refused in other words.
 */
export function checkIndexKeys(table: Table, item: AttributeMap, before?: AttributeMap): void {
  if (table.vectorIndexes.length > 0) checkVectorIndexes(table, item, before);
  if (table.indexes.length === 0) return;
  const byName = table.indexes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const index of byName) {
    for (const attribute of [...index.key.partition, ...index.key.sort]) {
      if (table.keyNames.includes(attribute.name)) continue;
      const value = changedValue(attribute, item, before);
      if (value !== undefined) checkIndexKey(index, attribute, value, before !== undefined);
    }
    checkSizes(index.key, item);
  }
}

/** The same for the attributes of search schemas, and vectors themselves. Filters may be empty. */
function checkVectorIndexes(table: Table, item: AttributeMap, before?: AttributeMap): void {
  for (const index of table.vectorIndexes) {
    const { partition, filters } = index;
    for (const attribute of partition === undefined ? filters : [partition, ...filters]) {
      const value = changedValue(attribute, item, before);
      if (value === undefined || (isEmpty(value) && attribute !== partition)) continue;
      checkIndexKey(index, attribute, value, before !== undefined);
    }
    if (partition !== undefined) checkSizes({ partition: [partition], sort: [] }, item);
    checkVector(index, item, before);
  }
}

/** Undefined where an item lacks the attribute, and where an update leaves it alone. */
function changedValue(
  { name }: KeyAttribute,
  item: AttributeMap,
  before: AttributeMap | undefined,
): AttributeValue | undefined {
  const value = attributeOf(item, name);
  if (value === undefined || before === undefined) return value;
  const isSame = JSON.stringify(attributeOf(before, name)) === JSON.stringify(value);
  return isSame ? undefined : value;
}

type Refusal = (attribute: KeyAttribute, value: AttributeValue) => Error;

function checkKeyAttributes(
  { partition, sort }: KeyAttributes,
  item: AttributeMap,
  missing: (attribute: KeyAttribute) => Error,
  mismatch: Refusal,
): void {
  for (const attribute of [...partition, ...sort]) {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) throw missing(attribute);
    if (typeOf(value) !== attribute.type) throw mismatch(attribute, value);
    if (isEmpty(value)) throw emptyKey(attribute);
    checkSizes({ partition, sort }, item);
  }
}

function checkSizes({ partition, sort }: KeyAttributes, item: AttributeMap): void {
  if (keySizeBytes(partition, item) > PARTITION_KEY_BYTES_MAX) {
    throw invalidParameters(
      `Size of hashkey has exceeded the maximum size limit of${PARTITION_KEY_BYTES_MAX} bytes`,
    );
  }
  if (keySizeBytes(sort, item) > SORT_KEY_BYTES_MAX) {
    throw invalidParameters(
      `Aggregated size of all range keys has exceeded the size limit of ${SORT_KEY_BYTES_MAX} bytes`,
    );
  }
}

function keySizeBytes(attributes: readonly KeyAttribute[], item: AttributeMap): number {
  let size = 0;
  for (const { name } of attributes) {
    const value = attributeOf(item, name);
    if (value?.S !== undefined) size += utf8SizeBytes(value.S);
    else if (value?.B !== undefined) size += base64SizeBytes(value.B);
  }
  return size;
}

function checkIndexKey(
  index: { readonly name: string },
  { name, type }: KeyAttribute,
  value: AttributeValue,
  updated: boolean,
): void {
  if (typeOf(value) !== type) {
    throw invalidParameters(
      `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} ` +
        `IndexName: ${index.name}`,
    );
  }
  if (!isEmpty(value)) return;
  const what = `${value.S === undefined ? 'binary' : 'string'} value.`;
  if (updated) {
    throw new EmptyKey(
      'One or more parameter values are not valid. The update expression attempted to update a ' +
        'secondary index key to a value that is not supported. The AttributeValue for a key ' +
        `attribute cannot contain an empty ${what}`,
    );
  }
  throw new EmptyKey(
    'One or more parameter values are not valid. A value specified for a secondary index key is ' +
      'not supported. The AttributeValue for a key attribute cannot contain an empty ' +
      `${what} IndexName: ${index.name}, IndexKey: ${name}`,
  );
}

function isEmpty(value: AttributeValue): boolean {
  return value.S === '' || value.B === '';
}

function emptyKey({ name, type }: KeyAttribute): Error {
  return new EmptyKey(
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot ' +
      `contain an empty ${type === 'S' ? 'string' : 'binary'} value. Key: ${name}`,
  );
}

function missingKey({ name }: KeyAttribute): Error {
  return invalidParameters(`Missing the key ${name} in the item`);
}

function keyTypeMismatch({ name, type }: KeyAttribute, value: AttributeValue): Error {
  return invalidParameters(
    `Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
  );
}

/** Key attributes hold no maps or lists, so a path into one makes no sense; AWS says so. */
export function checkScalarKeys(table: Table, paths: readonly Path[]): void {
  const nested = paths.filter((path) => path.length > 1).map(([name]) => name);
  if (nested.length === 0) return;
  const refuse = (what: string) =>
    validation(
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not " +
        `allowed: ${what}`,
    );
  const key = nested.find((name) => table.keyNames.includes(name));
  if (key !== undefined) throw refuse(`Key: ${key}`);
  const indexKey = nested.find((name) =>
    table.indexes.some((index) => index.keyNames.includes(name)),
  );
  if (indexKey !== undefined) throw refuse(`IndexKey: ${indexKey}`);
}
