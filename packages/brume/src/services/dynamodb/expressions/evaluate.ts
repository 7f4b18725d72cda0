/** Whether a condition holds for an item. */
import {
  base64SizeBytes,
  binaryBytes,
  typeOf,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import { compareValues, equalValues } from '../items/comparison.ts';
import type { Comparator, Condition, Operand } from './ast.ts';
import { valueAt } from './paths.ts';

export function holds(condition: Condition, item: AttributeMap): boolean {
  switch (condition.type) {
    case 'and':
      return condition.conditions.every((each) => holds(each, item));
    case 'or':
      return condition.conditions.some((each) => holds(each, item));
    case 'not':
      return !holds(condition.condition, item);
    case 'compare':
      return compares(
        condition.comparator,
        valueOf(condition.left, item),
        valueOf(condition.right, item),
      );
    case 'between': {
      const value = valueOf(condition.operand, item);
      return (
        compares('>=', value, valueOf(condition.low, item)) &&
        compares('<=', value, valueOf(condition.high, item))
      );
    }
    case 'in': {
      const value = valueOf(condition.operand, item);
      return condition.list.some((each) => compares('=', value, valueOf(each, item)));
    }
    case 'exists':
      return (valueOf(condition.operand, item) !== undefined) === condition.exists;
    case 'has-type': {
      const value = valueOf(condition.operand, item);
      return value !== undefined && typeOf(value) === condition.attributeType;
    }
    case 'begins-with':
      return beginsWith(valueOf(condition.operand, item), valueOf(condition.prefix, item));
    case 'contains':
      return contains(valueOf(condition.operand, item), valueOf(condition.element, item));
  }
}

function valueOf(operand: Operand, item: AttributeMap): AttributeValue | undefined {
  if (operand.type === 'value') return operand.value;
  if (operand.type === 'path') return valueAt(item, operand.path);
  return sizeOf(valueOf(operand.of, item));
}

/** Strings are measured in UTF-16 units, not in the bytes that their size in the item counts. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  const { S, B, M } = value;
  const size =
    S?.length ??
    (B === undefined ? undefined : base64SizeBytes(B)) ??
    (M === undefined ? undefined : Object.keys(M).length) ??
    (value.L ?? value.SS ?? value.NS ?? value.BS)?.length;
  return size === undefined ? undefined : { N: String(size) };
}

function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return comparator === '<>';
  if (comparator === '=') return equalValues(left, right);
  if (comparator === '<>') return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function beginsWith(
  value: AttributeValue | undefined,
  prefix: AttributeValue | undefined,
): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B === undefined || prefix?.B === undefined) return false;
  const start = binaryBytes(prefix.B);
  return binaryBytes(value.B).subarray(0, start.length).equals(start);
}

function contains(value: AttributeValue | undefined, element: AttributeValue | undefined): boolean {
  if (value === undefined || element === undefined) return false;
  if (value.L !== undefined) return value.L.some((each) => equalValues(each, element));
  if (element.S !== undefined) return (value.S ?? value.SS)?.includes(element.S) === true;
  if (element.N !== undefined) return value.NS?.includes(element.N) === true;
  if (element.B === undefined) return false;
  if (value.B !== undefined) return binaryBytes(value.B).includes(binaryBytes(element.B));
  return value.BS?.includes(element.B) === true;
}

/** An item that is not there, for conditions of writes. */
export const NO_ATTRIBUTES: AttributeMap = Object.freeze(Object.create(null) as AttributeMap);
