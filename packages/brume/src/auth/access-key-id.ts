/**
 * Access key ids as AWS makes them: four letters for the kind, then base32 of ten bytes in which the
 * account is written, so that a key alone says whose it is.
 *
 * AWS does not document the form; Tal Be'ery, "A short note on AWS KEY ID" (2023-10-26), shows that
 * bits 1 to 40 of the decoded bytes are the account. `sts:GetAccessKeyInfo` relies on the same.
 */
import type { Random } from '../environment/environment.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BYTES = 10;
const ACCOUNT_SHIFT = 39n;
const ACCOUNT_MASK = (1n << 40n) - 1n;

/** `AKIA` is a long-term key, `ASIA` a session's; `AROA` names a role, by no account. */
export type KeyPrefix = 'AKIA' | 'ASIA';

export function newAccessKeyId(prefix: KeyPrefix, accountId: string, random: Random): string {
  // The first bit is set in all keys of today; the 39 after the account are chance.
  const chance = BigInt(`0x${random.bytes(5).toString('hex')}`) & ((1n << ACCOUNT_SHIFT) - 1n);
  const number = (1n << 79n) | (BigInt(accountId) << ACCOUNT_SHIFT) | chance;
  return prefix + base32(number);
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

/** 16 characters of base32 from the bytes, or any other unique id's tail: `AROA` + this. */
export function base32Id(bytes: Uint8Array): string {
  return base32(BigInt(`0x${Buffer.from(bytes.subarray(0, BYTES)).toString('hex')}`));
}

function base32(number: bigint): string {
  let text = '';
  for (let shift = 75n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((number >> shift) & 31n)];
  return text;
}
