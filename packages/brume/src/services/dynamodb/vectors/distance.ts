/** How far vectors are from each other, by the three functions that an index can have. */
import type { VectorDistanceFunction } from '../../../model/generated/dynamodb.types.ts';

/** A vector and its length, in the sense of geometry. */
export interface Query {
  readonly vector: Float32Array;
  readonly length: number;
}

/** Scores one of many vectors that lie one after the other; `length` is its own. */
export type Score = (query: Query, vectors: Float32Array, start: number, length: number) => number;

/** COSINE is 1 - the cosine of the angle, so 0 to 2; what has no direction is at a right angle. */
export const SCORES: Readonly<Record<VectorDistanceFunction, Score>> = {
  COSINE: (query, vectors, start, length) => {
    const lengths = query.length * length;
    return lengths === 0 ? 1 : 1 - dotProduct(query.vector, vectors, start) / lengths;
  },
  DOT_PRODUCT: ({ vector }, vectors, start) => dotProduct(vector, vectors, start),
  EUCLIDEAN: ({ vector }, vectors, start) => Math.sqrt(squaredDistance(vector, vectors, start)),
};

/** What is most similar has the lowest rank. */
export function rankOf(distanceFunction: VectorDistanceFunction, score: number): number {
  return distanceFunction === 'DOT_PRODUCT' ? -score : score;
}

export function queryOf(vector: Float32Array): Query {
  return { vector, length: lengthOf(vector, 0, vector.length) };
}

/** Of `a` and as many numbers of `b`. Two sums: neither waits for the last product; four are slower. */
function dotProduct(a: Float32Array, b: Float32Array, start: number): number {
  const { length } = a;
  let even = 0;
  let odd = 0;
  let at = 0;
  for (; at + 1 < length; at += 2) {
    even += (a[at] as number) * (b[start + at] as number);
    odd += (a[at + 1] as number) * (b[start + at + 1] as number);
  }
  if (at < length) even += (a[at] as number) * (b[start + at] as number);
  return even + odd;
}

function squaredDistance(a: Float32Array, b: Float32Array, start: number): number {
  const { length } = a;
  let even = 0;
  let odd = 0;
  let at = 0;
  for (; at + 1 < length; at += 2) {
    const first = (a[at] as number) - (b[start + at] as number);
    const second = (a[at + 1] as number) - (b[start + at + 1] as number);
    even += first * first;
    odd += second * second;
  }
  if (at < length) even += ((a[at] as number) - (b[start + at] as number)) ** 2;
  return even + odd;
}

export function lengthOf(vectors: Float32Array, start: number, dimensions: number): number {
  let sum = 0;
  for (let at = start; at < start + dimensions; at++) sum += (vectors[at] as number) ** 2;
  return Math.sqrt(sum);
}
