/**
 * The types an attribute can have: how each is recognised, stored and restored.
 *
 * "Stored" values are plain JavaScript values that marshal to DynamoDB without knowing the schema:
 * a Date attribute is stored as a number, a reference as the key of the item it refers to.
 */
import { InvalidType } from '../errors.ts';
import { isPlainObject, type Plain } from '../deep-copy.ts';
import { type as types } from '../type.ts';
import { type ModelReference, referencedModel } from './model-reference.ts';

export type Direction = 'toDynamo' | 'fromDynamo';

export interface AttributeType {
  /** As error messages call it. */
  readonly name: string;
  /** DynamoDB's name of the type; undefined when it can be any. */
  readonly dynamodbType: string | undefined;
  /** What may be defined or allowed inside the value. */
  readonly container?: 'object' | 'array' | 'any';
  readonly combine?: { readonly attributes: readonly string[]; readonly separator: string };
  readonly constant?: true;
  readonly model?: ModelReference;
  readonly matches: (value: unknown, direction: Direction) => boolean;
  /** From the application's value to the stored one. */
  readonly encode?: (value: unknown) => unknown;
  readonly decode?: (value: unknown) => unknown;
}

export interface TypeSettings {
  storage?: string;
  attributes?: readonly string[];
  separator?: string;
  value?: string | number | boolean;
}

const string: AttributeType = {
  name: 'string',
  dynamodbType: 'S',
  matches: (value) => typeof value === 'string',
};
const number: AttributeType = {
  name: 'number',
  dynamodbType: 'N',
  // DynamoDB has no NaN and no infinity; Dynamoose leaves those to the SDK's nameless error.
  matches: Number.isFinite,
};
const boolean: AttributeType = {
  name: 'boolean',
  dynamodbType: 'BOOL',
  matches: (value) => typeof value === 'boolean',
};
const buffer: AttributeType = {
  name: 'buffer',
  dynamodbType: 'B',
  matches: (value, direction) =>
    Buffer.isBuffer(value) || (direction === 'fromDynamo' && value instanceof Uint8Array),
  decode: (value) => Buffer.from(value as Uint8Array),
};
const object: AttributeType = {
  name: 'object',
  dynamodbType: 'M',
  container: 'object',
  matches: isPlainObject,
};
const array: AttributeType = {
  name: 'array',
  dynamodbType: 'L',
  container: 'array',
  matches: Array.isArray,
};
const nothing: AttributeType = {
  name: 'null',
  dynamodbType: 'NULL',
  matches: (value) => value === null,
};
const anything: AttributeType = {
  name: 'any',
  dynamodbType: undefined,
  container: 'any',
  matches: () => true,
};

function date(settings: TypeSettings): AttributeType {
  const iso = settings.storage === 'iso';
  const unitMs = settings.storage === 'seconds' ? 1000 : 1;
  return {
    name: 'date',
    dynamodbType: iso ? 'S' : 'N',
    matches(value, direction) {
      if (!(value instanceof Date))
        return iso ? string.matches(value, direction) : Number.isFinite(value);
      return direction === 'toDynamo' && !Number.isNaN(value.getTime());
    },
    encode(value) {
      if (!(value instanceof Date)) return value;
      return iso ? value.toISOString() : Math.round(value.getTime() / unitMs);
    },
    decode: (value) => new Date(iso ? (value as string) : (value as number) * unitMs),
  };
}

function constant(settings: TypeSettings): AttributeType {
  const { value } = settings;
  return {
    name: `constant ${typeof value} (${String(value)})`,
    dynamodbType: { string: 'S', number: 'N', boolean: 'BOOL' }[typeof value as string],
    constant: true,
    matches: (candidate) => candidate === value,
  };
}

function combine(settings: TypeSettings): AttributeType {
  const { attributes = [], separator } = settings;
  return {
    name: 'combine',
    dynamodbType: 'S',
    combine: { attributes, separator: separator ?? ',' },
    matches: (value) => typeof value === 'string',
  };
}

/** A reference: an item of the other model, its hash key, or both its keys. */
function reference(model: ModelReference): AttributeType {
  const { hashKey, rangeKey, name } = model;
  const isKey = (value: unknown, attribute: string): boolean => {
    const expected = model.keyType(attribute);
    if (expected === 'B') return Buffer.isBuffer(value);
    return typeof value === (expected === 'N' ? 'number' : 'string');
  };
  const isKeyObject = (value: unknown): value is Plain =>
    typeof value === 'object' &&
    value !== null &&
    isKey((value as Plain)[hashKey], hashKey) &&
    (rangeKey === undefined || isKey((value as Plain)[rangeKey], rangeKey));
  return {
    name,
    dynamodbType: rangeKey === undefined ? model.keyType(hashKey) : 'M',
    model,
    matches: (value) => isKeyObject(value) || (rangeKey === undefined && isKey(value, hashKey)),
    encode(value) {
      if (!isKeyObject(value)) return value;
      if (rangeKey === undefined) return value[hashKey];
      return { [hashKey]: value[hashKey], [rangeKey]: value[rangeKey] };
    },
  };
}

