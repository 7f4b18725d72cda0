/** What a regular expression is made of, once read. */

/** Tests one code unit. */
export type CharacterTest = (character: string) => boolean;

export type PatternNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly PatternNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: PatternNode }
  | { readonly kind: 'back-reference'; readonly index: number }
  | { readonly kind: 'look-ahead'; readonly negative: boolean; readonly body: PatternNode }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'no-boundary'; readonly multiline: boolean }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    };

export interface Pattern {
  readonly node: PatternNode;
  /** Groups that capture, not counting the whole match. */
  readonly groups: number;
  readonly groupNames: ReadonlyMap<string, number>;
}

export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
}
