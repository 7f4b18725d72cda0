/** Conditions on keys: which of all conditions a query can have, and what they ask of each attribute. */
import type { AttributeValue } from '../items/attribute-value.ts';
import type { Comparator, Condition, Operand } from './ast.ts';
import { ExpressionProblem } from './syntax.ts';

export type KeyComparator = Exclude<Comparator, '<>'>;

/** What is asked of one attribute of a key. */
export type KeyPredicate =
  | { readonly type: KeyComparator; readonly value: AttributeValue }
  | { readonly type: 'between'; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly type: 'begins-with'; readonly value: AttributeValue };

/** By the attribute's name. */
export type KeyConditions = ReadonlyMap<string, KeyPredicate>;

export function bindKeyCondition(condition: Condition): KeyConditions {
  const predicates = new Map<string, KeyPredicate>();
  collect(condition, predicates);
  return predicates;
}

function collect(condition: Condition, predicates: Map<string, KeyPredicate>): void {
  if (condition.type === 'and') {
    for (const each of condition.conditions) collect(each, predicates);
    return;
  }
  const refused = refusedOperator(condition);
  if (refused !== undefined) {
    throw new ExpressionProblem(`Invalid operator used in KeyConditionExpression: ${refused}`);
  }
  const { name, predicate } = bindPredicate(condition);
  if (predicates.has(name)) {
    throw new ExpressionProblem('KeyConditionExpressions must only contain one condition per key');
  }
  predicates.set(name, predicate);
}

function refusedOperator(condition: Condition): string | undefined {
  switch (condition.type) {
    case 'or':
    case 'not':
    case 'in':
      return condition.type.toUpperCase();
    case 'exists':
      return condition.exists ? 'attribute_exists' : 'attribute_not_exists';
    case 'has-type':
      return 'attribute_type';
    case 'contains':
      return 'contains';
    case 'compare':
      return condition.comparator === '<>' ? '<>' : undefined;
    default:
      return undefined;
  }
}

interface NamedPredicate {
  readonly name: string;
  readonly predicate: KeyPredicate;
}

/** `:v < a` asks what `a > :v` does. */
const TURNED = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function bindPredicate(condition: Condition): NamedPredicate {
  if (condition.type === 'between') {
    const { operand, low, high } = condition;
    requireKeyFirst('BETWEEN', operand);
    const name = onlyName([operand, low, high]);
    return { name, predicate: { type: 'between', low: given(low), high: given(high) } };
  }
  if (condition.type === 'begins-with') {
    const { operand, prefix } = condition;
    requireKeyFirst('begins_with', operand);
    const name = onlyName([operand, prefix]);
    return { name, predicate: { type: 'begins-with', value: given(prefix) } };
  }
  if (condition.type !== 'compare') throw new TypeError(`not a key condition: ${condition.type}`);
  const { left, right } = condition;
  const comparator = condition.comparator as KeyComparator;
  const name = onlyName([left, right]);
  const predicate: KeyPredicate =
    left.type === 'path'
      ? { type: comparator, value: given(right) }
      : { type: TURNED[comparator], value: given(left) };
  return { name, predicate };
}

function requireKeyFirst(operator: string, operand: Operand): void {
  if (operand.type !== 'value') return;
  throw new ExpressionProblem(
    `Invalid condition in KeyConditionExpression: ${operator} operator must have the key ` +
      'attribute as its first operand',
  );
}

function onlyName(operands: readonly Operand[]): string {
  let name: string | undefined;
  for (const operand of operands) {
    if (operand.type === 'size') {
      throw new ExpressionProblem('KeyConditionExpressions cannot contain nested operations');
    }
    if (operand.type !== 'path') continue;
    if (name !== undefined) {
      throw new ExpressionProblem(
        'Invalid condition in KeyConditionExpression: ' +
          'Multiple attribute names used in one condition',
      );
    }
    if (operand.path.length > 1) {
      throw new ExpressionProblem(
        'KeyConditionExpressions cannot have conditions on nested attributes',
      );
    }
    name = operand.path[0];
  }
  if (name !== undefined) return name;
  throw new ExpressionProblem(
    'Invalid condition in KeyConditionExpression: No key attribute specified',
  );
}

function given(operand: Operand): AttributeValue {
  if (operand.type !== 'value') throw new TypeError('a key is compared with a value');
  return operand.value;
}
