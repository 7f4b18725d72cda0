/** A JSON path, once read. */
import type { RegularExpression } from '../regular-expression/matcher.ts';
import type { Value } from '../values.ts';

export interface JsonPath {
  /** `$` begins at the document, `@` at the element that a filter looks at. */
  readonly root: '$' | '@';
  readonly tokens: readonly PathToken[];
  /** Whether it can find one thing at most; if not, the result is a list. */
  readonly definite: boolean;
}

export type PathToken =
  /** Several names make an object of these when they come last. */
  | { readonly kind: 'property'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  /** `..`: what follows is applied to every object and list below. */
  | { readonly kind: 'scan' }
  | { readonly kind: 'filter'; readonly condition: Condition }
  | { readonly kind: 'function'; readonly name: string; readonly parameters: readonly Operand[] };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'exists'; readonly path: JsonPath }
  | {
      readonly kind: 'relation';
      readonly operator: string;
      readonly left: Operand;
      readonly right: Operand;
    };

export type Operand =
  | { readonly kind: 'path'; readonly path: JsonPath }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'pattern'; readonly pattern: RegularExpression };
