/**
 * What an item counts for in the megabyte that ends a page of Query and Scan. It is not the item's
 * size: names count one byte, values a little more, and every 3 KB of it brings the sort key again.
 * (Found by dynalite against AWS, probably the size of AWS's own record.)
 */
import {
  type AttributeMap,
  type AttributeValue,
  valueSizeBytes,
} from '../items/attribute-value.ts';

const CHUNK_BYTES = 3072;
const CHUNK_OVERHEAD_BYTES = 18;

export function pageSizeBytes(attributes: AttributeMap, sortName: string | undefined): number {
  let size = 0;
  let sortKeySize = 0;
  for (const name of Object.keys(attributes)) {
    const value = attributes[name] as AttributeValue;
    if (name === sortName) sortKeySize = valueSizeBytes(value);
    else size += 1 + recordSizeBytes(value);
  }
  const chunks = 1 + Math.floor((1 + size) / CHUNK_BYTES);
  return 2 + size + chunks * (CHUNK_OVERHEAD_BYTES + sortKeySize);
}

function recordSizeBytes(value: AttributeValue): number {
  if (value.M !== undefined) return mapRecordBytes(value.M);
  if (value.L !== undefined) return listRecordBytes(value.L);
  if (value.NULL !== undefined) return 0;
  const size = valueSizeBytes(value);
  if (value.BOOL !== undefined) return size;
  if (value.S !== undefined) return size + lengthBytes(size);
  const set = value.SS ?? value.NS ?? value.BS;
  return size + 1 + (set === undefined ? 0 : set.length);
}

function mapRecordBytes(map: AttributeMap): number {
  let size = 3;
  for (const name of Object.keys(map)) size += 2 + recordSizeBytes(map[name] as AttributeValue);
  return size;
}

function listRecordBytes(list: readonly AttributeValue[]): number {
  let size = 3;
  for (const element of list) size += 1 + recordSizeBytes(element);
  return size;
}

function lengthBytes(size: number): number {
  if (size < 128) return 1;
  return size < 16_384 ? 2 : 3;
}
