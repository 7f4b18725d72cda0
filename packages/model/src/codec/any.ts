/** The codec of values that no schema describes. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { at, refusedValue } from '../errors.ts';
import type { Codec } from './codec.ts';
import { isPlainObject, setCodec } from './containers.ts';
import {
  bigintCodec,
  binaryCodec,
  numberCodec,
  scalarCodecs,
  stringCodec,
  toBytes,
} from './scalars.ts';

/** DynamoDB takes documents of at most 32 levels; a cycle ends there too. */
const LEVELS_MAX = 32;

function encodeAny(value: unknown, depth: number): AttributeValue {
  const scalar = scalarCodecs[typeof value];
  if (scalar) return scalar.encode(value, []);
  if (value === null) return { NULL: true };
  if (value instanceof Uint8Array) return binaryCodec.encode(value, []);
  if (value instanceof Set) return encodeSet(value);
  if (depth === LEVELS_MAX) throw refusedValue('is nested too deeply (a cycle?)', value);
  if (Array.isArray(value)) {
    return { L: Array.from(value, (part, index) => at(index, () => encodeAny(part, depth + 1))) };
  }
  if (!isPlainObject(value)) throw refusedValue('no attribute can hold it', value);
  const present = Object.entries(value).filter(([, part]) => part !== undefined);
  // `fromEntries` makes properties of its own of all names, `__proto__` too.
  const map = present.map(([name, part]) => [name, at(name, () => encodeAny(part, depth + 1))]);
  return { M: Object.fromEntries(map) as AttributeMap };
}

const sets: { readonly [type: string]: Codec | undefined } = {
  string: setCodec(stringCodec),
  number: setCodec(numberCodec),
  bigint: setCodec(bigintCodec),
  object: setCodec(binaryCodec),
};

function encodeSet(value: Set<unknown>): AttributeValue {
  const [first = ''] = value;
  const codec = sets[typeof first];
  if (!codec) throw refusedValue('a set holds strings, numbers or binaries', value);
  return codec.encode(value, []);
}

/** The plain value of a stored one; whole numbers beyond 2^53 - 1 become bigints. */
function decodeAny(stored: AttributeValue): unknown {
  const [type, value] = Object.entries(stored)[0] as [string, unknown];
  switch (type) {
    case 'N':
      return decodeNumber(value as string);
    case 'NULL':
      return null;
    case 'M':
      return Object.fromEntries(
        Object.entries(value as AttributeMap).map(([name, part]) => [name, decodeAny(part)]),
      );
    case 'L':
      return (value as AttributeValue[]).map(decodeAny);
    case 'NS':
      return new Set((value as string[]).map(decodeNumber));
    case 'BS':
      return new Set((value as Uint8Array[]).map(toBytes));
    case 'SS':
      return new Set(value as string[]);
    case 'B':
      return toBytes(value as Uint8Array);
    default:
      return value;
  }
}

function decodeNumber(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits);
}

export const anyCodec: Codec = {
  storage: undefined,
  child: () => anyCodec,
  encode: (value) => encodeAny(value, 0),
  decode: decodeAny,
};
