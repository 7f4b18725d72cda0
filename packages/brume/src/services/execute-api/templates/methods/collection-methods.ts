/** `java.util.List` and `java.util.Map`, their views, iterators and entries. */
import type { Budget } from '../budget.ts';
import { printed } from '../printing.ts';
import { runtimeFault } from '../template-error.ts';
import { isEqual, mapKey, VtlList, VtlMap, VtlObject, type MapKey, type Value } from '../values.ts';
import { isSmallInteger, methodTable, type Method, type MethodTable } from './method.ts';

/** `$list.iterator()`: goes through the list once, in a `#foreach` too. */
export class VtlIterator extends VtlObject {
  readonly #items: readonly Value[];
  #at = 0;

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  hasNext(): boolean {
    return this.#at < this.#items.length;
  }

  next(): Value {
    if (!this.hasNext()) throw runtimeFault('The iterator has no more elements');
    this.#at += 1;
    return this.#items[this.#at - 1] ?? null;
  }

  override call(name: string): Value {
    if (name === 'hasNext') return this.hasNext();
    return name === 'next' ? this.next() : null;
  }

  text(): string {
    return 'java.util.Iterator';
  }
}

class MapEntry extends VtlObject {
  readonly #key: MapKey;
  readonly #value: Value;
  readonly #budget: Budget;

  constructor(key: MapKey, value: Value, budget: Budget) {
    super();
    this.#key = key;
    this.#value = value;
    this.#budget = budget;
  }

  override property(name: string): Value {
    if (name === 'key') return this.#key;
    return name === 'value' ? this.#value : null;
  }

  override call(name: string): Value {
    if (name === 'getKey') return this.#key;
    if (name === 'getValue') return this.#value;
    return name === 'toString' ? this.text() : null;
  }

  text(): string {
    return `${printed(this.#key, this.#budget)}=${printed(this.#value, this.#budget)}`;
  }
}

function indexOf(list: VtlList, value: Value, budget: Budget): number {
  return list.items.findIndex((item) => isEqual(item, value, budget));
}

function elements(value: Value | undefined): readonly Value[] | undefined {
  return value instanceof VtlList ? value.items : undefined;
}

/** The element at an index; out of bounds is an exception, as in Java. */
export function elementAt(list: VtlList, index: number): Value {
  checkIndex(index, list.items.length);
  return list.items[index] ?? null;
}

function checkIndex(index: number, length: number): void {
  if (index < 0 || index >= length) {
    throw runtimeFault(`Index ${index} out of bounds for length ${length}`);
  }
}

function insert(list: VtlList, at: number, values: readonly Value[], budget: Budget): boolean {
  budget.collection(list.items.length + values.length);
  checkIndex(at, list.items.length + 1);
  budget.spend(values.length + (list.items.length - at) / 10);
  list.items.splice(at, 0, ...values);
  return values.length > 0;
}

const add: Method<VtlList> = (list, parameters, budget) => {
  const [first = null, second] = parameters;
  if (parameters.length === 1) return insert(list, list.items.length, [first], budget);
  if (!isSmallInteger(first) || second === undefined) return undefined;
  insert(list, first, [second], budget);
  // A void method: Velocity prints nothing for it.
  return '';
};

const addAll: Method<VtlList> = (list, parameters, budget) => {
  const at = parameters.length === 2 ? parameters[0] : list.items.length;
  const values = elements(parameters.at(-1));
  if (!isSmallInteger(at) || values === undefined) return undefined;
  return insert(list, at, values, budget);
};

const removeFromList: Method<VtlList> = (list, [value = null], budget) => {
  budget.spend(list.items.length / 10);
  if (isSmallInteger(value)) {
    checkIndex(value, list.items.length);
    return list.items.splice(value, 1)[0] ?? null;
  }
  const at = indexOf(list, value, budget);
  if (at >= 0) list.items.splice(at, 1);
  return at >= 0;
};

