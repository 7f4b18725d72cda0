/** Velocity's arithmetic: integers stay integers, a double makes all doubles, what is no number is null. */
import { INTEGER_DIGITS_MAX } from './limits.ts';
import { limitFault } from './template-error.ts';
import {
  integer,
  isInteger,
  isNumber,
  JavaDouble,
  toNumber,
  type Integer,
  type Value,
} from './values.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

const ON_NUMBERS: Record<ArithmeticOperator, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
};

const ON_BIG: Record<ArithmeticOperator, (a: bigint, b: bigint) => bigint> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** Null for what is no number, and for a division by zero, as Velocity does. */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  if (!isNumber(left) || !isNumber(right)) return null;
  const divides = operator === '/' || operator === '%';
  if (divides && toNumber(right) === 0) return null;
  if (isInteger(left) && isInteger(right)) return calculateIntegers(operator, left, right);
  const a = toNumber(left);
  const b = toNumber(right);
  return new JavaDouble(operator === '/' ? a / b : ON_NUMBERS[operator](a, b));
}

function calculateIntegers(operator: ArithmeticOperator, left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') {
    const result = ON_NUMBERS[operator](left, right);
    // Java's integers know no negative zero.
    if (Number.isSafeInteger(result)) return result + 0;
  }
  const result = ON_BIG[operator](BigInt(left), BigInt(right));
  // A digit is more than three bits.
  if (BigInt.asIntN(INTEGER_DIGITS_MAX * 4, result) !== result) {
    throw limitFault(`${INTEGER_DIGITS_MAX} digits`);
  }
  return integer(result);
}
