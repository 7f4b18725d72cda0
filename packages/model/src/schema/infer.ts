/** The TypeScript types of items and values that a schema stands for. */
import type { AttributeLike, Presence, Shape } from './attribute.ts';
import type { StandardSchema } from './standard-schema.ts';

/** An `Attribute`, told by its types alone: comparing whole classes takes the compiler longer. */
type Declared = {
  readonly types: {
    readonly output: unknown;
    readonly input: unknown;
    readonly presence: Presence;
  };
};
type Types<A> = A extends StandardSchema ? NonNullable<A['~standard']['types']> : never;

/** What reading the attribute gives. */
export type OutputOf<A extends AttributeLike> = A extends Declared
  ? A['types']['output']
  : Exclude<Types<A>['output'], undefined>;

/** What writing the attribute takes. */
export type InputOf<A extends AttributeLike> = A extends Declared
  ? A['types']['input']
  : Exclude<Types<A>['input'], undefined>;

type OptionalOnRead<A> = A extends Declared
  ? A['types']['presence'] extends 'optional'
    ? true
    : false
  : undefined extends Types<A>['output']
    ? true
    : false;

type OptionalOnWrite<A> = A extends Declared
  ? A['types']['presence'] extends 'required'
    ? false
    : true
  : undefined extends Types<A>['input']
    ? true
    : false;

/** Flattens intersections, so that editors show the members. */
export type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** The item as read: optional attributes may be absent, defaulted ones are there. */
export type ShapeOutput<S extends Shape> = Simplify<
  { -readonly [K in keyof Pick<S, Exclude<keyof S, OptionalNames<S>>>]: OutputOf<S[K]> } & {
    -readonly [K in keyof Pick<S, OptionalNames<S>>]?: OutputOf<S[K]>;
  }
>;

/** The item as written: optional and defaulted attributes may be absent, or undefined. */
export type ShapeInput<S extends Shape> = Simplify<
  { -readonly [K in keyof Pick<S, Exclude<keyof S, AbsentNames<S>>>]: InputOf<S[K]> } & {
    -readonly [K in keyof Pick<S, AbsentNames<S>>]?: InputOf<S[K]> | undefined;
  }
>;

/** Names of the attributes that may be left out of a written item. */
type AbsentNames<S extends Shape> = {
  [K in keyof S]: OptionalOnWrite<S[K]> extends true ? K : never;
}[keyof S];

/** Names of the attributes that an update may remove. */
export type OptionalNames<S extends Shape> = {
  [K in keyof S]: OptionalOnRead<S[K]> extends true ? K : never;
}[keyof S];
