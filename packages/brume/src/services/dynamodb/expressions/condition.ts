/** Conditions: from syntax to meaning, with what AWS refuses on the way. */
import { typeOf, type AttributeType, type AttributeValue } from '../items/attribute-value.ts';
import { compareValues } from '../items/comparison.ts';
import { IN_OPERANDS_MAX } from '../limits.ts';
import type { Comparator, Condition, Operand } from './ast.ts';
import type { Bindings } from './bindings.ts';
import { shownPath } from './paths.ts';
import { ExpressionProblem, type OperationSyntax, type Syntax } from './syntax.ts';

export function bindCondition(syntax: Syntax, bindings: Bindings): Condition {
  if (syntax.type !== 'operation') throw new TypeError('not a condition');
  const { operator, operands, isFunction } = syntax;
  if (isFunction) return bindFunction(syntax, bindings);
  const [first, second] = operands;
  switch (operator) {
    case 'AND':
    case 'OR':
      return {
        type: operator === 'AND' ? 'and' : 'or',
        conditions: operands.map((operand) => bindCondition(operand, bindings)),
      };
    case 'NOT':
      return { type: 'not', condition: bindCondition(first as Syntax, bindings) };
    case 'BETWEEN':
      return bindBetween(operands, bindings);
    case 'IN':
      return bindIn(operands, bindings);
    default:
      return bindComparison(operator as Comparator, first as Syntax, second as Syntax, bindings);
  }
}

const ORDERED: ReadonlySet<AttributeType> = new Set(['S', 'N', 'B']);

function bindComparison(
  comparator: Comparator,
  leftSyntax: Syntax,
  rightSyntax: Syntax,
  bindings: Bindings,
): Condition {
  const left = bindOperand(leftSyntax, bindings);
  const right = bindOperand(rightSyntax, bindings);
  checkDistinct(comparator, [left, right]);
  if (comparator !== '=' && comparator !== '<>') {
    checkTypes(comparator, [left, right], ORDERED);
  }
  return { type: 'compare', comparator, left, right };
}

function bindBetween(operands: readonly Syntax[], bindings: Bindings): Condition {
  const bound = operands.map((operand) => bindOperand(operand, bindings));
  const [operand, low, high] = bound as [Operand, Operand, Operand];
  checkTypes('BETWEEN', bound, ORDERED);
  if (low.type === 'value' && high.type === 'value') checkBounds(low.value, high.value);
  return { type: 'between', operand, low, high };
}

function checkBounds(low: AttributeValue, high: AttributeValue): void {
  const bounds =
    `lower bound operand: AttributeValue: {${shownValue(low)}}, ` +
    `upper bound operand: AttributeValue: {${shownValue(high)}}`;
  const order = compareValues(low, high);
  if (order === undefined) {
    throw new ExpressionProblem(
      `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
    );
  }
  if (order > 0) {
    throw new ExpressionProblem(
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
        bounds,
    );
  }
}

function shownValue(value: AttributeValue): string {
  const type = typeOf(value);
  const shown = value[type];
  return `${type}:${typeof shown === 'object' ? JSON.stringify(shown) : String(shown)}`;
}

function bindIn(operands: readonly Syntax[], bindings: Bindings): Condition {
  const [operand, ...list] = operands.map((each) => bindOperand(each, bindings));
  if (list.length > IN_OPERANDS_MAX) {
    checkOperandCount('IN', list.length, IN_OPERANDS_MAX);
  }
  return { type: 'in', operand: operand as Operand, list };
}

const OPERAND_COUNTS: ReadonlyMap<string, number> = new Map([
  ['attribute_exists', 1],
  ['attribute_not_exists', 1],
  ['attribute_type', 2],
  ['begins_with', 2],
  ['contains', 2],
  ['size', 1],
]);

function bindFunction(syntax: OperationSyntax, bindings: Bindings): Condition {
  const { operator: name } = syntax;
  const [first, second] = bindArguments(syntax, bindings) as [Operand, Operand];
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      requirePath(name, first);
      return { type: 'exists', operand: first, exists: name === 'attribute_exists' };
    case 'attribute_type':
      return { type: 'has-type', operand: first, attributeType: attributeTypeNamed(second) };
    case 'begins_with':
      checkTypes(name, [first, second], new Set(['S', 'B']));
      return { type: 'begins-with', operand: first, prefix: second };
    default:
      return { type: 'contains', operand: first, element: second };
  }
}

function bindArguments(syntax: OperationSyntax, bindings: Bindings): Operand[] {
  const { operator: name, operands } = syntax;
  const bound = operands.map((operand) => bindOperand(operand, bindings));
  checkOperandCount(name, operands.length, OPERAND_COUNTS.get(name));
  checkDistinct(name, bound);
  return bound;
}

export function checkOperandCount(name: string, count: number, expected: number | undefined): void {
  if (count === expected) return;
  throw new ExpressionProblem(
    'Incorrect number of operands for operator or function; ' +
      `operator or function: ${name}, number of operands: ${count}`,
  );
}

const MEASURED: ReadonlySet<AttributeType> = new Set(['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);

function bindOperand(syntax: Syntax, bindings: Bindings): Operand {
  if (syntax.type === 'value') return { type: 'value', value: bindings.value(syntax.name) };
  if (syntax.type === 'path') return { type: 'path', path: bindings.path(syntax) };
  const [of] = bindArguments(syntax, bindings) as [Operand];
  checkTypes('size', [of], MEASURED);
  return { type: 'size', of };
}

const TYPE_NAMES: ReadonlySet<string> = new Set([...MEASURED, 'N', 'BOOL', 'NULL']);

function attributeTypeNamed(operand: Operand): AttributeType {
  const value = operand.type === 'value' ? operand.value : undefined;
  const type = value === undefined ? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}' : typeOf(value);
  if (value?.S === undefined) throw incorrectType('attribute_type', type);
  if (TYPE_NAMES.has(value.S)) return value.S as AttributeType;
  throw new ExpressionProblem(
    `Invalid attribute type name found; type: ${value.S}, ` +
      'valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
  );
}

/** Only of values given with the request is the type known before an item is seen. */
function checkTypes(
  operator: string,
  operands: readonly Operand[],
  allowed: ReadonlySet<AttributeType>,
): void {
  for (const operand of operands) {
    const type = operand.type === 'value' ? typeOf(operand.value) : undefined;
    if (type !== undefined && !allowed.has(type)) throw incorrectType(operator, type);
  }
}

export function incorrectType(operator: string, type: string): ExpressionProblem {
  return new ExpressionProblem(
    'Incorrect operand type for operator or function; ' +
      `operator or function: ${operator}, operand type: ${type}`,
  );
}

export function requirePath(name: string, operand: { readonly type: string }): void {
  if (operand.type === 'path') return;
  throw new ExpressionProblem(
    `Operator or function requires a document path; operator or function: ${name}`,
  );
}

function checkDistinct(operator: string, operands: readonly Operand[]): void {
  const [first, second] = operands;
  if (first?.type !== 'path' || second?.type !== 'path') return;
  const shown = shownPath(first.path);
  if (shown !== shownPath(second.path)) return;
  throw new ExpressionProblem(
    'The first operand must be distinct from the remaining operands for this operator or ' +
      `function; operator: ${operator}, first operand: ${shown}`,
  );
}
