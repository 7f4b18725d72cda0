/** Conditions as plain data, and the functions that make them. */
import type { AttributeValue } from '../attribute-value.ts';
import { plain } from '../codec/codec.ts';
import type { Codec } from '../codec/codec.ts';
import { anyCodec } from '../codec/any.ts';
import { numberCodec, stringCodec } from '../codec/scalars.ts';
import { invalidRequest } from '../errors.ts';
import { isPath, nodeOfPath, rawPath, storedPath } from './path.ts';
import type { PathNode, PathTo } from './path.ts';

export type Operand =
  | { readonly kind: 'path'; readonly path: PathNode }
  | { readonly kind: 'size'; readonly path: PathNode }
  | { readonly kind: 'value'; readonly value: unknown; readonly codec: Codec };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';
type ConditionFunction =
  | 'attribute_exists'
  | 'attribute_not_exists'
  | 'attribute_type'
  | 'begins_with'
  | 'contains';

export type Condition =
  | { readonly kind: 'compare'; readonly by: Comparator; readonly operands: readonly Operand[] }
  | { readonly kind: 'between' | 'in'; readonly operands: readonly Operand[] }
  | {
      readonly kind: 'call';
      readonly name: ConditionFunction;
      readonly operands: readonly Operand[];
    }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition };

/** The size of a value, as DynamoDB's `size` counts it. */
export interface SizeOf extends PathTo<number> {
  readonly sized: PathNode;
}

type Comparable = string | number | bigint | Date | Uint8Array;
type Left<V> = PathTo<V>;
type Right<V> = NoInfer<V> | PathTo<NoInfer<V>>;
type ElementOf<V> =
  V extends ReadonlySet<infer E>
    ? E
    : V extends readonly (infer E)[]
      ? E
      : V extends string
        ? string
        : never;

/** DynamoDB takes at most 100 operands after IN. */
const IN_MAX = 100;

const compare =
  (by: Comparator) =>
  <V>(left: Left<V>, right: Right<V>): Condition => ({
    kind: 'compare',
    by,
    operands: [operandOf(left), rightOf(left, right)],
  });
const order = compare as (
  by: Comparator,
) => <V extends Comparable>(left: Left<V>, right: Right<V>) => Condition;

/** What conditions and filters are made of. */
export const conditions = {
  eq: compare('='),
  ne: compare('<>'),
  lt: order('<'),
  lte: order('<='),
  gt: order('>'),
  gte: order('>='),
  between: <V extends Comparable>(left: Left<V>, low: Right<V>, high: Right<V>): Condition => ({
    kind: 'between',
    operands: [operandOf(left), rightOf(left, low), rightOf(left, high)],
  }),
  isIn: <V>(left: Left<V>, values: readonly Right<V>[]): Condition => {
    if (values.length === 0 || values.length > IN_MAX) {
      throw invalidRequest(`isIn takes 1 to ${IN_MAX} values, not ${values.length}`);
    }
    return {
      kind: 'in',
      operands: [operandOf(left), ...values.map((value) => rightOf(left, value))],
    };
  },
  beginsWith: <V extends string>(left: Left<V>, prefix: string): Condition =>
    call('begins_with', left, prefix),
  contains: <V extends string | ReadonlySet<unknown> | readonly unknown[]>(
    left: Left<V>,
    part: NoInfer<ElementOf<V>>,
  ): Condition => {
    const { codec } = nodeOfPath(left);
    const of = codec.element ?? codec.child(0) ?? (codec.storage === 'S' ? stringCodec : anyCodec);
    return call('contains', left, part, plain(of));
  },
  exists: (path: PathTo<unknown>): Condition => call('attribute_exists', path),
  notExists: (path: PathTo<unknown>): Condition => call('attribute_not_exists', path),
  /** The letter or letters of the stored type: S, N, B, BOOL, NULL, M, L, SS, NS, BS. */
  hasType: (path: PathTo<unknown>, type: string): Condition => call('attribute_type', path, type),
  size: (path: PathTo<unknown>): SizeOf => ({ sized: nodeOfPath(path) }) as SizeOf,
  and: (...all: readonly (Condition | undefined)[]): Condition => join('and', all),
  or: (...all: readonly (Condition | undefined)[]): Condition => join('or', all),
  not: (condition: Condition): Condition => ({ kind: 'not', condition }),
};

export type ConditionFunctions = typeof conditions;

/** That the attribute is stored as exactly this, or not at all. */
export function isStored(name: string, value: AttributeValue | undefined): Condition {
  return value ? conditions.eq(storedPath(name, value), null) : conditions.notExists(rawPath(name));
}

/** Undefined where all are undefined; conditions may be left out with `undefined`. */
export function allOf(all: readonly (Condition | undefined)[]): Condition | undefined {
  const given = all.filter((condition) => condition !== undefined);
  return given.length < 2 ? given[0] : { kind: 'and', conditions: given };
}

function join(kind: 'and' | 'or', all: readonly (Condition | undefined)[]): Condition {
  const given = all.filter((condition) => condition !== undefined);
  if (given.length === 0) throw invalidRequest(`${kind}() needs a condition`);
  return given.length === 1 ? (given[0] as Condition) : { kind, conditions: given };
}

function call(
  name: ConditionFunction,
  path: PathTo<unknown>,
  value?: unknown,
  codec: Codec = stringCodec,
): Condition {
  const operands = [operandOf(path)];
  if (value !== undefined) operands.push({ kind: 'value', value, codec });
  return { kind: 'call', name, operands };
}

function operandOf(path: PathTo<unknown>): Operand {
  if ('sized' in path) return { kind: 'size', path: (path as SizeOf).sized };
  if (!isPath(path)) throw invalidRequest('a condition begins with an attribute');
  return { kind: 'path', path: nodeOfPath(path) };
}

function rightOf(left: PathTo<unknown>, right: unknown): Operand {
  if (isPath(right) || (typeof right === 'object' && right !== null && 'sized' in right)) {
    return operandOf(right as PathTo<unknown>);
  }
  const codec = 'sized' in left ? numberCodec : plain(nodeOfPath(left).codec);
  return { kind: 'value', value: right, codec };
}
