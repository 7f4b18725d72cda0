/**
 * Unique ids as AWS makes them, for access keys and principals: four letters for the kind, then base32
 * of ten bytes in which the account is written, so that a key alone says whose it is.
 *
 * AWS does not document the form; Tal Be'ery, "A short note on AWS KEY ID" (2023-10-26), shows that
 * bits 1 to 40 of the decoded bytes are the account. `sts:GetAccessKeyInfo` relies on the same.
 */
import type { Random } from '../environment/environment.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ACCOUNT_SHIFT = 39n;
const ACCOUNT_MASK = (1n << 40n) - 1n;
/** Set in all ids of today. */
const TOP_BIT = 1n << 79n;

/** `AKIA` is a long-term key, `ASIA` a session's, `AROA` a role. */
export type IdPrefix = 'AKIA' | 'ASIA' | 'AROA';

export function newAccessKeyId(prefix: IdPrefix, accountId: string, random: Random): string {
  return uniqueId(prefix, accountId, random.bytes(5));
}

/** `tail`: what tells the account's ids apart; 39 bits of its first five bytes count. */
export function uniqueId(prefix: IdPrefix, accountId: string, tail: Buffer): string {
  const low = BigInt(`0x${tail.toString('hex', 0, 5)}`) & ((1n << ACCOUNT_SHIFT) - 1n);
  const number = TOP_BIT | (BigInt(accountId) << ACCOUNT_SHIFT) | low;
  let text: string = prefix;
  for (let shift = 75n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((number >> shift) & 31n)];
  return text;
}

/** The account that a key id holds: the id itself where it is a 12-digit number, else by AWS's form. */
export function accountOfAccessKeyId(accessKeyId: string): string | undefined {
  if (isAccountId(accessKeyId)) return accessKeyId;
  if (!/^A(?:KIA|SIA)[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  let number = 0n;
  for (const letter of accessKeyId.slice(4)) {
    number = (number << 5n) | BigInt(ALPHABET.indexOf(letter));
  }
  const account = String((number >> ACCOUNT_SHIFT) & ACCOUNT_MASK).padStart(12, '0');
  return isAccountId(account) ? account : undefined;
}

export function isAccountId(text: string): boolean {
  return text.length === 12 && /^\d{12}$/.test(text);
}
