/**
 * What a template's values are: Java's, in JavaScript's clothes.
 *
 * An integer of any of Java's widths is a number while it is safe and a bigint beyond; a double is
 * boxed, for 2 and 2.0 print and divide differently. Maps and lists are our own classes, so no name
 * in user data is ever a property of an ordinary object. `null` is Java's null, and what is not there.
 */
import type { Budget } from './budget.ts';
import { limitFault } from './template-error.ts';
import { VALUE_DEPTH_MAX } from './limits.ts';

export type Integer = number | bigint;
export type MapKey = string | number | bigint | boolean | null | VtlList | VtlMap | VtlObject;
export type Value = MapKey | JavaDouble;

export class JavaDouble {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A list; one that came from JSON prints as JSON, one that a template wrote as Java prints lists. */
export class VtlList {
  readonly items: Value[];
  readonly fromJson: boolean;
  constructor(items: Value[], fromJson = false) {
    this.items = items;
    this.fromJson = fromJson;
  }
}

export class VtlMap {
  readonly entries: Map<MapKey, Value>;
  /** Ours: what a template cannot change, such as the request's context. */
  readonly frozen: boolean;
  constructor(entries = new Map<MapKey, Value>(), frozen = false) {
    this.entries = entries;
    this.frozen = frozen;
  }
}

/** Anything else that has properties and methods: `$input`, `$util`, `$foreach`, a map's entry. */
export abstract class VtlObject {
  property(_name: string): Value {
    return null;
  }
  call(_name: string, _parameters: readonly Value[], _budget: Budget): Value {
    return null;
  }
  abstract text(): string;
}

export function isInteger(value: Value): value is Integer {
  return typeof value === 'number' || typeof value === 'bigint';
}

export function isNumber(value: Value): value is Integer | JavaDouble {
  return isInteger(value) || value instanceof JavaDouble;
}

export function toNumber(value: Integer | JavaDouble): number {
  return value instanceof JavaDouble ? value.value : Number(value);
}

/** The smallest form of an integer: a bigint only where a number would not be exact. */
export function integer(value: bigint): Integer {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** A map's key: Java's `equals` must be JavaScript's, which holds for all but doubles. */
export function mapKey(value: Value): MapKey {
  return value instanceof JavaDouble ? `\0double ${value.value}` : value;
}

/** True for all but null and false: Velocity 1.7 has no empty-is-false. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false;
}

/** Java's `equals`: an integer equals no double. */
export function isEqual(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  budget.spend(0.2);
  if (left === right) return true;
  if (isNumber(left) && isNumber(right)) {
    return isInteger(left) === isInteger(right) && compareNumbers(left, right) === 0;
  }
  if (depth > VALUE_DEPTH_MAX) throw limitFault(`${VALUE_DEPTH_MAX} values within each other`);
  budget.spend(1);
  if (left instanceof VtlList && right instanceof VtlList) {
    if (left.items.length !== right.items.length) return false;
    return left.items.every((item, at) =>
      isEqual(item, right.items[at] ?? null, budget, depth + 1),
    );
  }
  if (left instanceof VtlMap && right instanceof VtlMap) {
    if (left.entries.size !== right.entries.size) return false;
    for (const [key, value] of left.entries) {
      const other = right.entries.get(key);
      if (other === undefined || !isEqual(value, other, budget, depth + 1)) return false;
    }
    return true;
  }
  return false;
}

export function compareNumbers(left: Integer | JavaDouble, right: Integer | JavaDouble): number {
  const a = left instanceof JavaDouble ? left.value : left;
  const b = right instanceof JavaDouble ? right.value : right;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The class by which Velocity decides whether `equals` or the printed forms are compared. */
export function javaClass(value: Value): string {
  if (isNumber(value)) return 'number';
  if (value instanceof VtlList) return 'list';
  if (value instanceof VtlMap) return 'map';
  return typeof value;
}
