/** What JSON and field patterns share: values to compare with, and `&&`, `||` and parentheses. */
import { invalidFilterPattern } from '../errors.ts';
import { regularExpression } from './regular-expression.ts';
import type { Scanner } from './scanner.ts';
import { wildcard } from './wildcard.ts';

export type Predicate<Subject> = (subject: Subject) => boolean;

/** A number or a boolean as JSON has it, a text, or undefined for what is not there. */
export type Comparable = string | number | boolean | undefined;

const OPERATORS = ['!=', '<=', '>=', '=', '<', '>'] as const;
type Operator = (typeof OPERATORS)[number];

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** A value without quotes ends where the pattern goes on. */
const BARE_VALUE = /[^\s"%(){}[\],=<>!&|]+/y;

/** `a && (b || c)`, `&&` first. `parseOperand` reads what stands between. */
export function parseAlternatives<Subject>(
  scanner: Scanner,
  parseOperand: () => Predicate<Subject>,
): Predicate<Subject> {
  const alternatives = [parseConjunction(scanner, parseOperand)];
  while (takeOperator(scanner, '||')) alternatives.push(parseConjunction(scanner, parseOperand));
  const [only, ...others] = alternatives;
  if (only && others.length === 0) return only;
  return (subject) => alternatives.some((alternative) => alternative(subject));
}

function parseConjunction<Subject>(
  scanner: Scanner,
  parseOperand: () => Predicate<Subject>,
): Predicate<Subject> {
  const operands = [parseGroup(scanner, parseOperand)];
  while (takeOperator(scanner, '&&')) operands.push(parseGroup(scanner, parseOperand));
  const [only, ...others] = operands;
  if (only && others.length === 0) return only;
  return (subject) => operands.every((operand) => operand(subject));
}

function parseGroup<Subject>(
  scanner: Scanner,
  parseOperand: () => Predicate<Subject>,
): Predicate<Subject> {
  scanner.skipSpace();
  if (!scanner.take('(')) return parseOperand();
  const inner = parseAlternatives(scanner, parseOperand);
  scanner.skipSpace();
  scanner.expect(')');
  return inner;
}

function takeOperator(scanner: Scanner, operator: string): boolean {
  scanner.skipSpace();
  return scanner.take(operator);
}

/** The comparison that comes next, `= 4*` or `>= 100`; undefined when none does. */
export function parseComparison(scanner: Scanner): Predicate<Comparable> | undefined {
  scanner.skipSpace();
  const operator = OPERATORS.find((each) => scanner.take(each));
  if (operator === undefined) return undefined;
  scanner.skipSpace();
  if (scanner.take('%')) return matching(operator, regularExpression(scanner.takeQuoted('%')));
  if (scanner.take('"')) return matching(operator, wildcard(scanner.takeQuoted('"')));
  const value = scanner.takeMatch(BARE_VALUE);
  if (value === '') throw invalidFilterPattern();
  return NUMBER.test(value)
    ? comparing(operator, Number(value), value)
    : matching(operator, wildcard(value));
}

/** Texts are equal or not; there is no order among them. */
function matching(operator: Operator, matches: (text: string) => boolean): Predicate<Comparable> {
  if (operator !== '=' && operator !== '!=') throw invalidFilterPattern();
  const expected = operator === '=';
  return (subject) => subject !== undefined && matches(String(subject)) === expected;
}

function comparing(operator: Operator, bound: number, text: string): Predicate<Comparable> {
  return (subject) => {
    if (subject === undefined || typeof subject === 'boolean') return false;
    const isNumber = typeof subject === 'number' || NUMBER.test(subject);
    if (!isNumber) return operator === '!=' && subject !== text;
    return holds(operator, Number(subject), bound);
  };
}

function holds(operator: Operator, value: number, bound: number): boolean {
  switch (operator) {
    case '=':
      return value === bound;
    case '!=':
      return value !== bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}