const setInList: Method<VtlList> = (list, [at, value = null]) => {
  if (!isSmallInteger(at)) return undefined;
  const before = elementAt(list, at);
  list.items[at] = value;
  return before;
};

function copied(values: Iterable<Value>, budget: Budget, fromJson = false): VtlList {
  const items = [...values];
  budget.spend(items.length / 4);
  return new VtlList(items, fromJson);
}

const subList: Method<VtlList> = (list, [from, to], budget) => {
  if (!isSmallInteger(from) || !isSmallInteger(to)) return undefined;
  if (from < 0 || to > list.items.length || from > to) {
    throw runtimeFault(`fromIndex: ${from}, toIndex: ${to}, size: ${list.items.length}`);
  }
  return copied(list.items.slice(from, to), budget, list.fromJson);
};

export const LIST_METHODS: MethodTable<VtlList> = methodTable<VtlList>({
  add,
  addAll,
  clear: (list) => {
    list.items.length = 0;
    return '';
  },
  contains: (list, [value = null], budget) => indexOf(list, value, budget) >= 0,
  containsAll: (list, [values], budget) =>
    elements(values)?.every((value) => indexOf(list, value, budget) >= 0),
  equals: (list, [other = null], budget) => isEqual(list, other, budget),
  get: (list, [at]) => (isSmallInteger(at) ? elementAt(list, at) : undefined),
  indexOf: (list, [value = null], budget) => indexOf(list, value, budget),
  isEmpty: (list) => list.items.length === 0,
  iterator: (list) => new VtlIterator(list.items),
  lastIndexOf: (list, [value = null], budget) =>
    list.items.findLastIndex((item) => isEqual(item, value, budget)),
  remove: removeFromList,
  set: setInList,
  size: (list) => list.items.length,
  subList,
  toArray: (list, _parameters, budget) => copied(list.items, budget),
});

/** Puts unless the map is the request's own; answers what was there. */
export function put(map: VtlMap, key: Value, value: Value, budget: Budget): Value {
  if (map.frozen) return null;
  const at = mapKey(key);
  const before = map.entries.get(at) ?? null;
  budget.collection(map.entries.size + 1);
  map.entries.set(at, value);
  return before;
}

const removeFromMap: Method<VtlMap> = (map, [key = null]) => {
  const before = map.entries.get(mapKey(key)) ?? null;
  if (!map.frozen) map.entries.delete(mapKey(key));
  return before;
};

export const MAP_METHODS: MethodTable<VtlMap> = methodTable<VtlMap>({
  clear: (map) => {
    if (!map.frozen) map.entries.clear();
    return '';
  },
  containsKey: (map, [key = null]) => map.entries.has(mapKey(key)),
  containsValue: (map, [value = null], budget) =>
    [...map.entries.values()].some((item) => isEqual(item, value, budget)),
  entrySet: (map, _parameters, budget) =>
    copied(
      [...map.entries].map(([key, value]) => new MapEntry(key, value, budget)),
      budget,
    ),
  equals: (map, [other = null], budget) => isEqual(map, other, budget),
  get: (map, [key = null]) => map.entries.get(mapKey(key)) ?? null,
  getOrDefault: (map, [key = null, other = null]) => map.entries.get(mapKey(key)) ?? other,
  isEmpty: (map) => map.entries.size === 0,
  keySet: (map, _parameters, budget) => copied(map.entries.keys(), budget),
  put: (map, parameters, budget) => {
    const [key = null, value = null] = parameters;
    return parameters.length === 2 ? put(map, key, value, budget) : undefined;
  },
  putAll: (map, [other], budget) => {
    if (!(other instanceof VtlMap)) return undefined;
    budget.spend(other.entries.size);
    for (const [key, value] of other.entries) put(map, key, value, budget);
    return '';
  },
  putIfAbsent: (map, [key = null, value = null], budget) =>
    map.entries.get(mapKey(key)) ?? put(map, key, value, budget),
  remove: removeFromMap,
  size: (map) => map.entries.size,
  values: (map, _parameters, budget) => copied(map.entries.values(), budget),
});
