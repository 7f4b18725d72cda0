/** One way in which an operation's input breaks the constraints of its model. */
export interface Violation {
  /** Member names (as modelled), list positions and map keys from the input's root. */
  readonly path: readonly (string | number)[];
  readonly constraint: Constraint;
  /** The offending value; undefined for a missing member. */
  readonly value: unknown;
  /** True when the shape is sensitive: the value must not be repeated. */
  readonly sensitive: boolean;
}

export type Constraint = ValueConstraint | CollectionConstraint;

/** `length` and `range` have the one bound that is broken. */
export type ValueConstraint =
  | { readonly type: 'required' }
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | { readonly type: 'pattern'; readonly pattern: string }
  | { readonly type: 'length'; readonly min?: number; readonly max?: number }
  | { readonly type: 'range'; readonly min?: number; readonly max?: number };

/**
 * Some element of the list, key of the map, or value of the map at the path breaks one of these:
 * AWS names neither which element nor which constraint, and gives the whole collection as the value.
 */
export interface CollectionConstraint {
  readonly type: 'element' | 'key' | 'value';
  readonly constraints: readonly ValueConstraint[];
}
