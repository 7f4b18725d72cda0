/** Codecs of lists, records, sets and unions. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { setOwn } from '../attribute-value.ts';
import { invalidValue, refusedValue, within } from '../errors.ts';
import { isPromise, locate, noChild } from './codec.ts';
import type { Codec, Pending, StorageType } from './codec.ts';
import { contentOf, toBytes } from './scalars.ts';

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
      const values = contentOf<AttributeValue[]>(stored, 'L');
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
      const map = contentOf<AttributeMap>(stored, 'M');
      const record: Record<string, unknown> = {};
      for (const [name, part] of Object.entries(map)) {
        try {
          const value = element.decode(part, pending);
          setOwn(record, name, value);
          awaitInto(record, name, value, pending);
        } catch (error) {
          throw within(name, error);
        }
      }
      return record;
    },
  };
}

export function awaitInto(
  object: Record<string, unknown>,
  name: string,
  value: unknown,
  pending: Pending,
): void {
  if (isPromise(value)) pending.push(value.then((settled) => setOwn(object, name, settled)));
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
      const members = contentOf<unknown[]>(stored, storage);
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

/** Tries its members in turn; if none accepts, every member's refusal is told. */
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
    child: (segment) => members.map((member) => member.child(segment)).find(Boolean),
    encode: (value, pending) =>
      first((attempt, member) => member.encode(value, attempt), value, pending),
    decode: (stored, pending) =>
      first((attempt, member) => member.decode(stored, attempt), stored, pending),
  };
}
