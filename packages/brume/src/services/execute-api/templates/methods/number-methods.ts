/** `Integer`, `Long`, `BigInteger`, `Double` and `Boolean`: the methods that templates call on them. */
import { runtimeFault } from '../template-error.ts';
import {
  compareNumbers,
  integer,
  isInteger,
  isNumber,
  JavaDouble,
  toNumber,
  type Integer,
} from '../values.ts';
import { isSmallInteger, methodTable, type Method, type MethodTable } from './method.ts';

type NumberValue = Integer | JavaDouble;

function truncated(value: NumberValue): Integer {
  if (isInteger(value)) return value;
  if (Number.isNaN(value.value)) return 0;
  const limit = 2 ** 63;
  return integer(BigInt(Math.trunc(Math.min(Math.max(value.value, -limit), limit))));
}

/** `$number.parseInt('12')`: a static method, which Velocity finds on the instance. */
const parseInteger: Method<NumberValue> = (_receiver, [text, radix = 10]) => {
  if (typeof text !== 'string' || !isSmallInteger(radix)) return undefined;
  const digits = /^[+-]?([0-9a-z]{1,18})$/i.exec(text)?.[1];
  const value = Number.parseInt(text, radix);
  const valid = digits !== undefined && radix >= 2 && radix <= 36 && allDigits(digits, radix);
  if (!valid) throw runtimeFault(`For input string: "${text}"`);
  return value;
};

function allDigits(digits: string, radix: number): boolean {
  return digits.split('').every((digit) => Number.parseInt(digit, 36) < radix);
}

const parseDouble: Method<NumberValue> = (_receiver, [text]) => {
  if (typeof text !== 'string') return undefined;
  if (!/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?\s*$/.test(text)) {
    throw runtimeFault(`For input string: "${text}"`);
  }
  return new JavaDouble(Number.parseFloat(text));
};

const valueOf: Method<NumberValue> = (receiver, parameters, budget) => {
  const [value] = parameters;
  if (value !== undefined && isNumber(value)) return value;
  const parse = receiver instanceof JavaDouble ? parseDouble : parseInteger;
  return parse(receiver, parameters, budget);
};

const asInteger: Method<NumberValue> = (value) => truncated(value);
const asDouble: Method<NumberValue> = (value) => new JavaDouble(toNumber(value));

export const NUMBER_METHODS: MethodTable<NumberValue> = methodTable<NumberValue>({
  compareTo: (value, [other]) =>
    other !== undefined && isNumber(other) ? compareNumbers(value, other) : undefined,
  doubleValue: asDouble,
  equals: (value, [other]) =>
    other !== undefined &&
    isNumber(other) &&
    isInteger(value) === isInteger(other) &&
    compareNumbers(value, other) === 0,
  floatValue: asDouble,
  intValue: asInteger,
  isInfinite: (value) => !Number.isFinite(toNumber(value)),
  isNaN: (value) => Number.isNaN(toNumber(value)),
  longValue: asInteger,
  parseDouble,
  parseFloat: parseDouble,
  parseInt: parseInteger,
  parseLong: parseInteger,
  valueOf,
});

export const BOOLEAN_METHODS: MethodTable<boolean> = methodTable<boolean>({
  booleanValue: (value) => value,
  equals: (value, [other]) => value === other,
  parseBoolean: (_value, [text]) => typeof text === 'string' && text.toLowerCase() === 'true',
});
