/**
 * Attribute values as they are stored and compared: a union of one type, numbers in canonical text,
 * binaries in base64. `normalizeAttributes` makes them from a request's; all else relies on it.
 */
import type { AttributeValue } from '../../../model/generated/dynamodb.types.ts';
import { decimal, decimalSizeBytes } from './decimal.ts';

export type { AttributeValue };

/**
 * Attributes by name. Made by `JSON.parse` or without a prototype; `__proto__` is a legal name, so
 * look into it with `attributeOf` only, and add to copies made by `copyAttributes` only.
 */
export type AttributeMap = Record<string, AttributeValue>;

export type AttributeType = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'NULL' | 'BOOL';
export type ScalarType = 'S' | 'N' | 'B';

export function attributeOf(map: AttributeMap, name: string): AttributeValue | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

export function emptyAttributes(): AttributeMap {
  return Object.create(null) as AttributeMap;
}

export function copyAttributes(map: AttributeMap): AttributeMap {
  return Object.assign(emptyAttributes(), map);
}

/** The one type of a normalized value. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new TypeError('an attribute value without a type');
}

export function binaryBytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

/** What attributes count for in an item's size: names and values, UTF-8. */
export function attributesSizeBytes(map: AttributeMap): number {
  let size = 0;
  for (const name of Object.keys(map)) {
    size += utf8SizeBytes(name) + valueSizeBytes(map[name] as AttributeValue);
  }
  return size;
}

export function valueSizeBytes(value: AttributeValue): number {
  if (value.S !== undefined) return utf8SizeBytes(value.S);
  if (value.N !== undefined) return numberSizeBytes(value.N);
  if (value.B !== undefined) return base64SizeBytes(value.B);
  if (value.M !== undefined) return mapSizeBytes(value.M);
  if (value.L !== undefined) return sum(value.L, valueSizeBytes) + 3 + value.L.length;
  if (value.SS !== undefined) return sum(value.SS, utf8SizeBytes);
  if (value.NS !== undefined) return sum(value.NS, numberSizeBytes);
  if (value.BS !== undefined) return sum(value.BS, base64SizeBytes);
  return 1;
}

export function utf8SizeBytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

export function base64SizeBytes(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

function mapSizeBytes(map: AttributeMap): number {
  const names = Object.keys(map);
  return attributesSizeBytes(map) + 3 + names.length;
}

function numberSizeBytes(text: string): number {
  if (text.length <= 2 && text >= '0' && text <= '99') return text === '0' ? 1 : 2;
  return decimalSizeBytes(decimal(text));
}

function sum<Element>(elements: readonly Element[], sizeOf: (element: Element) => number): number {
  let total = 0;
  for (const element of elements) total += sizeOf(element);
  return total;
}
