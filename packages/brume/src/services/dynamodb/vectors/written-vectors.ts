/**
 * What AWS refuses in items of tables with vector indexes. The sentence for sizes is AWS's own (agent
 * toolkit, 2026-08); that for types follows it ("Troubleshooting vector indexes": it begins with
 * `Invalid type for parameter` and names the element).
 */
import {
  attributeOf,
  typeOf,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import { invalidParameters } from '../errors.ts';
import { floatOf } from './vector.ts';
import type { VectorIndex } from './vector-index.ts';

/** `before` is the item that an update changes: a vector that it leaves alone is not looked at. */
export function checkVector(index: VectorIndex, item: AttributeMap, before?: AttributeMap): void {
  const { attribute, dimensions, name } = index;
  const value = attributeOf(item, attribute);
  if (value === undefined || (before && value === attributeOf(before, attribute))) return;
  const { L: list } = value;
  if (list === undefined) throw wrongType(attribute, 'L', typeOf(value), name);
  for (const [at, element] of list.entries()) checkNumber(element, `${attribute}[${at}]`, name);
  if (list.length === dimensions) return;
  throw invalidParameters(
    `Invalid size for parameter ${attribute}, Expected: ${dimensions}, Actual: ${list.length}. ` +
      `IndexName: ${name}`,
  );
}

function checkNumber(element: AttributeValue, parameter: string, indexName: string): void {
  if (element.N === undefined) throw wrongType(parameter, 'N', typeOf(element), indexName);
  if (floatOf(element.N) !== undefined) return;
  throw invalidParameters(
    `Invalid value for parameter ${parameter}, not a 32-bit floating point number: ${element.N}. ` +
      `IndexName: ${indexName}`,
  );
}

function wrongType(parameter: string, expected: string, actual: string, indexName: string): Error {
  return invalidParameters(
    `Invalid type for parameter ${parameter}, Expected: ${expected}, Actual: ${actual}. ` +
      `IndexName: ${indexName}`,
  );
}
