/** The functions that may end a path: `$.prices.max()`. */
import type { Budget } from '../budget.ts';
import { printed } from '../printing.ts';
import { isNumber, JavaDouble, toNumber, VtlList, VtlMap, type Value } from '../values.ts';
import { JsonPathError } from './json-path-error.ts';

type PathFunction = (value: Value, parameters: readonly Value[], budget: Budget) => Value;

function flattened(value: Value, parameters: readonly Value[]): Value[] {
  return [value, ...parameters].flatMap((one, at) => {
    if (one instanceof VtlList) return one.items;
    return at === 0 ? [] : [one];
  });
}

/** Over the numbers of a list, and of the parameters. */
function aggregate(reduce: (numbers: readonly number[]) => number): PathFunction {
  return (value, parameters, budget) => {
    const numbers = flattened(value, parameters).filter(isNumber).map(toNumber);
    budget.spend(numbers.length);
    if (numbers.length === 0) {
      throw new JsonPathError(
        'Aggregation function attempted to calculate value using empty array',
      );
    }
    return new JavaDouble(reduce(numbers));
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function standardDeviation(numbers: readonly number[]): number {
  const mean = sum(numbers) / numbers.length;
  return Math.sqrt(sum(numbers.map((one) => one ** 2)) / numbers.length - mean ** 2);
}

function itemAt(value: Value, index: Value): Value {
  if (!(value instanceof VtlList) || typeof index !== 'number') {
    throw new JsonPathError('Aggregation function attempted to calculate value using no array');
  }
  return value.items.at(index) ?? null;
}

const length: PathFunction = (value, [parameter = value]) => {
  if (parameter instanceof VtlList) return parameter.items.length;
  return parameter instanceof VtlMap ? parameter.entries.size : null;
};

const FUNCTIONS = new Map<string, PathFunction>([
  ['min', aggregate((numbers) => numbers.reduce((a, b) => Math.min(a, b)))],
  ['max', aggregate((numbers) => numbers.reduce((a, b) => Math.max(a, b)))],
  ['sum', aggregate(sum)],
  ['avg', aggregate((numbers) => sum(numbers) / numbers.length)],
  ['stddev', aggregate(standardDeviation)],
  ['length', length],
  ['size', length],
  [
    'keys',
    (value) => (value instanceof VtlMap ? new VtlList([...value.entries.keys()], true) : null),
  ],
  ['first', (value) => itemAt(value, 0)],
  ['last', (value) => itemAt(value, -1)],
  ['index', (value, [at = null]) => itemAt(value, at)],
  [
    'concat',
    (value, parameters, budget) =>
      budget.text(
        flattened(value, parameters)
          .filter((one) => typeof one === 'string' || isNumber(one))
          .map((one) => printed(one, budget))
          .join(''),
      ),
  ],
  [
    'append',
    (value, parameters) =>
      value instanceof VtlList ? new VtlList([...value.items, ...parameters], true) : value,
  ],
]);

export function isFunction(name: string): boolean {
  return FUNCTIONS.has(name);
}

export function applyFunction(
  name: string,
  value: Value,
  parameters: readonly Value[],
  budget: Budget,
): Value {
  return FUNCTIONS.get(name)?.(value, parameters, budget) ?? null;
}
