/**
 * From the attribute values of a request to those that are stored: checks that AWS makes before it
 * looks at any table, and numbers brought to canonical text. What is already so is not copied.
 */
import {
  attributeOf,
  binaryBytes,
  emptyAttributes,
  type AttributeMap,
  type AttributeValue,
} from './attribute-value.ts';
import { canonicalNumber, parseDecimal, type DecimalProblem } from './decimal.ts';
import { validation } from '../errors.ts';
import { NESTING_LEVELS_MAX } from '../limits.ts';
import type { Layer } from '../validation.ts';

const INVALID = 'One or more parameter values were invalid: ';

export function normalizeAttributes(map: AttributeMap, layer: Layer, level = 1): AttributeMap {
  let normalized = map;
  for (const name of Object.keys(map)) {
    const value = map[name] as AttributeValue;
    const result = normalizeValue(value, layer, level);
    if (result === value) continue;
    if (normalized === map) normalized = Object.assign(emptyAttributes(), map);
    normalized[name] = result;
  }
  return normalized;
}

/** `level` is 1 for an attribute of an item: maps and lists may nest 32 levels deep. */
export function normalizeValue(value: AttributeValue, layer: Layer, level = 1): AttributeValue {
  if (level > NESTING_LEVELS_MAX) throw nestedTooDeep();
  const types = Object.keys(value).filter((type) => value[type as keyof AttributeValue] != null);
  const [type] = types;
  if (type === undefined) {
    throw layer.refuse(
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    );
  }
  const normalized = normalizeTypes(value, layer, level);
  if (types.length === 1) return normalized;
  throw layer.refuse(
    'Supplied AttributeValue has more than one datatypes set, ' +
      'must contain exactly one of the supported datatypes',
  );
}

/** Looks at every type that is set: a bad number is reported before there being two types. */
function normalizeTypes(value: AttributeValue, layer: Layer, level: number): AttributeValue {
  if (value.NULL === false) {
    throw layer.refuse(`${INVALID}Null attribute value types must have the value of true`);
  }
  if (value.SS != null) checkTextSet(value.SS, layer);
  if (value.BS != null) checkBinarySet(value.BS, layer);
  if (value.N != null) return normalizeNumber(value, value.N, layer);
  if (value.NS != null) return normalizeNumberSet(value, value.NS, layer);
  if (value.M != null) {
    const map = normalizeAttributes(value.M, layer, level + 1);
    return map === value.M ? value : { M: map };
  }
  if (value.L != null) {
    const list = mapUnlessSame(value.L, (element) => normalizeValue(element, layer, level + 1));
    return list === value.L ? value : { L: list };
  }
  return value;
}

function normalizeNumber(value: AttributeValue, text: string, layer: Layer): AttributeValue {
  const canonical = canonicalOrThrow(text, layer);
  return canonical === text ? value : { N: canonical };
}

function normalizeNumberSet(value: AttributeValue, set: string[], layer: Layer): AttributeValue {
  if (set.length === 0) throw layer.refuse(`${INVALID}An number set  may not be empty`);
  const canonical = mapUnlessSame(set, (text) => canonicalOrThrow(text, layer));
  if (new Set(canonical).size < canonical.length) {
    throw layer.refuse('Input collection contains duplicates');
  }
  return canonical === set ? value : { NS: canonical };
}

function checkTextSet(set: readonly string[], layer: Layer): void {
  if (set.length === 0) throw layer.refuse(`${INVALID}An string set  may not be empty`);
  if (new Set(set).size === set.length) return;
  throw layer.refuse(
    layer.older
      ? `${INVALID}Input collection [${set.join(', ')}] contains duplicates.`
      : `${INVALID}Input collection ${upToRepeat(set)} contains duplicates.`,
  );
}

function checkBinarySet(set: readonly string[], layer: Layer): void {
  if (set.length === 0) throw layer.refuse(`${INVALID}Binary sets should not be empty`);
  const members = set.map((base64) => binaryBytes(base64).toString('base64'));
  if (new Set(members).size === members.length) return;
  throw layer.refuse(
    `${INVALID}Input collection [${set.join(', ')}]of type BS contains duplicates.`,
  );
}

/** The newer layer sorts a set by bytes and shows it up to the first member that comes twice. */
function upToRepeat(set: readonly string[]): string {
  const sorted = set.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const repeat = sorted.findIndex((member, index) => index > 0 && member === sorted[index - 1]);
  const shown = sorted.slice(0, repeat + 1).map((member) => JSON.stringify(member));
  return `[${shown.join(', ')}]`;
}

function canonicalOrThrow(text: string, layer: Layer): string {
  const canonical = canonicalNumber(text);
  if (canonical !== undefined) return canonical;
  throw layer.report(decimalProblemMessage(parseDecimal(text) as DecimalProblem, text));
}

/** Why a number is refused; also where arithmetic leaves the range. */
export function decimalProblemMessage(problem: DecimalProblem, text = ''): string {
  switch (problem) {
    case 'not-a-number': {
      const shown = text === '' ? '' : `: ${text}`;
      return `The parameter cannot be converted to a numeric value${shown}`;
    }
    case 'overflow':
      return (
        'Number overflow. Attempting to store a number with magnitude larger ' +
        'than supported range'
      );
    case 'underflow':
      return (
        'Number underflow. Attempting to store a number with magnitude smaller ' +
        'than supported range'
      );
    case 'too-many-digits':
      return 'Attempting to store more than 38 significant digits in a Number';
  }
}

export function nestedTooDeep() {
  return validation(
    'Nesting Levels have exceeded supported limits: ' +
      'Attributes in the item have nested levels beyond supported limit',
  );
}

/** Values of expressions: the older layer says which placeholder holds a bad one. */
export function normalizeExpressionValues(values: AttributeMap, layer: Layer): AttributeMap {
  if (!layer.older) return normalizeAttributes(values, layer);
  const normalized = emptyAttributes();
  for (const name of Object.keys(values)) {
    const refuse = (message: string) =>
      validation(`ExpressionAttributeValues contains invalid value: ${message} for key ${name}`);
    const named: Layer = { older: true, refuse, report: refuse };
    normalized[name] = normalizeValue(attributeOf(values, name) as AttributeValue, named);
  }
  return normalized;
}

/** The same array where no element changes, so that the common case allocates nothing. */
function mapUnlessSame<Element>(
  elements: Element[],
  change: (element: Element) => Element,
): Element[] {
  let changed: Element[] | undefined;
  for (const [index, element] of elements.entries()) {
    const result = change(element);
    if (result === element) continue;
    changed ??= [...elements];
    changed[index] = result;
  }
  return changed ?? elements;
}
