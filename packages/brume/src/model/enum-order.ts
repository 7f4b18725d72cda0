/**
 * The order in which AWS's servers list the values of an enum: that of a Java hash set of 32 buckets
 * by `String.hashCode`, without the spreading of bits that newer Java versions do. Found on, and
 * tested with, the answers recorded from AWS; larger enums show another order, unknown to us.
 */
const BUCKETS = 32;
const EXPLAINED_SIZE_MAX = 24;

export function enumOrder(values: readonly string[]): readonly string[] {
  if (values.length > EXPLAINED_SIZE_MAX) return values;
  return values.toReversed().sort((left, right) => bucket(left) - bucket(right));
}

function bucket(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash & (BUCKETS - 1);
}
