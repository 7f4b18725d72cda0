/** The codec of maps, items among them: known attributes under their names. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import {
  invalidValue,
  missingAttribute,
  refusedValue,
  unknownAttribute,
  within,
} from '../errors.ts';
import { encodeSettled, locate } from './codec.ts';
import type { Codec, Pending } from './codec.ts';
import { awaitInto, isPlainObject } from './containers.ts';
import { contentOf } from './scalars.ts';

export interface Field {
  readonly name: string;
  readonly codec: Codec;
  readonly optional: boolean;
  /** What stands in for an absent value; a function is called for it. */
  readonly default: unknown;
}

export interface MapCodec extends Codec {
  encodeMap(value: unknown, pending: Pending): AttributeMap;
  /** `partial`: the map was projected, so that required attributes may be absent. */
  decodeMap(map: AttributeMap, pending: Pending, partial: boolean, into?: object): object;
}

/** A map of known attributes; attributes that it does not know are refused when written. */
export function mapCodec(fields: readonly Field[]): MapCodec {
  const byName = new Map(fields.map((field) => [field.name, field]));
  // `value.constructor` of a plain object is not undefined: such names need a closer look.
  const inherited = new Set(fields.map(({ name }) => name).filter((name) => name in {}));

  function encodeMap(value: unknown, pending: Pending): AttributeMap {
    if (!isPlainObject(value)) throw invalidValue('an object', value);
    const map: AttributeMap = {};
    let seen = 0;
    let name = '';
    try {
      for (const field of fields) {
        name = field.name;
        const start = pending.length;
        const part = inherited.size > 0 ? ownValue(value, name) : value[name];
        if (part !== undefined) {
          seen++;
          map[name] = field.codec.encode(part, pending);
        } else if (field.default !== undefined) {
          map[name] = encodeDefault(field, pending);
        } else if (!field.optional) {
          throw missingAttribute();
        }
        if (pending.length > start) locate(pending, start, name);
      }
    } catch (error) {
      throw within(name, error);
    }
    let present = 0;
    for (const _ in value) present++;
    if (present !== seen) refuseUnknown(value, byName);
    return map;
  }

  // Overwriting the properties of a copy is faster than adding them to an empty object.
  const blank: Record<string, unknown> = {};
  for (const field of fields) if (!field.optional) blank[field.name] = undefined;

  function decodeMap(map: AttributeMap, pending: Pending, partial: boolean, into?: object): object {
    const object = (into ?? (partial ? {} : { ...blank })) as Record<string, unknown>;
    let name = '';
    try {
      for (const field of fields) {
        name = field.name;
        const part = inherited.size > 0 ? ownValue(map, name) : map[name];
        if (part !== undefined && !(field.optional && 'NULL' in part)) {
          const value = field.codec.decode(part, pending);
          object[name] = value;
          if (field.codec.defers) awaitInto(object, name, value, pending);
        } else if (!field.optional && !partial) {
          object[name] = storedDefault(field);
        }
      }
    } catch (error) {
      throw within(name, error);
    }
    return object;
  }

  return {
    storage: 'M',
    child: (segment) => byName.get(String(segment))?.codec,
    encode: (value, pending) => ({ M: encodeMap(value, pending) }),
    decode: (stored, pending) => decodeMap(contentOf(stored, 'M'), pending, false),
    encodeMap,
    decodeMap,
  };
}

function encodeDefault({ default: fallback, codec }: Field, pending: Pending): AttributeValue {
  const value: unknown = typeof fallback === 'function' ? fallback() : fallback;
  return encodeSettled(codec, value, pending);
}

/** An item written before the attribute was declared has its constant default. */
function storedDefault(field: Field): unknown {
  if (field.default === undefined || typeof field.default === 'function') {
    throw refusedValue('is required, but the stored item lacks it', undefined);
  }
  return field.default;
}

function refuseUnknown(value: Record<string, unknown>, known: ReadonlyMap<string, Field>): void {
  for (const [name, part] of Object.entries(value)) {
    if (!known.has(name) && part !== undefined) throw unknownAttribute(name, part);
  }
}

function ownValue<T>(object: { [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
