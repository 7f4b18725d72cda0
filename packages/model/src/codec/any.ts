/** The codec of values that no schema describes. */
import type { AttributeValue } from '../attribute-value.ts';
import { refusedValue } from '../errors.ts';
import type { Codec } from './codec.ts';
import { isPlainObject, listCodec, recordCodec, setCodec } from './containers.ts';
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

interface Level {
  readonly list: Codec;
  readonly record: Codec;
}

/** The containers of each depth, made when they are first needed. */
const levels: Level[] = [];

function levelOf(depth: number): Level {
  const element: Codec = {
    ...anyCodec,
    encode: (value, pending) => encodeAt(depth + 1, value, pending),
  };
  return (levels[depth] ??= { list: listCodec(element), record: recordCodec(element) });
}

function encodeAt(depth: number, value: unknown, pending: Parameters<Codec['encode']>[1]) {
  const scalar = scalarCodecs[typeof value];
  if (scalar) return scalar.encode(value, pending);
  if (value === null) return { NULL: true } as const;
  if (value instanceof Uint8Array) return binaryCodec.encode(value, pending);
  if (value instanceof Set) return encodeSet(value, pending);
  if (depth === LEVELS_MAX) throw refusedValue('is nested too deeply (a cycle?)', value);
  if (Array.isArray(value)) return levelOf(depth).list.encode(value, pending);
  if (isPlainObject(value)) return levelOf(depth).record.encode(value, pending);
  throw refusedValue('no attribute can hold it', value);
}

const sets = {
  string: setCodec(stringCodec),
  number: setCodec(numberCodec),
  bigint: setCodec(bigintCodec),
  object: setCodec(binaryCodec),
} as { readonly [type: string]: Codec | undefined };

function encodeSet(value: Set<unknown>, pending: Parameters<Codec['encode']>[1]): AttributeValue {
  const [first = ''] = value;
  const codec = sets[typeof first];
  if (!codec) throw refusedValue('a set holds strings, numbers or binaries', value);
  return codec.encode(value, pending);
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
      return anyRecord.decode(stored, []);
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
  encode: (value, pending) => encodeAt(0, value, pending),
  decode: decodeAny,
};

const anyRecord = recordCodec(anyCodec);
