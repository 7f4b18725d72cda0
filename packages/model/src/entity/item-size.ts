/** The size of an item as DynamoDB counts it. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { ModelError } from '../errors.ts';

/** DynamoDB's limit on an item, names and values together (developer guide, "Constraints"). */
export const ITEM_BYTES_MAX = 400 * 1024;

export function checkItemSize(item: AttributeMap): void {
  const size = itemBytes(item);
  if (size <= ITEM_BYTES_MAX) return;
  throw new ModelError(
    'ItemTooLarge',
    `the item has ${size} bytes; DynamoDB takes ${ITEM_BYTES_MAX}`,
  );
}

export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    // A pair of surrogates is two units and four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}

export function itemBytes(map: AttributeMap): number {
  let bytes = 0;
  for (const name in map) bytes += utf8Bytes(name) + valueBytes(map[name] as AttributeValue);
  return bytes;
}

/** Lists and maps: 3 bytes, and 1 for each member; numbers: 1 byte for 2 digits, and 1. */
function valueBytes(value: AttributeValue): number {
  if ('S' in value) return utf8Bytes(value.S);
  if ('N' in value) return numberBytes(value.N);
  if ('M' in value) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  if ('L' in value) return value.L.reduce((sum, part) => sum + 1 + valueBytes(part), 3);
  if ('B' in value) return value.B.length;
  if ('SS' in value) return sumOf(value.SS, utf8Bytes);
  if ('NS' in value) return sumOf(value.NS, numberBytes);
  if ('BS' in value) return sumOf(value.BS, (bytes) => bytes.length);
  return 1;
}

function sumOf<T>(members: readonly T[], bytesOf: (member: T) => number): number {
  return members.reduce((sum, member) => sum + bytesOf(member), 0);
}

function numberBytes(digits: string): number {
  const significant = digits.replaceAll(/e.*|[-+.]/gi, '').replaceAll(/^0+|0+$/g, '');
  return Math.ceil(significant.length / 2) + 1 + (digits.startsWith('-') ? 1 : 0);
}
