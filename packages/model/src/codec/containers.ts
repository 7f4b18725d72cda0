/** Codecs of lists, maps, records, sets and unions. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { setOwn } from '../attribute-value.ts';
import {
  invalidValue,
  missingAttribute,
  refusedValue,
  unknownAttribute,
  within,
} from '../errors.ts';
import { isPromise, later, locate, noChild } from './codec.ts';
import type { Codec, Pending, StorageType } from './codec.ts';
import { toBytes, unexpectedStored } from './scalars.ts';

export function listCodec(element: Codec): Codec {
  return {
    storage: 'L',
    child: (segment) => (typeof segment === 'number' ? element : undefined),
    encode(value, pending) {
      if (!Array.isArray(value)) throw invalidValue('an array', value);
      const values: AttributeValue[] = [];
      let index = 0;
      try {
        for (; index < value.length; index++) {
          const start = pending.length;
          values.push(element.encode(value[index], pending));
          if (pending.length > start) locate(pending, start, index);
        }
      } catch (error) {
        throw within(index, error);
      }
      return { L: values };
    },
    decode(stored, pending) {
      const values = (stored as { L?: AttributeValue[] }).L;
      if (values === undefined) throw unexpectedStored('L', stored);
      const list: unknown[] = [];
      let index = 0;
      try {
        for (; index < values.length; index++) {
          const at = index;
          const value = element.decode(values[at] as AttributeValue, pending);
          list.push(value);
          if (element.defers && isPromise(value)) {
            pending.push(value.then((settled) => (list[at] = settled)));
          }
        }
      } catch (error) {
        throw within(index, error);
      }
      return list;
    },
  };
}

export function recordCodec(element: Codec): Codec {
  return {
    storage: 'M',
    child: (segment) => (typeof segment === 'string' ? element : undefined),
    encode(value, pending) {
      if (!isPlainObject(value)) throw invalidValue('an object', value);
      const map: AttributeMap = {};
      for (const [name, part] of Object.entries(value)) {
        if (part === undefined) continue;
        const start = pending.length;
        try {
          setOwn(map, name, element.encode(part, pending));
          if (pending.length > start) locate(pending, start, name);
        } catch (error) {
          throw within(name, error);
        }
      }
      return { M: map };
    },
    decode(stored, pending) {
      const map = (stored as { M?: AttributeMap }).M;
      if (map === undefined) throw unexpectedStored('M', stored);
      const record: Record<string, unknown> = {};
      for (const [name, part] of Object.entries(map)) {
        try {
          setDecoded(record, name, element.decode(part, pending), pending);
        } catch (error) {
          throw within(name, error);
        }
      }
      return record;
    },
  };
}

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
    decode(stored, pending) {
      const map = (stored as { M?: AttributeMap }).M;
      if (map === undefined) throw unexpectedStored('M', stored);
      return decodeMap(map, pending, false);
    },
    encodeMap,
    decodeMap,
  };
}

function encodeDefault(field: Field, pending: Pending): AttributeValue {
  const value: unknown = typeof field.default === 'function' ? field.default() : field.default;
  if (!isPromise(value)) return field.codec.encode(value, pending);
  return later(
    value.then((settled) => encodeNow(field.codec, settled)),
    pending,
  );
}

/** Encodes a value that came late, waiting for what it makes late in turn. */
async function encodeNow(codec: Codec, value: unknown): Promise<AttributeValue> {
  const pending: Pending = [];
  const encoded = codec.encode(value, pending);
  await Promise.all(pending);
  return encoded;
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

function setDecoded(
  object: Record<string, unknown>,
  name: string,
  value: unknown,
  pending: Pending,
): void {
  setOwn(object, name, value);
  awaitInto(object, name, value, pending);
}

function awaitInto(
  object: Record<string, unknown>,
  name: string,
  value: unknown,
  pending: Pending,
): void {
  if (isPromise(value)) pending.push(value.then((settled) => setOwn(object, name, settled)));
}

function ownValue<T>(object: { [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.getPrototypeOf(value) === Object.prototype) return true;
  // Class instances pass, so that items may be instances; containers of another kind do not.
  return !otherContainers.some((container) => value instanceof container);
}

const otherContainers = [Array, Date, Set, Map, ArrayBuffer, Uint8Array];

type SetStorage = 'SS' | 'NS' | 'BS';
const setStorages: Partial<Record<StorageType, SetStorage>> = { S: 'SS', N: 'NS', B: 'BS' };

/** `element` must be stored as a string, number or binary; undefined if it is not. */
export function setCodec(element: Codec): Codec | undefined {
  const letter = element.storage;
  const storage = letter && setStorages[letter];
  if (!storage) return undefined;
  return {
    storage,
    child: noChild,
    element,
    encode(value, pending) {
      const isSet = value instanceof Set;
      if (!isSet && !Array.isArray(value)) throw invalidValue('a Set or an array', value);
      const members: unknown[] = [];
      for (const member of value as Iterable<unknown>) {
        try {
          const encoded = element.encode(member, pending) as Record<string, unknown>;
          members.push(encoded[letter]);
        } catch (error) {
          throw within(members.length, error);
        }
      }
      if (members.length === 0) throw refusedValue('is empty, which no DynamoDB set may be', value);
      if (!isSet && storage !== 'BS' && new Set(members).size < members.length) {
        throw refusedValue('names a member of the set twice', value);
      }
      return { [storage]: members } as AttributeValue;
    },
    decode(stored, pending) {
      const members = (stored as Record<string, unknown>)[storage] as unknown[] | undefined;
      if (members === undefined) throw unexpectedStored(storage, stored);
      const decoded = new Set<unknown>();
      for (const member of members) {
        const value = storage === 'BS' ? toBytes(member as string) : member;
        const decodedMember = element.decode({ [letter]: value } as AttributeValue, pending);
        if (isPromise(decodedMember)) {
          pending.push(decodedMember.then((settled) => decoded.add(settled)));
        } else decoded.add(decodedMember);
      }
      return decoded;
    },
  };
}

/** Tries its members in turn; the last member's refusal is told if none accepts. */
export function unionCodec(members: readonly Codec[]): Codec {
  const storages = new Set(members.map((member) => member.storage));
  function first<T>(run: (attempt: Pending, member: Codec) => T, value: unknown, all: Pending): T {
    const refusals: string[] = [];
    for (const member of members) {
      const attempt: Pending = [];
      try {
        const result = run(attempt, member);
        all.push(...attempt);
        return result;
      } catch (error) {
        for (const promise of attempt) promise.catch(() => {});
        refusals.push(error instanceof Error ? error.message : String(error));
      }
    }
    throw refusedValue(`fits no member of the union: ${refusals.join('; or ')}`, value);
  }
  return {
    storage: storages.size === 1 ? members[0]?.storage : undefined,
    defers: members.some((member) => member.defers),
    child(segment) {
      for (const member of members) {
        const child = member.child(segment);
        if (child) return child;
      }
      return undefined;
    },
    encode: (value, pending) =>
      first((attempt, member) => member.encode(value, attempt), value, pending),
    decode: (stored, pending) =>
      first((attempt, member) => member.decode(stored, attempt), stored, pending),
  };
}
