/** `$a.name`, `$a.name(…)`, `$a[…]` and assigning to them: the only ways into a value. */
import type { Budget } from './budget.ts';
import { elementAt, LIST_METHODS, MAP_METHODS, put } from './methods/collection-methods.ts';
import { BOOLEAN_METHODS, NUMBER_METHODS } from './methods/number-methods.ts';
import { STRING_METHODS } from './methods/string-methods.ts';
import { isNumber, mapKey, VtlList, VtlMap, VtlObject, type Value } from './values.ts';

/** Null when there is no such property. A map's entries are its properties; `class` is none. */
export function readProperty(target: Value, name: string): Value {
  if (target instanceof VtlMap) return target.entries.get(name) ?? null;
  if (target instanceof VtlObject) return target.property(name);
  if (name !== 'empty') return null;
  if (typeof target === 'string') return target === '';
  return target instanceof VtlList ? target.items.length === 0 : null;
}

/** Null when there is no such method. @throws a `runtime` fault when Java's method would throw. */
export function callMethod(
  target: Value,
  name: string,
  parameters: readonly Value[],
  budget: Budget,
): Value {
  budget.spend(1);
  if (target instanceof VtlObject) return target.call(name, parameters, budget);
  return callOf(target, name, parameters, budget) ?? null;
}

function callOf(
  target: Exclude<Value, VtlObject>,
  name: string,
  parameters: readonly Value[],
  budget: Budget,
): Value | undefined {
  if (typeof target === 'string') {
    budget.handle(target.length);
    return STRING_METHODS.get(name)?.(target, parameters, budget);
  }
  if (target instanceof VtlMap) return MAP_METHODS.get(name)?.(target, parameters, budget);
  if (target instanceof VtlList) return LIST_METHODS.get(name)?.(target, parameters, budget);
  if (isNumber(target)) return NUMBER_METHODS.get(name)?.(target, parameters, budget);
  if (target === null) return null;
  return BOOLEAN_METHODS.get(name)?.(target, parameters, budget);
}

/** A list counts from its end when the index is negative. */
export function readIndex(target: Value, index: Value): Value {
  if (target instanceof VtlMap) return target.entries.get(mapKey(index)) ?? null;
  if (!(target instanceof VtlList) || typeof index !== 'number') return null;
  return elementAt(target, index < 0 ? target.items.length + index : index);
}

/** What cannot be assigned stays as it is, without an error: Velocity only logs it. */
export function writeProperty(target: Value, name: string, value: Value, budget: Budget): void {
  if (target instanceof VtlMap) put(target, name, value, budget);
}

export function writeIndex(target: Value, index: Value, value: Value, budget: Budget): void {
  if (target instanceof VtlMap) put(target, index, value, budget);
  if (!(target instanceof VtlList) || typeof index !== 'number') return;
  const at = index < 0 ? target.items.length + index : index;
  elementAt(target, at);
  target.items[at] = value;
}
