/**
 * What happens to an item between the check of its types and DynamoDB, in Dynamoose's order. A
 * stage that has nothing to do, or nothing to wait for, is synchronous.
 */
import { runAll, whenReady } from '../callback.ts';
import { getAt, type Path, type Plain, setAt } from '../deep-copy.ts';
import { ValidationError } from '../errors.ts';
import type { AttributeNode } from '../schema/attribute-node.ts';
import type { CompiledSchema, ItemFunction } from '../schema/compiled-schema.ts';
import { shown } from '../schema/attribute-types.ts';
import type { Choices } from './check.ts';
import { type Visit, visitsOf } from './visit.ts';

type Ready<T> = T | Promise<T>;

/** Attributes made of others, joined. */
export function combineAttributes({ properties, work }: CompiledSchema, item: Plain): void {
  if (!work.has('combine')) return;
  const visit = (node: AttributeNode, path: Path): void => {
    if (!node.work.has('combine')) return;
    for (const { type, properties: children, element } of node.variants) {
      if (type.combine) setAt(item, path, joined(item, type.combine));
      for (const [name, child] of children ?? []) visit(child, [...path, name]);
      const list = element && getAt(item, path);
      if (Array.isArray(list))
        list.forEach((_, index) => visit(element as never, [...path, index]));
    }
  };
  for (const [name, node] of properties) visit(node, [name]);
}

function joined(
  item: Plain,
  { attributes, separator }: { attributes: readonly string[]; separator: string },
): string {
  return attributes
    .map((attribute) => getAt(item, attribute.split('.')))
    .filter((value) => value !== undefined && value !== null)
    .map(String)
    .join(separator);
}

/**
 * The attributes' `set` or `get` functions. All of them see the values from before any ran; the
 * results are put in place in the schema's order.
 */
export function modifyAttributes(
  schema: CompiledSchema,
  item: Plain,
  choices: Choices,
  which: 'set' | 'get',
  original: Plain | null | undefined,
): Ready<void> {
  const visits = visitsOf(schema, item, choices, which);
  if (visits.length === 0) return;
  const results = runAll(visits, ({ path, value, settings }) =>
    settings[which]?.(value, original ? getAt(original, path) : original),
  );
  return whenReady(results, (values) => {
    visits.forEach(({ path }, index) => setAt(item, path, values[index]));
  });
}

/** The schema's own `set` functions: each returns the item that the next one gets. */
export function modifyItem(functions: readonly ItemFunction[], item: Plain): Ready<Plain> {
  return functions.reduce<Ready<Plain>>(
    (before, run) =>
      whenReady(before, (value) => whenReady(run(value), (after) => (after ?? {}) as Plain)),
    item,
  );
}

export function validate(schema: CompiledSchema, item: Plain, choices: Choices): Ready<void> {
  const checks = runAll(visitsOf(schema, item, choices, 'validate'), (visit) =>
    whenReady(isValid(visit), (valid) => {
      if (!valid) throw invalidAttribute(visit);
    }),
  );
  return whenReady(checks, () => validateItem(schema, item));
}

function isValid({ path, value, settings: { validate } }: Visit): unknown {
  if (typeof validate === 'function') return (validate as (value: unknown) => unknown)(value);
  if (!(validate instanceof RegExp)) return validate === value;
  if (typeof value !== 'string') {
    throw new ValidationError(
      `Trying to pass in ${typeof value} to a RegExp validator for key: ${path.join('.')}.`,
    );
  }
  // A global or sticky expression starts where it last stopped: each value is a new start.
  validate.lastIndex = 0;
  return validate.test(value);
}

function validateItem(schema: CompiledSchema, item: Plain): Ready<void> {
  const checks = runAll(schema.validate, (run) =>
    whenReady(run(item), (valid) => {
      if (valid) return;
      throw new ValidationError(
        `${JSON.stringify(item)} had a schema validation error when trying to save the item.`,
      );
    }),
  );
  return whenReady(checks, () => undefined);
}

/** `nested` looks only inside the attributes that are there: an update names only some. */
export function checkRequired(
  { properties, work }: CompiledSchema,
  item: Plain,
  extent: 'all' | 'nested',
): void {
  if (work.has('required')) {
    requireProperties(properties, item, [], extent === 'nested');
  }
}

function requireProperties(
  properties: ReadonlyMap<string, AttributeNode>,
  holder: Plain,
  path: Path,
  presentOnly: boolean,
): void {
  for (const [name, node] of properties) {
    if (!node.work.has('required') || (presentOnly && !Object.hasOwn(holder, name))) continue;
    requireValue(node, Object.hasOwn(holder, name) ? holder[name] : undefined, [...path, name]);
  }
}

function requireValue(node: AttributeNode, value: unknown, path: Path): void {
  if (value === undefined || value === null) {
    if (node.variants.some(({ settings }) => settings.required)) {
      throw new ValidationError(requiredMessage(path.join('.')));
    }
    return;
  }
  if (typeof value !== 'object') return;
  for (const { properties, element } of node.variants) {
    if (Array.isArray(value)) {
      // An empty list whose elements are required lacks its first element, says Dynamoose.
      const elements = value.length === 0 ? [undefined] : value;
      if (element) elements.forEach((each, index) => requireValue(element, each, [...path, index]));
    } else if (properties) requireProperties(properties, value as Plain, path, false);
  }
}

export function checkEnums(schema: CompiledSchema, item: Plain, choices: Choices): void {
  for (const { path, value, settings } of visitsOf(schema, item, choices, 'enum')) {
    if (settings.enum?.includes(value)) continue;
    throw new ValidationError(
      `${path.join('.')} must equal ${JSON.stringify(settings.enum)}, but is set to ${shown(value)}`,
    );
  }
}

function invalidAttribute({ path, value }: Visit): Error {
  return new ValidationError(
    `${path.join('.')} with a value of ${shown(value)} had a validation error when trying to save the item`,
  );
}

export function requiredMessage(path: string): string {
  return `${path} is a required property but has no value when trying to save item`;
}
