/** Between plain values and DynamoDB's attribute values, by the converter in use. */
import type { AttributeMap, AttributeValue } from '../../attribute-value.ts';
import { converter } from '../aws/converter.ts';
import { isPlainObject, type Path, type Plain } from '../deep-copy.ts';
import { TypeMismatch } from '../errors.ts';

const options = { removeUndefinedValues: true, requireWellFormed: true } as const;

/** What DynamoDB cannot store is an error that names the attribute, before anything is sent. */
export function toAttributes(item: Plain): AttributeMap {
  try {
    return converter().marshall(item, options);
  } catch (error) {
    throw unstorable(item, error);
  }
}

export function toAttribute(value: unknown, name: string): AttributeValue {
  try {
    return converter().convertToAttr(value, options);
  } catch (error) {
    throw unstorable({ [name]: value }, error);
  }
}

export function fromAttributes(attributes: object): Plain {
  return converter().unmarshall(attributes as AttributeMap);
}

function unstorable(item: Plain, error: unknown): Error {
  const found = findUnstorable(item, [], new Set());
  if (!found) return error as Error;
  return new TypeMismatch(
    `Expected ${found.path.join('.')} to be a value that DynamoDB can store, ` +
      `instead found ${found.what}.`,
  );
}

/** Looks for the value that made the conversion fail; only ever runs after it has. */
function findUnstorable(
  value: unknown,
  path: Path,
  holders: ReadonlySet<unknown>,
): { path: Path; what: string } | undefined {
  if (holders.has(value)) return { path, what: 'a value that contains itself' };
  if (Array.isArray(value) || isPlainObject(value) || value instanceof Map) {
    const inside = new Set(holders).add(value);
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    for (const [key, inner] of entries as [string, unknown][]) {
      const found = findUnstorable(inner, [...path, key], inside);
      if (found) return found;
    }
    return undefined;
  }
  if (value instanceof Set && value.size === 0) return { path, what: 'an empty set' };
  try {
    converter().convertToAttr(value, options);
    return undefined;
  } catch {
    return { path, what: whatIs(value) };
  }
}

function whatIs(value: unknown): string {
  if (typeof value === 'string') return 'a string with a lone surrogate';
  if (typeof value === 'number') return `the number ${value}`;
  if (value instanceof Date) return 'a Date where the schema has none';
  if (value instanceof Set) return 'a set of several or unsupported types';
  return `type ${typeof value === 'object' ? value?.constructor?.name : typeof value}`;
}

/** DynamoDB's names of its types: what tells its form of an item from the plain one. */
const typeNames = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);

/** Whether every attribute is in DynamoDB's form; null when there is none to tell by. */
export function isDynamoObject(value: unknown, single = false): boolean | null {
  if (typeof value !== 'object' || value === null) return false;
  const names = Object.keys(value);
  if (single) return names.length === 1 && typeNames.has(names[0] as string);
  if (names.length === 0) return null;
  return names.every((name) => isDynamoObject((value as Plain)[name], true));
}
