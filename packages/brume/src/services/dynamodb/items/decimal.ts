/**
 * DynamoDB's numbers: exact decimals of up to 38 significant digits with magnitudes from 1E-130 to
 * 9.99…E+125. They are held as digit strings and never become JavaScript numbers.
 */
import { DECIMAL_DIGITS_MAX, DECIMAL_EXPONENT_MAX, DECIMAL_EXPONENT_MIN } from '../limits.ts';

export interface Decimal {
  readonly sign: -1 | 0 | 1;
  /** Significant digits, without zeros at either end; empty for zero. */
  readonly digits: string;
  /** The value is 0.digits × 10^exponent; 0 for zero. */
  readonly exponent: number;
}

/** Why a text is not a number that DynamoDB stores. */
export type DecimalProblem = 'not-a-number' | 'overflow' | 'underflow' | 'too-many-digits';

const ZERO: Decimal = { sign: 0, digits: '', exponent: 0 };
const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;
const CANONICAL_INTEGER = /^(?:0|-?[1-9]\d{0,37})$/;

export function parseDecimal(text: string): Decimal | DecimalProblem {
  const match = NUMBER.exec(text);
  if (match === null) return 'not-a-number';
  const [, sign = '', integer = '', fraction = '', bareFraction = '', exponent = '0'] = match;
  const digits = integer + (fraction || bareFraction);
  const point = integer.length + Number(exponent);
  return inRange(normalize(sign === '-' ? -1 : 1, digits, point));
}

/**
 * The one text in which a number is stored and answered: plain digits, expanded, no zeros to spare.
 * Undefined where `parseDecimal` finds a problem.
 */
export function canonicalNumber(text: string): string | undefined {
  if (CANONICAL_INTEGER.test(text)) return text;
  const decimal = parseDecimal(text);
  return typeof decimal === 'string' ? undefined : formatDecimal(decimal);
}

/** Parses a number that is known to be valid, because it was stored or has been validated. */
export function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (typeof parsed === 'string') throw new TypeError(`not a decimal (${parsed})`);
  return parsed;
}

export function formatDecimal({ sign, digits, exponent }: Decimal): string {
  if (sign === 0) return '0';
  const prefix = sign < 0 ? '-' : '';
  if (exponent <= 0) return `${prefix}0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return prefix + digits + '0'.repeat(exponent - digits.length);
  return `${prefix}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign) return a.sign - b.sign;
  return a.sign * compareMagnitudes(a, b);
}

export function addDecimals(a: Decimal, b: Decimal): Decimal | DecimalProblem {
  if (a.sign === 0) return b;
  if (b.sign === 0) return a;
  const scale = Math.max(a.digits.length - a.exponent, b.digits.length - b.exponent);
  const sum = scaled(a, scale) + scaled(b, scale);
  const digits = (sum < 0n ? -sum : sum).toString();
  return inRange(normalize(sum < 0n ? -1 : 1, digits, digits.length - scale));
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal | DecimalProblem {
  return addDecimals(a, negate(b));
}

/**
 * Bytes that sort as the numbers do, at most 21: AWS's own form, which its partition hash is taken
 * of (found by dynalite against AWS). An exponent in base 100, then base-100 digits: plus one where
 * positive; subtracted from 101 where negative, ended by 102 when there are fewer than 20.
 */
export function decimalKeyBytes({ sign, digits, exponent }: Decimal): Buffer {
  if (sign === 0) return Buffer.of(ZERO_BYTE);
  const aligned = exponent % 2 === 0 ? digits : `0${digits}`;
  const pairs = Math.ceil(aligned.length / 2);
  const ended = sign < 0 && pairs < PAIRS_MAX;
  const bytes = Buffer.alloc(1 + pairs + (ended ? 1 : 0));
  const header = EXPONENT_BIAS + Math.ceil(exponent / 2);
  bytes[0] = sign < 0 ? 0xff ^ header : header;
  for (let pair = 0; pair < pairs; pair++) {
    const value = Number(aligned.slice(2 * pair, 2 * pair + 2).padEnd(2, '0'));
    bytes[1 + pair] = sign < 0 ? 101 - value : value + 1;
  }
  if (ended) bytes[1 + pairs] = NEGATIVE_END;
  return bytes;
}

/** True when `decimalKeyBytes` says by itself where it ends, so that other bytes may follow. */
export function endsItself(bytes: Uint8Array): boolean {
  return bytes.length > PAIRS_MAX || (bytes[0] ?? 0) < ZERO_BYTE;
}

/**
 * What a number counts for in an item's size: a byte, and one more for every two digits on either
 * side of the point, leading and trailing zeros left out; and a byte for the minus sign.
 */
export function decimalSizeBytes({ sign, digits, exponent }: Decimal): number {
  if (sign === 0) return 1;
  const integerDigits = Math.min(Math.max(exponent, 0), digits.length);
  const fractionDigits = digits.length - integerDigits;
  return 1 + Math.ceil(integerDigits / 2) + Math.ceil(fractionDigits / 2) + (sign < 0 ? 1 : 0);
}

const ZERO_BYTE = 0x80;
const EXPONENT_BIAS = 0xc0;
const NEGATIVE_END = 102;
const PAIRS_MAX = 20;

function normalize(sign: -1 | 1, digits: string, point: number): Decimal {
  let start = 0;
  while (start < digits.length && digits[start] === '0') start++;
  let end = digits.length;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return ZERO;
  return { sign, digits: digits.slice(start, end), exponent: point - start };
}

function inRange(value: Decimal): Decimal | DecimalProblem {
  if (value.sign === 0) return value;
  const scientificExponent = value.exponent - 1;
  if (scientificExponent > DECIMAL_EXPONENT_MAX) return 'overflow';
  if (scientificExponent < DECIMAL_EXPONENT_MIN) return 'underflow';
  return value.digits.length > DECIMAL_DIGITS_MAX ? 'too-many-digits' : value;
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.exponent !== b.exponent) return a.exponent - b.exponent;
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}

function negate(value: Decimal): Decimal {
  if (value.sign === 0) return value;
  return { ...value, sign: value.sign < 0 ? 1 : -1 };
}

/** The value times 10^scale, which must make it whole. */
function scaled({ sign, digits, exponent }: Decimal, scale: number): bigint {
  const magnitude = BigInt(digits + '0'.repeat(scale - digits.length + exponent));
  return sign < 0 ? -magnitude : magnitude;
}