/** A set of `element`s, or undefined when DynamoDB has no such set. */
function setType(element: AttributeType): AttributeType | undefined {
  const { encode, decode, dynamodbType } = element;
  const settable = ['string', 'number', 'buffer', 'date'].includes(element.name) || element.model;
  if (!settable || !['S', 'N', 'B'].includes(dynamodbType ?? '')) return undefined;
  return {
    name: `${element.name} set`,
    dynamodbType: `${dynamodbType}S`,
    ...(element.model && { model: element.model }),
    matches(value, direction) {
      if (!(value instanceof Set) && !(direction === 'toDynamo' && Array.isArray(value))) {
        return false;
      }
      for (const member of value) if (!element.matches(member, direction)) return false;
      return true;
    },
    encode: (value) => new Set(encode ? Array.from(value as Set<unknown>, encode) : (value as [])),
    decode: (value) => new Set(decode ? Array.from(value as Set<unknown>, decode) : (value as [])),
  };
}

/** Stands for a set that cannot be; says so when the attribute is used, as Dynamoose does. */
function impossibleSet(path: string, typeName: string): AttributeType {
  const refuse = (): never => {
    throw new InvalidType(`${path} with type: ${typeName} is not allowed to be a set`);
  };
  return {
    name: 'set',
    get dynamodbType() {
      return refuse();
    },
    matches: refuse,
    encode: refuse,
  };
}

const byName: ReadonlyMap<string, AttributeType | ((settings: TypeSettings) => AttributeType)> =
  new Map<string, AttributeType | ((settings: TypeSettings) => AttributeType)>([
    ['string', string],
    ['number', number],
    ['boolean', boolean],
    ['buffer', buffer],
    ['object', object],
    ['array', array],
    ['date', date],
    ['constant', constant],
    ['combine', combine],
  ]);

const bySymbol: ReadonlyMap<unknown, AttributeType> = new Map([
  [types.NULL, nothing],
  [types.ANY, anything],
]);

/** The type that `declared` (a constructor, name, symbol or model) stands for, if it is one. */
export function resolveType(
  declared: unknown,
  settings: TypeSettings,
  owner: () => ModelReference,
): AttributeType | undefined {
  if (declared === types.THIS) return lazy(() => reference(owner()));
  const model = referencedModel(declared);
  if (model) return reference(model);
  const special = bySymbol.get(declared);
  if (special) return special;
  const found = byName.get(typeName(declared).toLowerCase());
  return typeof found === 'function' ? found(settings) : found;
}

export function resolveSet(path: string, element: AttributeType, declared: unknown): AttributeType {
  const shown = element.model ? 'model' : typeName(declared) || element.name;
  return setType(element) ?? impossibleSet(path, shown);
}

function typeName(declared: unknown): string {
  if (typeof declared === 'string') return declared;
  return typeof declared === 'function' ? declared.name : '';
}

/** A type that is resolved when first looked at: THIS has no model while the schema is made. */
function lazy(resolve: () => AttributeType): AttributeType {
  let resolved: AttributeType | undefined;
  const get = (): AttributeType => (resolved ??= resolve());
  return {
    get name() {
      return get().name;
    },
    get dynamodbType() {
      return get().dynamodbType;
    },
    get model() {
      return get().model as ModelReference;
    },
    matches: (value, direction) => get().matches(value, direction),
    encode: (value) => get().encode?.(value),
  };
}

/** How error messages call the type of a value that did not match. */
export function foundTypeName(value: unknown, expected: readonly AttributeType[]): string {
  const name = plainTypeName(value);
  return expected.some((type) => type.constant) ? `${name} (${shown(value)})` : name;
}

function plainTypeName(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object') return typeof value;
  if (builtIn.some((known) => value instanceof known) || isPlainObject(value)) return 'object';
  return (value.constructor as { name?: string } | undefined)?.name || 'object';
}

const builtIn = [Array, Set, Map, Date, Uint8Array] as const;

/** The value in the text of an error. */
export function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    // An object without a usable toString, or one whose toString throws.
    return typeof value;
  }
}
