/** What a condition says of the attributes of a key. */
import {
  emptyAttributes,
  typeOf,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import { equalValues } from '../items/comparison.ts';
import { validation } from '../errors.ts';
import type { Condition } from '../expressions/ast.ts';
import type { KeyAttribute } from '../items/key.ts';
import type { Table } from '../tables/table.ts';
import { INCOMPLETE_KEY, keyTypeMismatch } from './problems.ts';

/** The conditions that all must hold. */
export function conjuncts(condition: Condition | undefined): readonly Condition[] {
  if (condition === undefined) return [];
  return condition.type === 'and' ? condition.conditions.flatMap(conjuncts) : [condition];
}

/** The value that an attribute must equal. */
export function equalityOf(condition: Condition, name: string): AttributeValue | undefined {
  if (condition.type !== 'compare' || condition.comparator !== '=') return undefined;
  const { left, right } = condition;
  const [path, other] = left.type === 'path' ? [left, right] : [right, left];
  if (path.type !== 'path' || other.type !== 'value') return undefined;
  return path.path.length === 1 && path.path[0] === name ? other.value : undefined;
}

export interface KeyedCondition {
  readonly key: AttributeMap;
  /** What is asked besides. */
  readonly rest: readonly Condition[];
}

/** The one item that a condition names, or undefined. */
export function keyedCondition(
  table: Table,
  condition: Condition | undefined,
): KeyedCondition | undefined {
  const key = emptyAttributes();
  let rest = conjuncts(condition);
  for (const attribute of [...table.key.partition, ...table.key.sort]) {
    const { name } = attribute;
    const values = rest.flatMap((each) => equalityOf(each, name) ?? []);
    const [value] = values;
    if (value === undefined) return undefined;
    if (values.some((other) => !equalValues(value, other))) {
      throw validation(
        `Multiple conditions on same key ${name}. ` +
          'Only single item Update/Insert/Delete are supported',
      );
    }
    checkKeyType(attribute, value);
    key[name] = value;
    rest = rest.filter((each) => equalityOf(each, name) === undefined);
  }
  return { key, rest };
}

export function requireKey(table: Table, condition: Condition | undefined): KeyedCondition {
  const keyed = keyedCondition(table, condition);
  if (keyed === undefined) throw validation(INCOMPLETE_KEY);
  return keyed;
}

export function checkKeyType({ name, type }: KeyAttribute, value: AttributeValue): void {
  if (typeOf(value) !== type) throw keyTypeMismatch(name);
}
