/** What parsed expressions mean for an item. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { setOwn } from '../attribute-value.ts';
import { addNumbers, compareNumbers, normalizeNumber, subtractNumbers } from './decimal.ts';
import { validation } from './errors.ts';
import type { Action, Operand, PathParts, Test } from './expression-parser.ts';

export function holds(test: Test, item: AttributeMap): boolean {
  switch (test.kind) {
    case 'and':
      return holds(test.left, item) && holds(test.right, item);
    case 'or':
      return holds(test.left, item) || holds(test.right, item);
    case 'not':
      return !holds(test.test, item);
    case 'compare':
      return compares(test.by, valueOf(test.left, item), valueOf(test.right, item));
    case 'between': {
      const [value, low, high] = test.operands.map((operand) => valueOf(operand, item));
      return compares('>=', value, low) && compares('<=', value, high);
    }
    case 'in': {
      const [value, ...others] = test.operands.map((operand) => valueOf(operand, item));
      return others.some((other) => compares('=', value, other));
    }
    case 'call':
      return call(test.name, test.operands, item);
  }
}

function call(name: string, operands: readonly Operand[], item: AttributeMap): boolean {
  const [value, argument] = operands.map((operand) => valueOf(operand, item));
  switch (name) {
    case 'attribute_exists':
      return value !== undefined;
    case 'attribute_not_exists':
      return value === undefined;
    case 'attribute_type':
      return value !== undefined && typeOf(value) === (argument as { S: string }).S;
    case 'begins_with':
      return beginsWith(value, argument);
    case 'contains':
      return contains(value, argument);
    default:
      throw validation(`Invalid function name; function: ${name}`);
  }
}

function beginsWith(
  value: AttributeValue | undefined,
  prefix: AttributeValue | undefined,
): boolean {
  if (!value || !prefix) return false;
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if (!('B' in value) || !('B' in prefix)) return false;
  return compareBytes(value.B.subarray(0, prefix.B.length), prefix.B) === 0;
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (!value || !part) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('L' in value) return value.L.some((element) => equal(element, part));
  return members(value).some((member) => equal(member, part));
}

/** The members of a set, as values. */
function members(value: AttributeValue): AttributeValue[] {
  if ('SS' in value) return value.SS.map((S) => ({ S }));
  if ('NS' in value) return value.NS.map((N) => ({ N }));
  return 'BS' in value ? value.BS.map((B) => ({ B })) : [];
}

function compares(
  by: string,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (!left || !right) return by === '<>' && left !== right;
  if (by === '=') return equal(left, right);
  if (by === '<>') return !equal(left, right);
  const order = compareKeys(left, right);
  if (order === undefined) return false;
  return by === '<' ? order < 0 : by === '<=' ? order <= 0 : by === '>' ? order > 0 : order >= 0;
}

/** How strings, numbers and binaries are ordered; undefined for other types, or two of them. */
export function compareKeys(left: AttributeValue, right: AttributeValue): number | undefined {
  if ('S' in left && 'S' in right) return compareText(left.S, right.S);
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('B' in left && 'B' in right) return compareBytes(left.B, right.B);
  return undefined;
}

/** By UTF-8 bytes, which is by code points, and not as JavaScript compares. */
function compareText(left: string, right: string): number {
  return left === right ? 0 : compareBytes(encoder.encode(left), encoder.encode(right));
}

const encoder = new TextEncoder();

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function equal(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  const order = compareKeys(left, right);
  if (order !== undefined) return order === 0;
  if ('L' in left && 'L' in right) {
    const { L } = right;
    return left.L.length === L.length && left.L.every((part, at) => equal(part, L[at] as never));
  }
  if ('M' in left && 'M' in right) {
    const names = Object.keys(left.M);
    const { M } = right;
    return (
      names.length === Object.keys(M).length &&
      names.every(
        (name) => Object.hasOwn(M, name) && equal(left.M[name] as never, M[name] as never),
      )
    );
  }
  const own = members(left);
  if (own.length > 0) {
    const others = members(right);
    return (
      own.length === others.length && own.every((one) => others.some((other) => equal(one, other)))
    );
  }
  return JSON.stringify(left) === JSON.stringify(right);
}

export function typeOf(value: AttributeValue): string {
  return Object.keys(value)[0] as string;
}

function valueOf(operand: Operand, item: AttributeMap): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return at(item, operand.path);
    case 'value':
      return operand.value;
    case 'call':
      return callValue(operand.name, operand.operands, item);
    default: {
      const left = numberOf(valueOf(operand.left, item));
      const right = numberOf(valueOf(operand.right, item));
      const run = operand.kind === '+' ? addNumbers : subtractNumbers;
      return { N: run(left, right) };
    }
  }
}

