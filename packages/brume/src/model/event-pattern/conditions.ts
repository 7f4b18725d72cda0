/**
 * The conditions at the leaves of an event pattern, one by one. What they make of odd operands is
 * recorded from EventBridge's TestEventPattern (2025-10-15).
 */
import { BlockList, isIP } from 'node:net';
import { InvalidPattern } from './invalid-pattern.ts';
import { compileWildcard } from './wildcard.ts';

/** A scalar of an event. */
export type Leaf = string | number | boolean | null;
/** Whether one of a field's scalars is as wanted; an absent field has none. */
export type Condition = (leaves: readonly Leaf[]) => boolean;
type LeafTest = (leaf: Leaf) => boolean;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function compileCondition(pattern: unknown): Condition {
  if (Array.isArray(pattern)) {
    throw new InvalidPattern('Match value must be String, number, true, false, or null');
  }
  if (!isObject(pattern)) return (leaves) => leaves.some((leaf) => leaf === pattern);
  const [operator, operand] = onlyEntry(pattern);
  if (operator === 'exists') return compileExists(operand);
  if (!Object.hasOwn(OPERATORS, operator)) {
    throw new InvalidPattern(`Unrecognized match type ${operator}`);
  }
  const test = OPERATORS[operator]?.(operand);
  return (leaves) => test !== undefined && leaves.some(test);
}

function onlyEntry(pattern: Record<string, unknown>): [string, unknown] {
  const [entry, ...others] = Object.entries(pattern);
  if (entry === undefined) throw new InvalidPattern('Empty expression found');
  if (others.length > 0) throw new InvalidPattern('Only one key allowed in match expression');
  return entry;
}

function compileExists(operand: unknown): Condition {
  if (typeof operand !== 'boolean') {
    throw new InvalidPattern('exists match pattern must be either true or false.');
  }
  return (leaves) => leaves.length > 0 === operand;
}

const OPERATORS: Readonly<Record<string, (operand: unknown) => LeafTest>> = {
  prefix: (operand) => affix('prefix', operand, (text, part) => text.startsWith(part)),
  suffix: (operand) => affix('suffix', operand, (text, part) => text.endsWith(part)),
  'equals-ignore-case': (operand) => {
    const wanted = stringOf(operand, 'equals-ignore-case match pattern').toLowerCase();
    return onText((text) => text.toLowerCase() === wanted);
  },
  wildcard: (operand) => onText(compileWildcard(stringOf(operand, 'wildcard match pattern'))),
  'anything-but': compileAnythingBut,
  numeric: compileNumeric,
  cidr: compileCidr,
};

/** `"text"`, or `{"equals-ignore-case": "text"}`. */
function affix(
  name: string,
  operand: unknown,
  test: (text: string, part: string) => boolean,
): LeafTest {
  if (!isObject(operand)) {
    const part = stringOf(operand, `${name} match pattern`);
    return onText((text) => test(text, part));
  }
  const [operator, inner] = onlyEntry(operand);
  if (operator !== 'equals-ignore-case') {
    throw new InvalidPattern(`Unsupported ${name} pattern: ${operator}`);
  }
  const part = stringOf(inner, 'equals-ignore-case match pattern').toLowerCase();
  return onText((text) => test(text.toLowerCase(), part));
}

const BUT_OPERATORS = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

/** Matches what is there and none of the operand's; other types than the operand's are. */
function compileAnythingBut(operand: unknown): LeafTest {
  if (isObject(operand)) {
    const [operator, inner] = onlyEntry(operand);
    if (!BUT_OPERATORS.includes(operator)) {
      throw new InvalidPattern(`Unsupported anything-but pattern: ${operator}`);
    }
    const operands: unknown[] = Array.isArray(inner) ? inner : [inner];
    const tests = operands.map((one) => OPERATORS[operator]?.(butOperand(operator, one)));
    return (leaf) => !tests.some((test) => test?.(leaf));
  }
  const unwanted: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (unwanted.length === 0) throw new InvalidPattern('Empty arrays are not allowed');
  if (!unwanted.every((one) => typeof one === 'string' || typeof one === 'number')) {
    throw new InvalidPattern(
      Array.isArray(operand)
        ? 'Inside anything but list, start|null|boolean is not supported.'
        : 'Value of anything-but must be an array or single string/number value.',
    );
  }
  const values = new Set<unknown>(unwanted);
  return (leaf) => !values.has(leaf);
}

function butOperand(operator: string, operand: unknown): string {
  if (operator === 'wildcard') return stringOf(operand, 'wildcard match pattern');
  if (operator === 'equals-ignore-case') {
    if (typeof operand === 'string') return operand;
    throw new InvalidPattern(
      'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    );
  }
  const part = stringOf(operand, 'prefix/suffix match pattern');
  if (part === '') throw new InvalidPattern('Null prefix/suffix not allowed');
  return part;
}

const COMPARISONS: Readonly<Record<string, (number: number, bound: number) => boolean>> = {
  '=': (number, bound) => number === bound,
  '<': (number, bound) => number < bound,
  '<=': (number, bound) => number <= bound,
  '>': (number, bound) => number > bound,
  '>=': (number, bound) => number >= bound,
};

/** `["=", 5]`, `["<", 5]`, or `[">", 1, "<=", 5]`: a lower bound may have an upper one after it. */
function compileNumeric(operand: unknown): LeafTest {
  if (!Array.isArray(operand)) throw new InvalidPattern('Value of numeric must be an array.');
  const [first, second] = [comparison(operand, 0), comparison(operand, 2)];
  if (first === undefined) throw new InvalidPattern('Invalid member in numeric match: ]');
  if (second && (!first.operator.startsWith('>') || !second.operator.startsWith('<'))) {
    throw new InvalidPattern(`Bad numeric range operator: ${second.operator}`);
  }
  if (operand.length > 4) throw new InvalidPattern('Too many terms in numeric range expression');
  return (leaf) =>
    typeof leaf === 'number' && first.test(leaf) && (second === undefined || second.test(leaf));
}

function comparison(operand: readonly unknown[], at: number) {
  if (at >= operand.length) return undefined;
  const [operator, bound] = [operand[at], operand[at + 1]];
  if (typeof operator !== 'string' || !Object.hasOwn(COMPARISONS, operator)) {
    throw new InvalidPattern(`Unrecognized numeric range operator: ${String(operator)}`);
  }
  if (typeof bound !== 'number') throw new InvalidPattern(`Value of ${operator} must be numeric`);
  return { operator, test: (number: number) => COMPARISONS[operator]?.(number, bound) === true };
}

function compileCidr(operand: unknown): LeafTest {
  // AWS's own words, though it is no prefix.
  const text = stringOf(operand, 'prefix match pattern');
  const [address = '', bits, ...others] = text.split('/');
  const version = isIP(address);
  if (version === 0) throw new InvalidPattern(`Nonstandard IP address: ${address}`);
  const bitsMax = version === 4 ? 32 : 128;
  if (others.length > 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && +bits <= bitsMax))) {
    throw new InvalidPattern('Malformed CIDR, mask bits must be between 0 and 32 or 128');
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(address, bits === undefined ? bitsMax : Number(bits), family);
  return onText((ip) => isIP(ip) === version && block.check(ip, family));
}

function onText(test: (text: string) => boolean): LeafTest {
  return (leaf) => typeof leaf === 'string' && test(leaf);
}

function stringOf(operand: unknown, subject: string): string {
  if (typeof operand !== 'string') throw new InvalidPattern(`${subject} must be a string`);
  return operand;
}
