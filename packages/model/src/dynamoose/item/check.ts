/**
 * The one walk that every item takes: values are checked against their types, what the schema does
 * not know is left out, and the rest is converted, into a new object.
 */
import { setOwn } from '../../attribute-value.ts';
import { deepCopy, isPlainObject, type Plain } from '../deep-copy.ts';
import { TypeMismatch } from '../errors.ts';
import type { AttributeNode, Variant } from '../schema/attribute-node.ts';
import { type Direction, foundTypeName } from '../schema/attribute-types.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import type { UnknownRule } from '../schema/save-unknown.ts';
import { type as types } from '../type.ts';

/** DynamoDB refuses documents nested deeper than 32 levels (service quota); a cycle ends here. */
const DEPTH_MAX = 64;

/** Which type each attribute that may have several turned out to have, by path. */
export type Choices = Map<string, Variant>;

export interface Walk {
  readonly direction: Direction;
  readonly convert: boolean;
  readonly unknown: UnknownRule;
  readonly choices: Choices;
  /** Where the walk is; changed on the way. */
  readonly path: (string | number)[];
  /** Where `type.UNDEFINED` stands, to be dropped once the defaults have been set. */
  readonly undefinedAt: (string | number)[][];
}

const nothing: ReadonlyMap<string, AttributeNode> = new Map();

export function checkItem(
  schema: CompiledSchema,
  item: Plain,
  direction: Direction,
): { item: Plain; choices: Choices; undefinedAt: Walk['undefinedAt'] } {
  const walk = newWalk(direction, schema.unknown);
  const { choices, undefinedAt } = walk;
  return { item: checkProperties(schema.properties, item, walk), choices, undefinedAt };
}

export function newWalk(
  direction: Direction,
  unknown: UnknownRule,
  parts: Partial<Pick<Walk, 'convert' | 'choices' | 'path'>> = {},
): Walk {
  return {
    direction,
    unknown,
    convert: true,
    choices: new Map(),
    path: [],
    undefinedAt: [],
    ...parts,
  };
}

function checkProperties(
  properties: ReadonlyMap<string, AttributeNode>,
  value: Plain,
  walk: Walk,
): Plain {
  const checked: Plain = {};
  for (const name of Object.keys(value)) {
    const inner = value[name];
    if (inner === undefined) continue;
    const node = properties.get(name);
    walk.path.push(name);
    if (inner === types.UNDEFINED) {
      setOwn(checked, name, inner);
      walk.undefinedAt.push([...walk.path]);
    } else if (node) setOwn(checked, name, checkValue(node, inner, walk));
    else if (walk.unknown.allows(walk.path)) setOwn(checked, name, copyUnknown(inner, walk));
    walk.path.pop();
  }
  return checked;
}

export function checkValue(node: AttributeNode, value: unknown, walk: Walk): unknown {
  const variant = chooseVariant(node, value, walk.direction);
  if (!variant) throw typeMismatch(node, value, walk.path.join('.'));
  if (node.variants.length > 1) walk.choices.set(walk.path.join('.'), variant);
  const { type, open } = variant;
  if (type.container) {
    if (open) return walk.direction === 'toDynamo' ? deepCopy(value) : value;
    if (Array.isArray(value)) return checkElements(variant.element, value, walk);
    if (isPlainObject(value)) return checkProperties(variant.properties ?? nothing, value, walk);
    return deepCopy(value);
  }
  if (!walk.convert) return value;
  const conversion = walk.direction === 'toDynamo' ? type.encode : type.decode;
  return conversion ? conversion(value) : value;
}

function checkElements(
  element: AttributeNode | undefined,
  list: readonly unknown[],
  walk: Walk,
): unknown[] {
  const checked: unknown[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index];
    walk.path.push(index);
    if (element) checked.push(checkValue(element, value, walk));
    else if (walk.unknown.allows(walk.path)) checked.push(copyUnknown(value, walk));
    walk.path.pop();
  }
  return checked;
}

