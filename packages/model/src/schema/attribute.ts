/** An attribute's declaration: an immutable tree, and the types that TypeScript infers from it. */
import { invalidDefinition } from '../errors.ts';
import type { StandardSchema } from './standard-schema.ts';

/** What is known of an attribute at run time: plain data, which `codec/` compiles. */
export type AttributeNode = AttributeForm & {
  readonly optional?: true;
  /** Undefined where there is none; a function is called for each write. */
  readonly default?: unknown;
  readonly checks?: readonly Check[];
};

type AttributeForm =
  | { readonly type: 'string' | 'number' | 'bigint' | 'boolean' | 'binary' | 'any' }
  | { readonly type: 'date'; readonly storage: DateStorage }
  | { readonly type: 'constant'; readonly value: Scalar }
  | { readonly type: 'enumeration'; readonly values: readonly (string | number)[] }
  | { readonly type: 'list' | 'record'; readonly element: AttributeNode }
  | { readonly type: 'set'; readonly element: AttributeNode }
  | { readonly type: 'map'; readonly fields: ReadonlyMap<string, AttributeNode> }
  | { readonly type: 'union'; readonly members: readonly AttributeNode[] }
  | { readonly type: 'standard'; readonly schema: StandardSchema }
  | {
      readonly type: 'transformed';
      readonly inner: AttributeNode;
      readonly encode: (value: never) => unknown;
      readonly decode: (value: never) => unknown;
    };

export type Scalar = string | number | boolean;
export type DateStorage = 'iso' | 'milliseconds' | 'seconds';
/** True accepts; false, or a sentence, refuses. */
export type Verdict = boolean | string | undefined;
export type Check = {
  readonly test: (value: never) => Verdict | Promise<Verdict>;
  readonly problem: string | undefined;
};
export type Presence = 'required' | 'optional' | 'defaulted';

/**
 * `Output` is what reading gives, `Input` what writing takes, `Presence` whether it may be absent:
 * an optional attribute both ways, a defaulted one only when writing.
 */
export class Attribute<Output, Input = Output, P extends Presence = Presence> {
  /** Never there at run time: it only carries the types. */
  declare readonly types: { readonly output: Output; readonly input: Input; readonly presence: P };
  readonly node: AttributeNode;

  constructor(node: AttributeNode) {
    this.node = Object.freeze(node);
  }

  /** The attribute may be absent, and an update may remove it. */
  optional(): Attribute<Output, Input, 'optional'> {
    return new Attribute({ ...this.node, optional: true });
  }

  /** Used where a written item lacks the attribute; a function may be asynchronous. */
  default(
    value: NoInfer<Input> | (() => NoInfer<Input> | Promise<NoInfer<Input>>),
  ): Attribute<Output, Input, 'defaulted'> {
    return new Attribute({ ...this.node, default: value });
  }

  /** The same attribute under a narrower type, such as a brand or a template literal. */
  as<Narrow extends Output>(): Attribute<Narrow, Narrow, P> {
    return new Attribute(this.node);
  }

  /** Refuses a written value unless the function returns true, or the expression matches. */
  validate(
    check: RegExp | ((value: Output) => Verdict | Promise<Verdict>),
    problem?: string,
  ): Attribute<Output, Input, P> {
    const test =
      check instanceof RegExp ? (value: Output): Verdict => matches(check, value) : check;
    return new Attribute({
      ...this.node,
      checks: [...(this.node.checks ?? []), { test, problem }],
    });
  }

  /** Changes the value on its way to the table and back; either function may be asynchronous. */
  transform<Seen>(functions: {
    readonly encode: (value: Seen) => Input | Promise<Input>;
    readonly decode: (value: Output) => Seen | Promise<Seen>;
  }): Attribute<Seen, Seen, P> {
    const { node } = this;
    if (node.default !== undefined) throw invalidDefinition('default() must follow transform()');
    const outer: AttributeNode = { type: 'transformed', inner: node, ...functions };
    return new Attribute(node.optional ? { ...outer, optional: true } : outer);
  }
}

/** An attribute whatever its types. */
// oxlint-disable-next-line typescript/no-explicit-any -- the types are invariant: only any fits all
type AnyAttribute = Attribute<any, any>;

/** What may stand for an attribute in a schema: a declaration, or any Standard Schema. */
export type AttributeLike = AnyAttribute | StandardSchema;

/** The attributes of an item or map, by name. */
export type Shape = { readonly [name: string]: AttributeLike };

function matches(expression: RegExp, value: unknown): Verdict {
  expression.lastIndex = 0; // Sticky and global expressions remember where they stopped.
  return expression.test(String(value)) || `does not match ${String(expression)}`;
}
