/** Attributes of JSON that no model has looked at: the shape of every value is checked here. */
import type { AttributeMap, AttributeType } from '../items/attribute-value.ts';
import { NESTING_LEVELS_MAX } from '../limits.ts';

const isText = (value: unknown) => typeof value === 'string';
const isBase64 = (value: unknown) =>
  typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
const isBoolean = (value: unknown) => typeof value === 'boolean';
const isListOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(is);

type Check = (value: unknown, level: number) => boolean;

const TYPES: ReadonlyMap<string, Check> = new Map<AttributeType, Check>([
  ['S', isText],
  ['N', isText],
  ['B', isBase64],
  ['SS', isListOf(isText)],
  ['NS', isListOf(isText)],
  ['BS', isListOf(isBase64)],
  ['BOOL', isBoolean],
  ['NULL', isBoolean],
  ['M', (value, level) => isAttributeMap(value, level + 1)],
  [
    'L',
    (value, level) =>
      Array.isArray(value) && value.every((one) => isAttributeValue(one, level + 1)),
  ],
]);

export function isAttributeMap(value: unknown, level = 1): value is AttributeMap {
  return isObject(value) && Object.values(value).every((one) => isAttributeValue(one, level));
}

function isAttributeValue(value: unknown, level: number): boolean {
  // Deeper values are refused anyway, in the words that all operations have for them.
  if (level > NESTING_LEVELS_MAX + 1) return true;
  if (!isObject(value)) return false;
  return Object.entries(value).every(([type, member]) => TYPES.get(type)?.(member, level) ?? false);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
