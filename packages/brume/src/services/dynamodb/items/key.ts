/**
 * Keys of items in the store: their byte order is the order in which AWS scans and queries.
 *
 *   prefix of the table or index | MD5 of the partition key | partition key | sort key [| table key]
 *
 * The MD5 is AWS's own ("Outliers" before the key's bytes: dynalite found it against AWS), so that
 * scans and parallel segments come in AWS's order. Every part says by itself where it ends.
 */
import { hash } from 'node:crypto';
import {
  attributeOf,
  binaryBytes,
  typeOf,
  type AttributeMap,
  type AttributeValue,
  type ScalarType,
} from './attribute-value.ts';
import { cachedByText } from '../cached-by-text.ts';
import { decimal, decimalKeyBytes, endsItself } from './decimal.ts';
import { PARTITIONS_CACHED_MAX } from '../limits.ts';

export interface KeyAttribute {
  readonly name: string;
  readonly type: ScalarType;
}

/** A table has one partition attribute and at most one to sort by; a global index up to four each. */
export interface KeyAttributes {
  readonly partition: readonly KeyAttribute[];
  readonly sort: readonly KeyAttribute[];
}

export const PARTITION_HASH_BYTES = 16;
const HASH_SALT = Buffer.from('Outliers');

/** Where a partition is, after the table's or index's own prefix. */
export function partitionKeyBytes(partition: readonly KeyAttribute[], item: AttributeMap): Buffer {
  const [only] = partition;
  if (partition.length > 1 || only === undefined) return joinedPartition(partition, item);
  const value = attributeOf(item, only.name);
  const text = value?.S ?? value?.N ?? value?.B;
  return text === undefined || text.length > CACHED_TEXT_LENGTH_MAX
    ? joinedPartition(partition, item)
    : BYTES_OF[typeOf(value as AttributeValue) as ScalarType](text);
}

/** Hashing costs more than all the rest of finding an item: most requests are for a few partitions. */
const BYTES_OF: Readonly<Record<ScalarType, (text: string) => Buffer>> = {
  S: cachedByText(PARTITIONS_CACHED_MAX, (S) => partitionBytes([scalarBytes({ S })])),
  N: cachedByText(PARTITIONS_CACHED_MAX, (N) => partitionBytes([scalarBytes({ N })])),
  B: cachedByText(PARTITIONS_CACHED_MAX, (B) => partitionBytes([scalarBytes({ B })])),
};
const CACHED_TEXT_LENGTH_MAX = 200;

function joinedPartition(partition: readonly KeyAttribute[], item: AttributeMap): Buffer {
  return partitionBytes(partition.map(({ name }) => scalarBytes(attributeOf(item, name))));
}

function partitionBytes(parts: readonly Buffer[]): Buffer {
  const hashed = hash('md5', Buffer.concat([HASH_SALT, ...parts]), 'buffer');
  return Buffer.concat([hashed, ...parts.flatMap((part) => [lengthBytes(part), part])]);
}

export function sortKeyBytes(sort: readonly KeyAttribute[], item: AttributeMap): Buffer {
  const [only] = sort;
  if (only === undefined) return EMPTY;
  if (sort.length === 1) return endedSortPart(attributeOf(item, only.name));
  return Buffer.concat(sort.map(({ name }) => endedSortPart(attributeOf(item, name))));
}

/** A sort value with its end, as it stands in keys. */
export function endedSortPart(value: AttributeValue | undefined): Buffer {
  const bytes = scalarBytes(value);
  if (value?.N === undefined) return Buffer.concat([escaped(bytes), TEXT_END]);
  return endsItself(bytes) ? bytes : Buffer.concat([bytes, NUMBER_END]);
}

/** The beginning of all sort values that begin with this one. */
export function openSortPart(value: AttributeValue): Buffer {
  return escaped(scalarBytes(value));
}

/** The first key after all keys that begin with `prefix`. */
export function afterPrefix(prefix: Uint8Array): Buffer {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end--;
  if (end === 0) throw new RangeError('no key comes after this prefix');
  const bytes = Buffer.from(prefix.subarray(0, end));
  bytes[end - 1] = (bytes[end - 1] as number) + 1;
  return bytes;
}

/** The first key after `key`. */
export function afterKey(key: Uint8Array): Buffer {
  return Buffer.concat([key, NUMBER_END]);
}

const EMPTY = Buffer.alloc(0);
/** Less than any byte of a longer number. */
const NUMBER_END = Buffer.of(0x00);
/** Less than any byte of a longer text; a zero byte of the text itself is followed by FF. */
const TEXT_END = Buffer.of(0x00, 0x01);
const ESCAPED_ZERO = Buffer.of(0x00, 0xff);

function scalarBytes(value: AttributeValue | undefined): Buffer {
  if (value?.S !== undefined) return Buffer.from(value.S, 'utf8');
  if (value?.N !== undefined) return decimalKeyBytes(decimal(value.N));
  if (value?.B !== undefined) return binaryBytes(value.B);
  throw new TypeError('not the value of a key attribute');
}

function lengthBytes(part: Buffer): Buffer {
  const length = Buffer.allocUnsafe(2);
  length.writeUInt16BE(part.length);
  return length;
}

function escaped(bytes: Buffer): Buffer {
  let zero = bytes.indexOf(0);
  if (zero < 0) return bytes;
  const parts: Buffer[] = [];
  let start = 0;
  for (; zero >= 0; zero = bytes.indexOf(0, start)) {
    parts.push(bytes.subarray(start, zero), ESCAPED_ZERO);
    start = zero + 1;
  }
  return Buffer.concat([...parts, bytes.subarray(start)]);
}
