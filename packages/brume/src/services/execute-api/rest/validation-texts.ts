/**
 * What is wrong with a body, in the words of AWS: those of the library for JSON Schema that it uses (fge's
 * for Java), as users show them in their logs of 2018 to 2021 for missing members and bodies that are no
 * JSON; the others are that library's from memory.
 */
import type { ErrorObject } from 'ajv';

type Schema = Readonly<Record<string, unknown>>;

export const NO_JSON = 'Unknown error parsing request body';

/** Ours: what nobody reads to its end. */
const ERRORS_MAX = 100;

/** `shown` says which errors are their own: those of an alternative are told by the alternatives' one. */
export function validationTexts(
  errors: readonly ErrorObject[],
  shown: (schema: unknown) => boolean,
): string[] {
  const all = errors.filter(({ parentSchema }) => shown(parentSchema));
  const own = (all.length > 0 ? all : errors).slice(0, ERRORS_MAX);
  const texts = new Map<string, string>();
  for (const error of own) {
    const text = textOf(
      error,
      own.filter((each) => isTogether(each, error)),
    );
    texts.set(`${error.instancePath} ${text}`, text);
  }
  return [...texts.values()];
}

/** Names of members are told together. */
function isTogether(left: ErrorObject, right: ErrorObject): boolean {
  return (
    left.keyword === right.keyword &&
    left.instancePath === right.instancePath &&
    left.parentSchema === right.parentSchema
  );
}

function textOf(error: ErrorObject, together: readonly ErrorObject[]): string {
  const text = Object.hasOwn(TEXTS, error.keyword) ? TEXTS[error.keyword] : undefined;
  return text?.(error, together) ?? `${error.instancePath} ${error.message}`.trim();
}

type Text = (error: ErrorObject, together: readonly ErrorObject[]) => string | undefined;

const TEXTS: Readonly<Record<string, Text>> = {
  required: (_, together) =>
    `object has missing required properties (${names(together, 'missingProperty')})`,
  additionalProperties: (_, together) =>
    `object instance has properties which are not allowed by the schema: ${names(together, 'additionalProperty')}`,
  type: ({ data, schema }) =>
    `instance type (${typeOf(data)}) does not match any allowed primitive type (allowed: ${allowed(schema)})`,
  enum: ({ data, schema }) =>
    `instance value (${json(data)}) not found in enum (possible values: ${json(schema)})`,
  minimum: ({ data, schema }) =>
    data === schema
      ? `numeric instance is not strictly greater than the required minimum ${json(schema)}`
      : `numeric instance is lower than the required minimum (minimum: ${json(schema)}, found: ${json(data)})`,
  maximum: ({ data, schema }) =>
    data === schema
      ? `numeric instance is not strictly lower than the required maximum ${json(schema)}`
      : `numeric instance is greater than the required maximum (maximum: ${json(schema)}, found: ${json(data)})`,
  multipleOf: ({ data, schema }) =>
    `remainder of division is not zero (${json(data)} / ${json(schema)})`,
  minLength: ({ data, schema }) =>
    `string ${json(data)} is too short (length: ${lengthOf(data)}, required minimum: ${json(schema)})`,
  maxLength: ({ data, schema }) =>
    `string ${json(data)} is too long (length: ${lengthOf(data)}, maximum allowed: ${json(schema)})`,
  pattern: ({ data, schema }) =>
    `ECMA 262 regex ${json(schema)} does not match input string ${json(data)}`,
  minItems: ({ data, schema }) =>
    `array is too short: must have at least ${json(schema)} elements but instance has ${lengthOf(data)} elements`,
  maxItems: ({ data, schema }) =>
    `array is too long: must have at most ${json(schema)} elements but instance has ${lengthOf(data)} elements`,
  uniqueItems: () => 'array must not contain duplicate elements',
  minProperties: ({ data, schema }) =>
    `object has too few properties (found ${membersOf(data)} but schema requires at least ${json(schema)})`,
  maxProperties: ({ data, schema }) =>
    `object has too many properties (found ${membersOf(data)} but schema requires at most ${json(schema)})`,
  anyOf: ({ schema }) =>
    `instance failed to match at least one required schema among ${lengthOf(schema)}`,
  oneOf: ({ schema, params }) => {
    const { passingSchemas } = params as { passingSchemas: readonly number[] | null };
    return `instance failed to match exactly one schema (matched ${passingSchemas?.length ?? 0} out of ${lengthOf(schema)})`;
  },
  not: () => 'instance matched a schema which it should not have',
};

type Params = Readonly<Record<string, unknown>>;

/** Ours: a body's own texts are quoted as far as that. */
const QUOTED_LENGTH_MAX = 1_024;

function json(value: unknown): string {
  return JSON.stringify(value).slice(0, QUOTED_LENGTH_MAX);
}

function sorted(texts: readonly string[]): string[] {
  return texts.toSorted((left, right) => (left < right ? -1 : 1));
}

function names(errors: readonly ErrorObject[], member: string): string {
  return json(sorted(errors.map(({ params }) => String((params as Params)[member]))));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'number') return typeof value;
  return Number.isInteger(value) ? 'integer' : 'number';
}

/** What is a number may be an integer, too, and is said to. */
function allowed(schema: unknown): string {
  const types = new Set([schema].flat());
  if (types.has('number')) types.add('integer');
  return json(sorted([...types].map(String)));
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Array.from(value).length;
  return Array.isArray(value) ? value.length : 0;
}

function membersOf(value: unknown): number {
  return Object.keys(Object(value)).length;
}

/** Where else a schema looks that is not one of several alternatives. */
const LISTS = ['allOf', 'items'];
const MAPS = ['properties', 'patternProperties', 'dependencies'];
const SINGLE = ['items', 'additionalItems', 'additionalProperties'];

/** All schemas that a body is held against in any case. `resolve` finds what is referred to. */
export function ownSchemas(
  root: unknown,
  resolve: (reference: string, base: unknown) => unknown,
): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  const open: { readonly schema: unknown; readonly base: unknown }[] = [
    { schema: root, base: root },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { schema, base } = next;
    if (typeof schema !== 'object' || schema === null || found.has(schema)) continue;
    found.add(schema);
    const members = schema as Schema;
    const add = (each: unknown) => open.push({ schema: each, base });
    for (const name of LISTS) if (Array.isArray(members[name])) members[name].forEach(add);
    for (const name of MAPS) Object.values(Object(members[name])).forEach(add);
    for (const name of SINGLE) add(members[name]);
    const { $ref } = members;
    if (typeof $ref === 'string') {
      const target = resolve($ref, base);
      open.push({ schema: target, base: $ref.startsWith('#') ? base : target });
    }
  }
  return found;
}
