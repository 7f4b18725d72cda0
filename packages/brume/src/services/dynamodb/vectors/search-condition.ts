/**
 * SearchConditionExpression: equalities of attributes of the search schema, joined by AND. (Developer
 * Guide, "Filtering with SearchConditionExpression", and SDK 3.1164, November 2026. A newer page of the
 * guide speaks of more operators; what AWS answers to these has not been seen yet.)
 */
import { emptyAttributes, typeOf, type AttributeMap } from '../items/attribute-value.ts';
import { validation } from '../errors.ts';
import type { Condition, Operand } from '../expressions/ast.ts';
import type { VectorIndex } from './vector-index.ts';

/** What can be said of the expression before its index is known. */
export function equalities(condition: Condition | undefined): AttributeMap {
  const values = emptyAttributes();
  for (const part of conjuncts(condition)) {
    // AWS has these two sentences for comparators and for all else (agent toolkit, and measured
    // against AWS on 2026-08-21: BETWEEN and IN).
    if (part.type !== 'compare')
      throw refused('Invalid operator used in SearchConditionExpression');
    if (part.comparator !== '=')
      throw refused('Invalid comparator used in SearchConditionExpression');
    const { path, value } = sides(part.left, part.right);
    const [name] = path;
    if (path.length > 1) throw refused(`Only top-level attributes can be used: ${path.join('.')}`);
    if (Object.hasOwn(values, name)) throw refused(`Attribute used more than once: ${name}`);
    values[name] = value;
  }
  return values;
}

/** Throws where the index cannot be searched by these values. */
export function checkSearchable(index: VectorIndex, values: AttributeMap): void {
  const { partition, filters } = index;
  const schema = partition === undefined ? filters : [partition, ...filters];
  const names = Object.keys(values);
  if (partition !== undefined && names.length === 0) {
    throw validation('SearchConditionExpression must be provided when SearchSchema has a HASH key');
  }
  for (const name of names) {
    const attribute = schema.find((each) => each.name === name);
    if (attribute === undefined) throw refused(`Attribute is not in the SearchSchema: ${name}`);
    const type = typeOf(values[name] ?? { NULL: true });
    if (type === attribute.type) continue;
    throw refused(
      `Type mismatch for attribute ${name} expected: ${attribute.type} actual: ${type}`,
    );
  }
  if (partition === undefined || Object.hasOwn(values, partition.name)) return;
  throw refused(`The HASH key of the SearchSchema is missing: ${partition.name}`);
}

function conjuncts(condition: Condition | undefined): readonly Condition[] {
  if (condition === undefined) return [];
  return condition.type === 'and' ? condition.conditions.flatMap(conjuncts) : [condition];
}

function sides(left: Operand, right: Operand) {
  if (left.type === 'path' && right.type === 'value')
    return { path: left.path, value: right.value };
  if (left.type === 'value' && right.type === 'path')
    return { path: right.path, value: left.value };
  throw refused('An attribute must be compared with a value');
}

function refused(reason: string): Error {
  return validation(`Invalid SearchConditionExpression: ${reason}`);
}
