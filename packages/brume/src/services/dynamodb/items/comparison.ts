/** How attribute values compare: equality of all types, order of strings, numbers and binaries. */
import {
  attributeOf,
  binaryBytes,
  type AttributeMap,
  type AttributeValue,
} from './attribute-value.ts';
import { compareDecimals, decimal } from './decimal.ts';

/** Equal by type and value; sets and maps without regard to order. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  if (a.B !== undefined) return a.B === b.B;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return a.NULL === b.NULL;
  if (a.M !== undefined) return b.M !== undefined && equalAttributes(a.M, b.M);
  if (a.L !== undefined) return b.L !== undefined && equalLists(a.L, b.L);
  if (a.SS !== undefined) return b.SS !== undefined && equalSets(a.SS, b.SS);
  if (a.NS !== undefined) return b.NS !== undefined && equalSets(a.NS, b.NS);
  return a.BS !== undefined && b.BS !== undefined && equalSets(a.BS, b.BS);
}

export function equalAttributes(a: AttributeMap, b: AttributeMap): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const other = attributeOf(b, name);
    return other !== undefined && equalValues(a[name] as AttributeValue, other);
  });
}

/** Less than, equal to or greater than 0; undefined for values of other or different types. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareText(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) {
    return compareDecimals(decimal(a.N), decimal(b.N));
  }
  if (a.B !== undefined && b.B !== undefined) {
    return Buffer.compare(binaryBytes(a.B), binaryBytes(b.B));
  }
  return undefined;
}

/** By UTF-8 bytes, which is by code points; JavaScript's own order is by UTF-16 units. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const unitA = a.charCodeAt(at);
    const unitB = b.charCodeAt(at);
    if (unitA === unitB) continue;
    const surrogateA = unitA >= 0xd800 && unitA <= 0xdfff;
    const surrogateB = unitB >= 0xd800 && unitB <= 0xdfff;
    // A surrogate stands for a code point above all that one unit can hold.
    if (surrogateA !== surrogateB) return surrogateA ? 1 : -1;
    return unitA - unitB;
  }
  return a.length - b.length;
}

function equalLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return (
    a.length === b.length &&
    a.every((element, index) => equalValues(element, b[index] as AttributeValue))
  );
}

function equalSets(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(b);
  return a.every((member) => members.has(member));
}
