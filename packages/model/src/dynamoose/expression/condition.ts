/** `dynamoose.Condition`, and the building of conditions that queries and scans share. */
import { isPlainObject, type Plain } from '../deep-copy.ts';
import { InvalidFilterComparison, InvalidParameter } from '../errors.ts';
import type { ObjectType } from '../public-types.ts';
import { type Comparison, comparisons, type Operator } from './comparisons.ts';

/** A comparison of one attribute; `or` between two; or a group of these. */
export type ConditionNode = AttributeCondition | 'or' | readonly ConditionNode[];

export interface AttributeCondition {
  readonly key: string;
  readonly operator: Operator;
  readonly value: unknown;
}

export type ConditionFunction = (condition: Condition) => Condition;
export type ConditionInitializer = Condition | ObjectType | string;

/** What a condition has gathered so far. */
export interface ConditionState {
  nodes: ConditionNode[];
  pending: { key?: string | undefined; not?: boolean; comparison?: Comparison; value?: unknown };
  /** An expression that the caller wrote, used as it is. */
  raw?: Plain;
}

export const conditionState = Symbol('condition state');

/** Everything that builds conditions, and whose methods return itself. */
export class ConditionBuilder {
  #state: ConditionState = { nodes: [], pending: {} };

  constructor(initial?: ConditionInitializer, context = '') {
    if (initial instanceof ConditionBuilder) this.#state = copyState(initial.#state);
    else if (typeof initial === 'string') this.#state.pending = { key: initial };
    else if (isPlainObject(initial)) this.#startWith(initial, context);
  }

  get [conditionState](): ConditionState {
    return this.#state;
  }

  #startWith(initial: Plain, context: string): void {
    if (rawMembers.some((member) => Object.hasOwn(initial, member))) {
      this.#state.raw = initial;
      return;
    }
    for (const key of Object.keys(initial)) {
      const [name, value] = comparisonIn(key, initial[key]);
      const comparison = comparisons.get(name);
      if (!comparison) {
        throw new InvalidFilterComparison(`The type: ${name} is invalid${context}.`);
      }
      this.#state.pending = { key };
      this.#compare(comparison, value);
    }
  }

  #compare(comparison: Comparison, value: unknown): this {
    const { pending, nodes } = this.#state;
    const operator = pending.not ? comparison.opposite : comparison.operator;
    if (!operator) {
      throw new InvalidFilterComparison(`${comparison.operator} can not follow not()`);
    }
    nodes.push({ key: String(pending.key), operator, value });
    this.#state.pending = {};
    return this;
  }

  #operator(name: string, value?: unknown): this {
    if (value === undefined && name !== 'exists') warnOfUndefined(name);
    return this.#compare(comparisons.get(name) as Comparison, value);
  }

  where(key: string): this {
    this.#state.pending = { key };
    return this;
  }

  filter(key: string): this {
    return this.where(key);
  }

  attribute(key: string): this {
    return this.where(key);
  }

  and(): this {
    return this;
  }

  or(): this {
    this.#state.nodes.push('or');
    return this;
  }

  /** The next comparison is for the opposite. */
  not(): this {
    this.#state.pending.not = !this.#state.pending.not;
    return this;
  }

  parenthesis(group: Condition | ConditionFunction): this {
    const condition = typeof group === 'function' ? group(new Condition()) : group;
    this.#state.nodes.push(condition[conditionState].nodes);
    return this;
  }

  group(group: Condition | ConditionFunction): this {
    return this.parenthesis(group);
  }

  eq(value: unknown): this {
    return this.#operator('eq', value);
  }

  ne(value: unknown): this {
    return this.#operator('ne', value);
  }

  lt(value: unknown): this {
    return this.#operator('lt', value);
  }

  le(value: unknown): this {
    return this.#operator('le', value);
  }

  gt(value: unknown): this {
    return this.#operator('gt', value);
  }

  ge(value: unknown): this {
    return this.#operator('ge', value);
  }

  beginsWith(value: unknown): this {
    return this.#operator('beginsWith', value);
  }

  contains(value: unknown): this {
    return this.#operator('contains', value);
  }

  exists(): this {
    return this.#operator('exists');
  }

  in(values: unknown): this {
    if (!Array.isArray(values))
      throw new InvalidParameter('in() must be given an array of values.');
    return this.#operator('in', values);
  }

  between(...values: unknown[]): this {
    return this.#operator('between', values);
  }
}

export class Condition extends ConditionBuilder {
  // The second argument of the shared constructor is not part of this one.
  // oxlint-disable-next-line no-useless-constructor
  constructor(initial?: ConditionInitializer) {
    super(initial);
  }
}

const rawMembers = [
  'FilterExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
];

/** `{ age: 5 }` compares with eq; `{ age: { gt: 5 } }` says how. */
function comparisonIn(key: string, declared: unknown): [name: string, value: unknown] {
  if (declared === undefined || declared === null) {
    throw new InvalidFilterComparison(`${key} can not be compared with ${String(declared)}.`);
  }
  if (typeof declared !== 'object') return ['eq', declared];
  const [name] = Object.keys(declared);
  return name === undefined ? ['eq', declared] : [name, (declared as Plain)[name]];
}

function copyState({ nodes, pending, raw }: ConditionState): ConditionState {
  return { nodes: [...nodes], pending: { ...pending }, ...(raw && { raw }) };
}

function warnOfUndefined(name: string): void {
  // oxlint-disable-next-line no-console -- a warning to the developer, as Dynamoose gives it
  console.warn(
    `Dynamoose Warning: Passing \`undefined\` into a condition ${name} is not supported and can ` +
      'lead to behavior where DynamoDB returns an error related to your conditional.',
  );
}
