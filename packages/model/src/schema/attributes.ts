/** The functions that declare attributes: `string()`, `list(number())`, `map({ … })`. */
import { invalidDefinition } from '../errors.ts';
import { Attribute } from './attribute.ts';
import type { AttributeLike, AttributeNode, DateStorage, Scalar, Shape } from './attribute.ts';
import type { InputOf, OutputOf, ShapeInput, ShapeOutput } from './infer.ts';
import { isStandardSchema } from './standard-schema.ts';

/** A declaration before `optional()` or `default()`. */
export type Required<Output, Input = Output> = Attribute<Output, Input, 'required'>;

export function string(): Required<string> {
  return new Attribute({ type: 'string' });
}

/** A JavaScript number; beyond ±(2^53 − 1) use `bigint()`. */
export function number(): Required<number> {
  return new Attribute({ type: 'number' });
}

/** A whole number of up to 38 digits. */
export function bigint(): Required<bigint> {
  return new Attribute({ type: 'bigint' });
}

export function boolean(): Required<boolean> {
  return new Attribute({ type: 'boolean' });
}

export function binary(): Required<Uint8Array> {
  return new Attribute({ type: 'binary' });
}

/** A Date, stored as an ISO 8601 string, or as a number of milliseconds or seconds since 1970. */
export function date(storage: DateStorage = 'iso'): Required<Date> {
  return new Attribute({ type: 'date', storage });
}

/** Exactly this value. */
export function constant<const T extends Scalar>(value: T): Required<T> {
  return new Attribute({ type: 'constant', value });
}

/** One of these strings or numbers. */
export function enumeration<const T extends readonly (string | number)[]>(
  ...values: T
): Required<T[number]> {
  if (values.length === 0) throw invalidDefinition('an enumeration needs a value');
  return new Attribute({ type: 'enumeration', values });
}

export function list<A extends AttributeLike>(
  element: A,
): Required<OutputOf<A>[], readonly InputOf<A>[]> {
  return new Attribute({ type: 'list', element: nodeOf(element) });
}

/** A map with the same attribute under any name. */
export function record<A extends AttributeLike>(
  element: A,
): Required<{ [name: string]: OutputOf<A> }, { readonly [name: string]: InputOf<A> }> {
  return new Attribute({ type: 'record', element: nodeOf(element) });
}

/** A set of strings, numbers, or binaries: whatever the element is stored as. */
export function set<A extends AttributeLike>(
  element: A,
): Required<Set<OutputOf<A>>, ReadonlySet<InputOf<A>> | readonly InputOf<A>[]> {
  return new Attribute({ type: 'set', element: nodeOf(element) });
}

/** A map with these attributes. */
export function map<S extends Shape>(shape: S): Required<ShapeOutput<S>, ShapeInput<S>> {
  return new Attribute({ type: 'map', fields: fieldsOf(shape) });
}

/** The first of these attributes that accepts the value. */
export function union<const A extends readonly AttributeLike[]>(
  ...members: A
): Required<OutputOf<A[number]>, InputOf<A[number]>> {
  if (members.length === 0) throw invalidDefinition('a union needs a member');
  return new Attribute({ type: 'union', members: members.map(nodeOf) });
}

/** Any value that DynamoDB can hold; whole numbers beyond 2^53 - 1 are read as bigints. */
export function any(): Required<unknown> {
  return new Attribute({ type: 'any' });
}

/** The declaration's tree; a Standard Schema becomes a leaf of it. */
export function nodeOf(attribute: AttributeLike): AttributeNode {
  if (attribute instanceof Attribute) return attribute.node;
  if (!isStandardSchema(attribute)) {
    throw invalidDefinition(`neither an attribute nor a Standard Schema: ${String(attribute)}`);
  }
  return { type: 'standard', schema: attribute };
}

/** The trees of a shape by name, in the order of declaration. */
export function fieldsOf(shape: Shape): ReadonlyMap<string, AttributeNode> {
  const fields = new Map<string, AttributeNode>();
  for (const [name, attribute] of Object.entries(shape)) {
    if (name === '__proto__' || name === '') {
      throw invalidDefinition(`an attribute cannot be named ${JSON.stringify(name)}`);
    }
    fields.set(name, nodeOf(attribute));
  }
  return fields;
}