function copyUnknown(value: unknown, walk: Walk): unknown {
  if (walk.unknown.allowsAll) return deepCopy(value);
  if (walk.path.length > DEPTH_MAX) throw tooDeep(walk.path);
  if (Array.isArray(value)) return checkElements(undefined, value, walk);
  return isPlainObject(value) ? checkProperties(nothing, value, walk) : deepCopy(value);
}

/** The type of the union that `value` has; of several, the one whose contents fit best. */
export function chooseVariant(
  node: AttributeNode,
  value: unknown,
  direction: Direction,
): Variant | undefined {
  const { variants } = node;
  if (variants.length === 1) {
    return variants[0].type.matches(value, direction) ? variants[0] : undefined;
  }
  const matching = variants.filter(({ type }) => type.matches(value, direction));
  if (matching.length <= 1) return matching[0];
  const fits = matching.map((variant) => fitOf(contentMarks([variant], value, direction, 0)));
  let best = 0;
  fits.forEach((fit, index) => {
    const leader = fits[best] as Fit;
    if (fit.worst > leader.worst || (fit.worst === leader.worst && fit.mean > leader.mean)) {
      best = index;
    }
  });
  return matching[best];
}

/** How well an item fits a schema: 1 when all is known and right, 0 when something is wrong. */
export function fitness(schema: CompiledSchema, item: Plain, direction: Direction): number {
  let worst = 1;
  for (const name of Object.keys(item)) {
    if (item[name] === undefined) continue;
    const attribute = direction === 'toDynamo' ? schema.mapping.attributeOf(name) : name;
    const marks = marksOf(schema.properties.get(attribute), item[name], direction, 0);
    worst = Math.min(worst, fitOf(marks).worst);
  }
  return worst;
}

interface Fit {
  readonly worst: number;
  readonly mean: number;
}

function fitOf(marks: readonly number[]): Fit {
  let [worst, sum] = [1, 0];
  for (const mark of marks) {
    worst = Math.min(worst, mark);
    sum += mark;
  }
  return { worst, mean: marks.length === 0 ? 1 : sum / marks.length };
}

/** Marks for a value and everything in it: 1 for right, 0.5 for unknown to the schema, 0 for wrong. */
function marksOf(
  node: AttributeNode | undefined,
  value: unknown,
  direction: Direction,
  depth: number,
): number[] {
  if (!node) return [0.5];
  if (depth > DEPTH_MAX) return [0];
  const variant = chooseVariant(node, value, direction);
  if (!variant) return [0];
  return variant.type.container
    ? [1, ...contentMarks(node.variants, value, direction, depth + 1)]
    : [1];
}

/** Of several variants, the first that knows a property or has elements says what they must be. */
function contentMarks(
  variants: readonly Variant[],
  value: unknown,
  direction: Direction,
  depth: number,
): number[] {
  if (Array.isArray(value)) {
    const element = variants.find((variant) => variant.element)?.element;
    return value.flatMap((each) => marksOf(element, each, direction, depth));
  }
  if (!isPlainObject(value)) return [];
  return Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .flatMap((name) => {
      const known = variants.find(({ properties }) => properties?.has(name));
      return marksOf(known?.properties?.get(name), value[name], direction, depth);
    });
}

export function typeMismatch(node: AttributeNode, value: unknown, path: string): Error {
  const expected = node.variants.map(({ type }) => type);
  return new TypeMismatch(
    `Expected ${path} to be of type ${expected.map(({ name }) => name).join(', ')}, ` +
      `instead found type ${foundTypeName(value, expected)}.`,
  );
}

function tooDeep(path: readonly (string | number)[]): Error {
  return new TypeMismatch(
    `Expected ${path.slice(0, 4).join('.')} to be of at most ${DEPTH_MAX} levels, ` +
      'instead found more, or a value that contains itself.',
  );
}
