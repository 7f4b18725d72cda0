/** The operators of filters. Undefined is what a path did not find. */
import type { Budget } from '../budget.ts';
import { printed } from '../printing.ts';
import type { RegularExpression } from '../regular-expression/matcher.ts';
import {
  compareNumbers,
  isEqual,
  isNumber,
  javaClass,
  VtlList,
  VtlMap,
  type Value,
} from '../values.ts';

export type Compared = Value | undefined | RegularExpression;
type Relation = (left: Compared, right: Compared, budget: Budget) => boolean;

function isPattern(value: Compared): value is RegularExpression {
  return typeof value === 'object' && value !== null && 'matchesWhole' in value;
}

function isValue(value: Compared): value is Value {
  return value !== undefined && !isPattern(value);
}

/** A number and a text are equal when the text is that number: `1 == '1'`. */
function equals(left: Compared, right: Compared, budget: Budget): boolean {
  if (!isValue(left) || !isValue(right)) return false;
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right) === 0;
  if (isNumber(left) && typeof right === 'string') return equalsNumber(right, left, budget);
  if (isNumber(right) && typeof left === 'string') return left === printed(right, budget);
  return isEqual(left, right, budget);
}

function equalsNumber(text: string, number: Value, budget: Budget): boolean {
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
    return text === printed(number, budget);
  return isNumber(number) && Number(text) === Number(printed(number, budget));
}

function ordered(holds: (order: number) => boolean): Relation {
  return (left, right, budget) => {
    if (!isValue(left) || !isValue(right)) return false;
    if (isNumber(left) && isNumber(right)) return holds(compareNumbers(left, right));
    const comparable = (value: Value): boolean => isNumber(value) || typeof value === 'string';
    if (!comparable(left) || !comparable(right)) return false;
    const a = printed(left, budget);
    const b = printed(right, budget);
    return holds(a < b ? -1 : a > b ? 1 : 0);
  };
}

function items(value: Compared): readonly Value[] | undefined {
  return value instanceof VtlList ? value.items : undefined;
}

function includes(list: readonly Value[] | undefined, value: Compared, budget: Budget): boolean {
  return list?.some((item) => equals(item, value, budget)) ?? false;
}

function matches(left: Compared, right: Compared, budget: Budget): boolean {
  const [pattern, value] = isPattern(left) ? [left, right] : [right, left];
  if (!isPattern(pattern) || !isValue(value)) return false;
  const texts = items(value) ?? [value];
  return texts.some((text) =>
    pattern.matchesWhole(
      typeof text === 'string' || typeof text === 'boolean' || isNumber(text)
        ? printed(text, budget)
        : '',
      budget,
    ),
  );
}

function size(value: Compared): number | undefined {
  if (typeof value === 'string') return value.length;
  if (value instanceof VtlMap) return value.entries.size;
  return items(value)?.length;
}

const contains: Relation = (left, right, budget) => {
  if (typeof left !== 'string' || typeof right !== 'string') {
    return includes(items(left), right, budget);
  }
  budget.search(left.length, right.length);
  return left.includes(right);
};

const not =
  (relation: Relation): Relation =>
  (left, right, budget) =>
    !relation(left, right, budget);

const isIn: Relation = (left, right, budget) => includes(items(right), left, budget);

const same: Relation = (left, right, budget) =>
  isValue(left) &&
  isValue(right) &&
  javaClass(left) === javaClass(right) &&
  equals(left, right, budget);

const anyOf: Relation = (left, right, budget) =>
  items(left)?.some((item) => includes(items(right), item, budget)) ?? false;

const RELATIONS = new Map<string, Relation>([
  ['==', equals],
  ['!=', not(equals)],
  ['===', same],
  ['!==', not(same)],
  ['<', ordered((order) => order < 0)],
  ['<=', ordered((order) => order <= 0)],
  ['>', ordered((order) => order > 0)],
  ['>=', ordered((order) => order >= 0)],
  ['=~', matches],
  ['in', isIn],
  ['nin', not(isIn)],
  ['contains', contains],
  [
    'all',
    (left, right, budget) =>
      items(right)?.every((one) => includes(items(left), one, budget)) ?? false,
  ],
  [
    'subsetof',
    (left, right, budget) =>
      items(left)?.every((one) => includes(items(right), one, budget)) ?? false,
  ],
  ['anyof', anyOf],
  ['noneof', not(anyOf)],
  ['size', (left, right) => size(left) !== undefined && size(left) === right],
  ['empty', (left, right) => size(left) !== undefined && (size(left) === 0) === right],
]);

export function isOperator(text: string): boolean {
  return RELATIONS.has(text.toLowerCase());
}

export function relates(
  operator: string,
  left: Compared,
  right: Compared,
  budget: Budget,
): boolean {
  return RELATIONS.get(operator.toLowerCase())?.(left, right, budget) ?? false;
}