function callValue(
  name: string,
  operands: readonly Operand[],
  item: AttributeMap,
): AttributeValue | undefined {
  const [first, second] = operands as [Operand, Operand];
  if (name === 'if_not_exists') return valueOf(first, item) ?? valueOf(second, item);
  const left = valueOf(first, item);
  if (name === 'size') return left && { N: String(sizeOf(left)) };
  const right = name === 'list_append' ? valueOf(second, item) : undefined;
  if (name !== 'list_append') throw validation(`Invalid function name; function: ${name}`);
  if (!left || !right) throw missing();
  if (!('L' in left) || !('L' in right)) throw wrongOperand('list_append');
  return { L: [...left.L, ...right.L] };
}

function sizeOf(value: AttributeValue): number {
  if ('S' in value) return encoder.encode(value.S).length;
  if ('B' in value) return value.B.length;
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return members(value).length;
}

function numberOf(value: AttributeValue | undefined): string {
  if (!value) throw missing();
  if (!('N' in value)) throw wrongOperand('+');
  return value.N;
}

const missing = (): Error =>
  validation('The provided expression refers to an attribute that does not exist in the item');
const wrongOperand = (name: string): Error =>
  validation(`An operand in the update expression has an incorrect data type: ${name}`);
const wrongPath = (): Error =>
  validation('The document path provided in the update expression is invalid for update');

function at(item: AttributeMap, path: PathParts): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const part of path) {
    if (value === undefined) return undefined;
    value = child(value, part);
  }
  return value;
}

function child(value: AttributeValue, part: string | number): AttributeValue | undefined {
  if (typeof part === 'number') return 'L' in value ? value.L[part] : undefined;
  return 'M' in value && Object.hasOwn(value.M, part) ? value.M[part] : undefined;
}

/** The item after the update; every operand sees the item as it was before. */
export function applyUpdate(actions: readonly Action[], before: AttributeMap): AttributeMap {
  const after = structuredClone(before);
  const removals: PathParts[] = [];
  for (const { clause, path, operand } of actions) {
    const value = operand && valueOf(operand, before);
    if (clause === 'REMOVE') removals.push(path);
    else if (!value) throw missing();
    else if (clause === 'SET') store(after, path, structuredClone(value));
    else change(after, clause, path, at(before, path), value);
  }
  // From the end, so that removing one element of a list does not move the next.
  removals.sort((left, right) => Number(right.at(-1)) - Number(left.at(-1)));
  for (const path of removals) remove(after, path);
  return after;
}

function change(
  item: AttributeMap,
  clause: 'ADD' | 'DELETE',
  path: PathParts,
  old: AttributeValue | undefined,
  value: AttributeValue,
): void {
  if (clause === 'ADD' && 'N' in value) {
    const sum = old ? addNumbers(numberOf(old), value.N) : normalizeNumber(value.N);
    store(item, path, { N: sum });
    return;
  }
  const type = typeOf(value);
  if (!/^[SNB]S$/.test(type) || (old && typeOf(old) !== type)) throw wrongOperand(clause);
  const given = members(value);
  const own = old ? members(old) : [];
  const others = own.filter((one) => !given.some((other) => equal(one, other)));
  const kept = clause === 'ADD' ? [...others, ...given] : others;
  if (kept.length === 0) remove(item, path);
  else store(item, path, { [type]: kept.map((one) => Object.values(one)[0] as never) } as never);
}

function store(item: AttributeMap, path: PathParts, value: AttributeValue): void {
  const holder = at(item, path.slice(0, -1));
  const last = path.at(-1) as string | number;
  if (typeof last === 'number') {
    if (!holder || !('L' in holder)) throw wrongPath();
    holder.L[Math.min(last, holder.L.length)] = value;
  } else {
    if (!holder || !('M' in holder)) throw wrongPath();
    setOwn(holder.M, last, value);
  }
}

function remove(item: AttributeMap, path: PathParts): void {
  const holder = at(item, path.slice(0, -1));
  const last = path.at(-1) as string | number;
  if (!holder) throw wrongPath();
  if (typeof last === 'number' && 'L' in holder) holder.L.splice(last, 1);
  else if ('M' in holder) delete holder.M[last];
}

/** The item with only these paths. */
export function project(item: AttributeMap, paths: readonly PathParts[]): AttributeMap {
  const result: AttributeMap = {};
  for (const path of paths) {
    const value = at(item, path);
    if (value) graft(result, path, value);
  }
  return result;
}

/** Projected list elements move together, as DynamoDB returns them. */
function graft(target: AttributeMap, path: PathParts, value: AttributeValue): void {
  let holder: AttributeValue = { M: target };
  for (const [index, part] of path.entries()) {
    const next = path[index + 1];
    const empty: AttributeValue = typeof next === 'number' ? { L: [] } : { M: {} };
    const made: AttributeValue =
      next === undefined ? structuredClone(value) : (child(holder, part) ?? empty);
    if ('L' in holder) holder.L.push(made);
    else if ('M' in holder) setOwn(holder.M, String(part), made);
    holder = made;
  }
}
