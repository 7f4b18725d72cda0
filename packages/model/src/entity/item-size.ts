/** The size of an item as DynamoDB counts it. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { ModelError } from '../errors.ts';

/** DynamoDB's limit on an item, names and values together (developer guide, "Constraints"). */
export const ITEM_BYTES_MAX = 400 * 1024;

export function checkItemSize(item: AttributeMap): void {
  // Most items are far from the limit: text is measured exactly only where it could matter.
  if (mapBytes(item, atMostBytes) <= ITEM_BYTES_MAX) return;
  const size = mapBytes(item, utf8Bytes);
  if (size <= ITEM_BYTES_MAX) return;
  throw new ModelError(
    'ItemTooLarge',
    `the item has ${size} bytes; DynamoDB takes ${ITEM_BYTES_MAX}`,
  );
}

export function itemBytes(item: AttributeMap): number {
  return mapBytes(item, utf8Bytes);
}

type Measure = (text: string) => number;
const atMostBytes: Measure = (text) => text.length * 3;

function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    // A pair of surrogates is two units and four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}

function mapBytes(map: AttributeMap, measure: Measure): number {
  let bytes = 0;
  for (const name in map) bytes += measure(name) + valueBytes(map[name] as AttributeValue, measure);
  return bytes;
}

/** Lists and maps: 3 bytes, and 1 for each member; numbers: 1 byte for 2 digits, and 1. */
function valueBytes(value: AttributeValue, measure: Measure): number {
  if ('S' in value) return measure(value.S);
  if ('N' in value) return numberBytes(value.N);
  if ('M' in value) return 3 + Object.keys(value.M).length + mapBytes(value.M, measure);
  if ('L' in value) return value.L.reduce((sum, part) => sum + 1 + valueBytes(part, measure), 3);
  if ('B' in value) return value.B.length;
  if ('SS' in value) return value.SS.reduce((sum, text) => sum + measure(text), 0);
  if ('NS' in value) return value.NS.reduce((sum, digits) => sum + numberBytes(digits), 0);
  if ('BS' in value) return value.BS.reduce((sum, bytes) => sum + bytes.length, 0);
  return 1;
}

function numberBytes(digits: string): number {
  const significant = digits
    .replace(/e.*$/i, '')
    .replaceAll(/[-+.]/g, '')
    .replaceAll(/^0+|0+$/g, '');
  return Math.ceil(significant.length / 2) + 1 + (digits.startsWith('-') ? 1 : 0);
}
