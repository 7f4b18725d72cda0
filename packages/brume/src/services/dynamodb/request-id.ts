/**
 * DynamoDB's request ids: 128 random bits as 26 digits of base 32, and 26 more that are always the same
 * (seen in PynamoDB#808, 2020-07-02, and in other logs of AWS's answers).
 */
const DIGITS = 26;
const SUFFIX = 'VV4KQNSO5AEMVJF66Q9ASUAAJG';

export function requestIdOf(uuid: string): string {
  const bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  return bits.toString(32).toUpperCase().padStart(DIGITS, '0') + SUFFIX;
}
