/** Codecs of values without parts. */
import type { AttributeValue } from '../attribute-value.ts';
import { invalidValue, refusedValue, typeOf } from '../errors.ts';
import type { DateStorage, Scalar } from '../schema/attribute.ts';
import { noChild } from './codec.ts';
import type { Codec, StorageType } from './codec.ts';

/** Refuses a stored value of another type than the schema says. */
export function unexpectedStored(expected: string, value: AttributeValue): Error {
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
    const digits = (value as { N?: string }).N;
    if (digits === undefined) throw unexpectedStored('N', value);
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
  decode(value) {
    const bytes = (value as { B?: Uint8Array | string }).B;
    if (bytes === undefined) throw unexpectedStored('B', value);
    return toBytes(bytes);
  },
};

/** In the events that Lambda hands over, bytes are still base64 text. */
export function toBytes(bytes: Uint8Array | string): Uint8Array {
  if (typeof bytes !== 'string') return bytes;
  return Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
}

export function dateCodec(storage: DateStorage): Codec {
  const unitMs = storage === 'seconds' ? 1000 : 1;
  const time = (value: unknown): number => {
    if (!(value instanceof Date)) throw invalidValue('a Date', value);
    if (Number.isNaN(value.getTime())) throw refusedValue('is an invalid Date', value);
    return value.getTime();
  };
  if (storage === 'iso') {
    return {
      storage: 'S',
      child: noChild,
      encode: (value) => ({ S: new Date(time(value)).toISOString() }),
      decode: (value) => validDate(stringCodec.decode(value, []) as string, value),
    };
  }
  return {
    storage: 'N',
    child: noChild,
    encode: (value) => ({ N: String(Math.floor(time(value) / unitMs)) }),
    decode: (value) => validDate((numberCodec.decode(value, []) as number) * unitMs, value),
  };
}

function validDate(time: string | number, value: AttributeValue): Date {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) throw refusedValue(`stored ${time} is no date`, value);
  return date;
}

const scalarCodecs = { string: stringCodec, number: numberCodec, boolean: booleanCodec };

/** One of a few values: a constant is an enumeration of one. */
export function choiceCodec(values: readonly Scalar[]): Codec {
  const allowed = new Set<unknown>(values);
  const types = new Set(values.map((value) => typeof value));
  const names = values.map((value) => JSON.stringify(value)).join(', ');
  const expected = values.length === 1 ? names : `one of ${names}`;
  const codecOf = (value: unknown): Codec => scalarCodecs[typeof value as 'string'];
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
