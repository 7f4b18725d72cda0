/**
 * The parameters that expressions replaced in 2014, compiled to the same meaning: Expected,
 * QueryFilter, ScanFilter, KeyConditions, AttributeUpdates, AttributesToGet. AWS still takes them.
 */
import type {
  AttributeValueUpdate,
  Condition as LegacyCondition,
  ComparisonOperator,
  ConditionalOperator,
  ExpectedAttributeValue,
} from '../../../model/generated/dynamodb.types.ts';
import { normalizeValue } from '../items/attribute-validation.ts';
import { typeOf, type AttributeType, type AttributeValue } from '../items/attribute-value.ts';
import { compareValues } from '../items/comparison.ts';
import { invalidParameters, validation } from '../errors.ts';
import type { Layer } from '../validation.ts';
import type { Action, Comparator, Condition, Path } from './ast.ts';
import type { KeyConditions, KeyPredicate } from './key-condition.ts';

type Conditions = Readonly<Record<string, LegacyCondition>>;

/** QueryFilter and ScanFilter. Undefined where there is nothing to check. */
export function filterCondition(
  filter: Conditions | undefined,
  conditionalOperator: ConditionalOperator | undefined,
  layer: Layer,
): Condition | undefined {
  const entries = Object.entries(filter ?? {});
  checkConditionalOperator(conditionalOperator, filter && entries.length);
  const normalized = entries.map(
    ([name, condition]) => [name, checkedCondition(condition, layer)] as const,
  );
  return joined(
    normalized.map(([name, { operator, values }]) => conditionOf(name, operator, values)),
    conditionalOperator,
  );
}

export function expectedCondition(
  expected: Readonly<Record<string, ExpectedAttributeValue>> | undefined,
  conditionalOperator: ConditionalOperator | undefined,
  layer: Layer,
): Condition | undefined {
  const entries = Object.entries(expected ?? {});
  checkConditionalOperator(conditionalOperator, expected && entries.length);
  const conditions = entries.map(([name, each]) => expectation(name, each, layer));
  return joined(conditions, conditionalOperator);
}

/** The attributes that AttributesToGet asks for. */
export function attributePaths(names: readonly string[] | undefined): Path[] | undefined {
  const repeated = names?.find((name, at) => names.indexOf(name) < at);
  if (repeated !== undefined) {
    throw invalidParameters(`Duplicate value in attribute name: ${repeated}`);
  }
  return names?.map((name) => [name]);
}

const KEY_OPERATORS: Readonly<Partial<Record<ComparisonOperator, Comparator>>> = {
  EQ: '=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
};

export function keyConditions(
  conditions: Conditions | undefined,
  layer: Layer,
): KeyConditions | undefined {
  if (conditions === undefined) return undefined;
  const checked = Object.entries(conditions).map(
    ([name, condition]) => [name, checkedCondition(condition, layer)] as const,
  );
  return new Map(checked.map(([name, condition]) => [name, keyPredicate(condition)]));
}

/** Attributes in the order of their names' bytes do not matter: each is changed for itself. */
export function updateActions(
  updates: Readonly<Record<string, AttributeValueUpdate>> | undefined,
  layer: Layer,
): Action[] | undefined {
  if (updates === undefined) return undefined;
  return Object.entries(updates).map(([name, update]) => updateAction(name, update, layer));
}

function updateAction(
  name: string,
  { Action: action = 'PUT', Value: given }: AttributeValueUpdate,
  layer: Layer,
): Action {
  const path: Path = [name];
  if (given === undefined) {
    if (action === 'DELETE') return { type: 'remove', path };
    throw invalidParameters('Only DELETE action is allowed when no attribute value is specified');
  }
  const value = normalizeValue(given, layer);
  const type = typeOf(value);
  if (action === 'PUT') return { type: 'set', path, assigned: { type: 'value', value } };
  const isSet = type === 'SS' || type === 'NS' || type === 'BS';
  if (action === 'DELETE') {
    if (isSet) return { type: 'delete', path, value };
    throw invalidParameters(`DELETE action with value is not supported for the type ${type}`);
  }
  if (isSet || type === 'N' || type === 'L') return { type: 'add', path, value };
  throw invalidParameters(`ADD action is not supported for the type ${type}`);
}

function checkConditionalOperator(
  operator: ConditionalOperator | undefined,
  count: number | undefined,
): void {
  if (operator === undefined) return;
  if (count === undefined) {
    throw invalidParameters('ConditionalOperator cannot be used without Filter or Expected');
  }
  if (count < 2) {
    throw invalidParameters(
      'ConditionalOperator can only be used when Filter or Expected has two or more elements',
    );
  }
}

interface Checked {
  readonly operator: ComparisonOperator;
  readonly values: readonly AttributeValue[];
}

const SCALARS: ReadonlySet<AttributeType> = new Set(['S', 'N', 'B']);
const TYPES: ReadonlyMap<ComparisonOperator, ReadonlySet<AttributeType>> = new Map([
  ['LE', SCALARS],
  ['LT', SCALARS],
  ['GE', SCALARS],
  ['GT', SCALARS],
  ['CONTAINS', SCALARS],
  ['NOT_CONTAINS', SCALARS],
  ['BEGINS_WITH', new Set<AttributeType>(['S', 'B'])],
  ['IN', SCALARS],
  ['BETWEEN', SCALARS],
]);

