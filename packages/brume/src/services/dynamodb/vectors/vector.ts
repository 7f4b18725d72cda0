/** Vectors: lists of numbers in items, 32-bit floating point numbers in indexes. */
import type { AttributeValue } from '../items/attribute-value.ts';
import { canonicalNumber } from '../items/decimal.ts';

export const NUMBER_BYTES = 4;
/** Digits that tell any 32-bit floating point number from its neighbours. */
const NUMBER_DIGITS_MAX = 9;

/** The number as an index holds it; undefined where it is too large for that. */
export function floatOf(text: string): number | undefined {
  const float = Math.fround(Number(text));
  return Number.isFinite(float) ? float : undefined;
}

/** Undefined where the value is no vector of so many dimensions. */
export function vectorOf(
  value: AttributeValue | undefined,
  dimensions: number,
): Float32Array | undefined {
  const list = value?.L;
  if (list?.length !== dimensions) return undefined;
  const vector = new Float32Array(dimensions);
  for (let at = 0; at < dimensions; at++) {
    const text = list[at]?.N;
    const float = text === undefined ? undefined : floatOf(text);
    if (float === undefined) return undefined;
    vector[at] = float;
  }
  return vector;
}

/** The vector at the end of an entry. */
export function storedVector(entry: Uint8Array, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const bytes = NUMBER_BYTES * dimensions;
  new Uint8Array(vector.buffer).set(entry.subarray(entry.length - bytes));
  return vector;
}

/** A vector as an index can still give it: the shortest decimals that are the same numbers in it. */
export function vectorValue(vector: Float32Array): AttributeValue {
  return { L: Array.from(vector, (float) => ({ N: shortestDecimal(float) })) };
}

function shortestDecimal(float: number): string {
  let digits = 1;
  while (digits < NUMBER_DIGITS_MAX && Math.fround(Number(float.toPrecision(digits))) !== float) {
    digits++;
  }
  const text = float.toPrecision(digits);
  return canonicalNumber(text) ?? text;
}
