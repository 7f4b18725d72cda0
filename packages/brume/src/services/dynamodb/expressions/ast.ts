/**
 * What all expressions mean, whichever way they were written: expression text, the parameters from
 * before expressions, PartiQL. Names and values stand in their places.
 */
import type { AttributeType, AttributeValue } from '../items/attribute-value.ts';

/** An attribute, and what to follow in it: names in maps, positions in lists. */
export type Path = readonly [string, ...(string | number)[]];

export type Operand =
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'value'; readonly value: AttributeValue }
  | { readonly type: 'size'; readonly of: Operand };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly type: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly type: 'not'; readonly condition: Condition }
  | {
      readonly type: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly type: 'between';
      readonly operand: Operand;
      readonly low: Operand;
      readonly high: Operand;
    }
  | { readonly type: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly type: 'exists'; readonly operand: Operand; readonly exists: boolean }
  | { readonly type: 'has-type'; readonly operand: Operand; readonly attributeType: AttributeType }
  | { readonly type: 'begins-with'; readonly operand: Operand; readonly prefix: Operand }
  | { readonly type: 'contains'; readonly operand: Operand; readonly element: Operand };

/** What SET assigns. */
export type Assigned =
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'value'; readonly value: AttributeValue }
  | { readonly type: 'if-not-exists'; readonly path: Path; readonly otherwise: Assigned }
  | { readonly type: 'list-append'; readonly left: Assigned; readonly right: Assigned }
  | { readonly type: '+' | '-'; readonly left: Assigned; readonly right: Assigned };

export type Action =
  | { readonly type: 'set'; readonly path: Path; readonly assigned: Assigned }
  | { readonly type: 'remove'; readonly path: Path }
  | { readonly type: 'add' | 'delete'; readonly path: Path; readonly value: AttributeValue };