function checkedCondition(condition: LegacyCondition, layer: Layer): Checked {
  const { ComparisonOperator: operator, AttributeValueList: list = [] } = condition;
  const values = list.map((value) => normalizeValue(value, layer));
  checkCount(operator, values.length);
  checkSameType(values);
  const allowed = TYPES.get(operator);
  const bad = values.map(typeOf).find((type) => allowed?.has(type) === false);
  if (bad !== undefined) {
    throw invalidParameters(
      `ComparisonOperator ${operator} is not valid for ${bad} AttributeValue type`,
    );
  }
  checkBounds(operator, values);
  return { operator, values };
}

function checkCount(operator: ComparisonOperator, count: number): void {
  const isRight =
    operator === 'IN'
      ? count > 0
      : count === (operator === 'BETWEEN' ? 2 : operator.endsWith('NULL') ? 0 : 1);
  if (isRight) return;
  throw invalidParameters(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
}

function checkSameType(values: readonly AttributeValue[]): void {
  if (new Set(values.map(typeOf)).size <= 1) return;
  throw invalidParameters('AttributeValues inside AttributeValueList must be of same type');
}

function checkBounds(operator: ComparisonOperator, [low, high]: readonly AttributeValue[]): void {
  if (operator !== 'BETWEEN' || low === undefined || high === undefined) return;
  if ((compareValues(low, high) ?? 0) <= 0) return;
  throw validation(
    'The BETWEEN condition was provided a range where the lower bound is greater than the ' +
      'upper bound',
  );
}

function expectation(name: string, expected: ExpectedAttributeValue, layer: Layer): Condition {
  const { Value: value, Exists: exists, AttributeValueList: list } = expected;
  const { ComparisonOperator: operator } = expected;
  if (list !== undefined && value !== undefined) {
    throw invalidParameters(
      `Value and AttributeValueList cannot be used together for Attribute: ${name}`,
    );
  }
  if (operator !== undefined) {
    if (exists !== undefined) {
      throw invalidParameters(
        `Exists and ComparisonOperator cannot be used together for Attribute: ${name}`,
      );
    }
    const takesNone = operator === 'NULL' || operator === 'NOT_NULL';
    if (!takesNone && list === undefined && value === undefined) {
      throw invalidParameters(
        'Value or AttributeValueList must be used with ComparisonOperator: ' +
          `${operator} for Attribute: ${name}`,
      );
    }
    const given = list ?? (value === undefined ? [] : [value]);
    const condition = { ComparisonOperator: operator, AttributeValueList: given };
    const checked = checkedCondition(condition, layer);
    return conditionOf(name, checked.operator, checked.values);
  }
  if (list !== undefined) {
    throw invalidParameters(
      `AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`,
    );
  }
  if (exists === false) {
    if (value === undefined) return conditionOf(name, 'NULL', []);
    throw invalidParameters(`Value cannot be used when Exists is false for Attribute: ${name}`);
  }
  if (value === undefined) {
    throw invalidParameters(
      `Value must be provided when Exists is ${exists ?? 'null'} for Attribute: ${name}`,
    );
  }
  return conditionOf(name, 'EQ', [normalizeValue(value, layer)]);
}

const COMPARATORS: Readonly<Partial<Record<ComparisonOperator, Comparator>>> = {
  ...KEY_OPERATORS,
  NE: '<>',
};

/** `values` are as many, and of such types, as the operator takes. */
function conditionOf(
  name: string,
  operator: ComparisonOperator,
  values: readonly AttributeValue[],
): Condition {
  const operand = { type: 'path', path: [name] } as const;
  const list = values.map((value) => ({ type: 'value', value }) as const);
  const [first, second] = list;
  if (first === undefined) return { type: 'exists', operand, exists: operator === 'NOT_NULL' };
  const comparator = COMPARATORS[operator];
  if (comparator !== undefined) return { type: 'compare', comparator, left: operand, right: first };
  switch (operator) {
    case 'IN':
      return { type: 'in', operand, list };
    case 'BETWEEN':
      return { type: 'between', operand, low: first, high: second ?? first };
    case 'BEGINS_WITH':
      return { type: 'begins-with', operand, prefix: first };
    case 'CONTAINS':
      return { type: 'contains', operand, element: first };
    default:
      return { type: 'not', condition: { type: 'contains', operand, element: first } };
  }
}

function joined(
  conditions: readonly Condition[],
  operator: ConditionalOperator = 'AND',
): Condition | undefined {
  if (conditions.length < 2) return conditions[0];
  return { type: operator === 'OR' ? 'or' : 'and', conditions };
}

function keyPredicate({ operator, values }: Checked): KeyPredicate {
  const [first, second] = values;
  const type = KEY_OPERATORS[operator];
  if (first !== undefined && type !== undefined && type !== '<>') return { type, value: first };
  if (first !== undefined && operator === 'BEGINS_WITH') {
    return { type: 'begins-with', value: first };
  }
  if (first !== undefined && second !== undefined && operator === 'BETWEEN') {
    return { type: 'between', low: first, high: second };
  }
  throw validation('Attempted conditional constraint is not an indexable operation');
}
