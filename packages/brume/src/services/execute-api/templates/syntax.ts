/** A template, once read. Offsets are places in its text. */
import type { ArithmeticOperator } from './arithmetic.ts';
import type { Value } from './values.ts';

export type Step =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'method'; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: 'index'; readonly index: Expression };

/** `$!{name.property.method(…)[…]}`. */
export interface Reference {
  readonly kind: 'reference';
  readonly name: string;
  readonly quiet: boolean;
  readonly steps: readonly Step[];
  /** As it is written, for when it prints itself. */
  readonly source: string;
  readonly offset: number;
}

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type Expression =
  | Reference
  | { readonly kind: 'literal'; readonly value: Value }
  /** A text between double quotes, itself a template. */
  | { readonly kind: 'interpolation'; readonly body: readonly Statement[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'range'; readonly from: Expression; readonly to: Expression }
  | { readonly kind: 'not' | 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'logical';
      readonly operator: 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  /** A reference and the backslashes before it. */
  | { readonly kind: 'output'; readonly reference: Reference; readonly backslashes: number }
  | { readonly kind: 'set'; readonly target: Reference; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly condition: Expression; readonly body: Statements }[];
      readonly otherwise: Statements;
      readonly offset: number;
    }
  | {
      readonly kind: 'foreach';
      readonly name: string;
      readonly list: Expression;
      readonly body: Statements;
      readonly offset: number;
    }
  | { readonly kind: 'define'; readonly name: string; readonly body: Statements }
  | { readonly kind: 'break' }
  | { readonly kind: 'stop' };

export type Statements = readonly Statement[];
