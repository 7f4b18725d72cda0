/** Codecs of values without parts. */
import type { AttributeValue } from '../attribute-value.ts';
import { invalidValue, refusedValue, typeOf } from '../errors.ts';
import type { DateStorage, Scalar } from '../schema/attribute.ts';
import { noChild } from './codec.ts';
import type { Codec, StorageType } from './codec.ts';

/** What is stored under the letter. Strings, numbers and booleans look for themselves: faster. */
export function contentOf<T>(value: AttributeValue, letter: StorageType): T {
  const content = (value as { [letter: string]: unknown })[letter] as T | undefined;
  if (content === undefined) throw unexpectedStored(letter, value);
  return content;
}

function unexpectedStored(expected: string, value: AttributeValue): Error {
  const found = Object.keys(value).join(' and ') || 'nothing';
  return refusedValue(`expected a stored ${expected}, found ${found}`, value);
}

export const stringCodec: Codec = {
  storage: 'S',
  child: noChild,
  encode: (value) => ({ S: checkedString(value) }),
  decode(value) {
    const text = (value as { S?: string }).S;
    if (text === undefined) throw unexpectedStored('S', value);
    return text;
  },
};

export const numberCodec: Codec = {
  storage: 'N',
  child: noChild,
  encode: (value) => ({ N: checkedDigits(value) }),
  decode(value) {
    const digits = (value as { N?: string }).N;
    if (digits === undefined) throw unexpectedStored('N', value);
    return toNumber(digits);
  },
};

export const booleanCodec: Codec = {
  storage: 'BOOL',
  child: noChild,
  encode(value) {
    if (typeof value !== 'boolean') throw invalidValue('a boolean', value);
    return { BOOL: value };
  },
  decode(value) {
    const flag = (value as { BOOL?: boolean }).BOOL;
    if (flag === undefined) throw unexpectedStored('BOOL', value);
    return flag;
  },
};

/** DynamoDB keeps 38 significant digits. */
const BIGINT_DIGITS_MAX = 38;

export const bigintCodec: Codec = {
  storage: 'N',
  child: noChild,
  encode(value) {
    if (typeof value !== 'bigint') throw invalidValue('a bigint', value);
    const digits = value.toString();
    if (digits.replace(/^-/, '').replace(/0+$/, '').length > BIGINT_DIGITS_MAX) {
      throw refusedValue(`has more than ${BIGINT_DIGITS_MAX} significant digits`, value);
    }
    return { N: digits };
  },
  decode(value) {
    const digits = contentOf<string>(value, 'N');
    try {
      return BigInt(digits);
    } catch {
      throw refusedValue(`stored number ${digits} is not whole`, value);
    }
  },
};

export const binaryCodec: Codec = {
  storage: 'B',
  child: noChild,
  encode(value) {
    if (!(value instanceof Uint8Array)) throw invalidValue('a Uint8Array', value);
    return { B: value };
  },
  decode: (value) => toBytes(contentOf(value, 'B')),
};

/** In the events that Lambda hands over, bytes are still base64 text. */
export function toBytes(bytes: Uint8Array | string): Uint8Array {
  if (typeof bytes !== 'string') return bytes;
  return Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
}

export function dateCodec(storage: DateStorage): Codec {
  const iso = storage === 'iso';
  const unitMs = storage === 'seconds' ? 1000 : 1;
  const inner = iso ? stringCodec : numberCodec;
  return {
    storage: inner.storage,
    child: noChild,
    encode(value) {
      if (!(value instanceof Date)) throw invalidValue('a Date', value);
      if (Number.isNaN(value.getTime())) throw refusedValue('is an invalid Date', value);
      return iso ? { S: value.toISOString() } : { N: String(Math.floor(value.getTime() / unitMs)) };
    },
    decode(stored, pending) {
      const time = inner.decode(stored, pending) as number;
      const date = new Date(iso ? time : time * unitMs);
      if (Number.isNaN(date.getTime())) throw refusedValue(`stored ${time} is no date`, stored);
      return date;
    },
  };
}

/** By `typeof` of the value. */
export const scalarCodecs: { readonly [type: string]: Codec | undefined } = {
  string: stringCodec,
  number: numberCodec,
  boolean: booleanCodec,
  bigint: bigintCodec,
};

/** One of a few values: a constant is an enumeration of one. */
export function choiceCodec(values: readonly Scalar[]): Codec {
  const allowed = new Set<unknown>(values);
  const types = new Set(values.map((value) => typeof value));
  const names = values.map((value) => JSON.stringify(value)).join(', ');
  const expected = values.length === 1 ? names : `one of ${names}`;
  const codecOf = (value: unknown): Codec => scalarCodecs[typeof value] as Codec;
  const storage: StorageType | undefined =
    types.size === 1 ? codecOf(values[0]).storage : undefined;
  return {
    storage,
    child: noChild,
    encode(value, pending) {
      if (!allowed.has(value))
        throw refusedValue(`expected ${expected}, found ${shown(value)}`, value);
      return codecOf(value).encode(value, pending);
    },
    decode(stored) {
      const [[type, text] = []] = Object.entries(stored);
      const value: unknown = type === 'N' ? Number(text) : text;
      if (!allowed.has(value)) {
        throw refusedValue(`expected a stored ${expected}, found ${shown(value)}`, value);
      }
      return value;
    },
  };
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? JSON.stringify(value)
    : typeOf(value);
}

function checkedString(value: unknown): string {
  if (typeof value !== 'string') throw invalidValue('a string', value);
  if (!value.isWellFormed()) {
    throw refusedValue('has a lone surrogate, which UTF-8 cannot carry', value);
  }
  return value;
}

function checkedDigits(value: unknown): string {
  if (typeof value !== 'number') throw invalidValue('a number', value);
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    if (!Number.isFinite(value)) throw invalidValue('a finite number', value);
    throw refusedValue(`${value} is beyond 2^53 - 1: declare bigint()`, value);
  }
  return String(value);
}

function toNumber(digits: string): number {
  const value = Number(digits);
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw refusedValue(`stored number ${digits} is beyond 2^53 - 1: declare bigint()`, value);
  }
  return value;
}
