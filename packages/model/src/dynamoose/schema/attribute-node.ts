/** A schema's definition, compiled once into a tree that items are walked along. */
import { InvalidParameter } from '../errors.ts';
import { isPlainObject } from '../deep-copy.ts';
import { type as types } from '../type.ts';
import {
  type AttributeType,
  resolveSet,
  resolveType,
  type TypeSettings,
} from './attribute-types.ts';
import type { ModelReference } from './model-reference.ts';
import { nestedSchema } from './nested-schema.ts';

/** What runs on a value; the user's functions may be asynchronous. */
export interface AttributeSettings {
  readonly default?: unknown;
  readonly forceDefault?: boolean;
  readonly validate?: unknown;
  readonly required?: unknown;
  readonly enum?: readonly unknown[];
  readonly get?: (value: unknown, original?: unknown) => unknown;
  readonly set?: (value: unknown, original?: unknown) => unknown;
  readonly index?: unknown;
  readonly [other: string]: unknown;
}

/** One of the types that an attribute can have. */
export interface Variant {
  readonly type: AttributeType;
  readonly settings: AttributeSettings;
  readonly properties?: ReadonlyMap<string, AttributeNode>;
  readonly element?: AttributeNode;
  /** Whether anything may be inside the value. */
  readonly open: boolean;
}

export type WorkFlag = 'default' | 'combine' | 'set' | 'get' | 'validate' | 'required' | 'enum';

export interface AttributeNode {
  /** Generic path: `friends.0.name`. */
  readonly path: string;
  readonly variants: readonly [Variant, ...Variant[]];
  /** The settings that this attribute, or one inside it, has: walks skip the rest of the tree. */
  readonly work: ReadonlySet<WorkFlag>;
}

export interface CompileContext {
  readonly owner: () => ModelReference;
}

/** The union's declarations: each is a type or a definition. */
export function declarationsOf(declared: unknown): unknown[] {
  return Array.isArray(declared) ? declared : [declared];
}

/** A definition's settings; a bare type has none. */
export function settingsOf(declared: unknown): AttributeSettings {
  return isDefinition(declared) ? declared : {};
}

export function isDefinition(declared: unknown): declared is { type: unknown } {
  return isPlainObject(declared) && Object.hasOwn(declared, 'type');
}

function compileAttribute(path: string, declared: unknown, context: CompileContext): AttributeNode {
  const variants = declarationsOf(declared).flatMap((one) => compileVariants(path, one, context));
  const [first, ...rest] = variants;
  if (!first) throw invalidType(path);
  if (rest.length > 0 && variants.some((variant) => variant.type.combine)) {
    throw new InvalidParameter('Combine type is not allowed to be used with multiple types.');
  }
  const node = { path, variants: [first, ...rest] as const, work: new Set<WorkFlag>() };
  for (const variant of variants) addWork(node.work, variant);
  return node;
}

function compileVariants(path: string, declared: unknown, context: CompileContext): Variant[] {
  const nested = nestedSchema(declared);
  if (nested) {
    const properties = compileProperties(path, nested.definition, context);
    return [{ type: objectType(), settings: {}, properties, open: false }];
  }
  const settings = settingsOf(declared);
  const { value, typeSettings } = typeOf(isDefinition(declared) ? declared.type : declared);
  return declarationsOf(value).map((one) => {
    // A definition inside a list of types counts for its type only, as in Dynamoose.
    const inner = typeOf(isDefinition(one) ? one.type : one);
    return compileVariant(
      path,
      inner.value,
      { ...typeSettings, ...inner.typeSettings },
      settings,
      context,
    );
  });
}

function compileVariant(
  path: string,
  declaredType: unknown,
  typeSettings: TypeSettings,
  settings: AttributeSettings,
  context: CompileContext,
): Variant {
  const inside = settings.schema;
  if (declaredType === Set || (typeof declaredType === 'string' && /^set$/i.test(declaredType))) {
    return { type: compileSet(path, inside, context), settings, open: false };
  }
  const type = resolveType(declaredType, typeSettings, context.owner);
  if (!type) throw invalidType(path);
  if (!type.container || inside === undefined) return { type, settings, open: false };
  if (inside === types.ANY) return { type, settings, open: true };
  if (type.container === 'array' && Array.isArray(inside)) {
    if (inside.length > 1) {
      throw new InvalidParameter('You must only pass one element into schema array.');
    }
    if (inside.length === 0) return { type, settings, open: false };
    const element = compileAttribute(`${path}.0`, inside[0], context);
    return { type, settings, element, open: false };
  }
  const properties = nestedSchema(inside)?.definition ?? inside;
  if (type.container !== 'object' || !isPlainObject(properties)) {
    return { type, settings, open: false };
  }
  return { type, settings, properties: compileProperties(path, properties, context), open: false };
}

export function compileProperties(
  path: string,
  definition: { readonly [name: string]: unknown },
  context: CompileContext,
): ReadonlyMap<string, AttributeNode> {
  const properties = new Map<string, AttributeNode>();
  for (const name of Object.keys(definition)) {
    const childPath = path === '' ? name : `${path}.${name}`;
    properties.set(name, compileAttribute(childPath, definition[name], context));
  }
  return properties;
}

function compileSet(path: string, inside: unknown, context: CompileContext): AttributeType {
  const declared = Array.isArray(inside) && inside.length === 1 ? inside[0] : undefined;
  const { value, typeSettings } = typeOf(isDefinition(declared) ? declared.type : declared);
  const element = resolveType(value, typeSettings, context.owner);
  if (!element) throw invalidType(path);
  return resolveSet(path, element, value);
}

/** Takes `{ value, settings }` apart, the long form of a type. */
function typeOf(declared: unknown): { value: unknown; typeSettings: TypeSettings } {
  if (isPlainObject(declared) && Object.hasOwn(declared, 'value')) {
    return { value: declared.value, typeSettings: declared.settings ?? {} };
  }
  return { value: declared, typeSettings: {} };
}

function addWork(work: Set<WorkFlag>, { type, settings, properties, element }: Variant): void {
  if (settings.default !== undefined) work.add('default');
  if (type.combine) work.add('combine');
  if (typeof settings.set === 'function') work.add('set');
  if (typeof settings.get === 'function') work.add('get');
  if (settings.validate !== undefined) work.add('validate');
  if (settings.required) work.add('required');
  if (settings.enum !== undefined) work.add('enum');
  for (const child of properties?.values() ?? []) for (const flag of child.work) work.add(flag);
  for (const flag of element?.work ?? []) work.add(flag);
}

function objectType(): AttributeType {
  const owner = (): never => {
    throw new InvalidParameter('An object refers to no model.');
  };
  return resolveType(Object, {}, owner) as AttributeType;
}

function invalidType(path: string): Error {
  return new InvalidParameter(`Attribute ${path} does not have a valid type.`);
}
