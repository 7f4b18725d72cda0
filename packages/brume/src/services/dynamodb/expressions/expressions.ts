/** The expressions of one request: parsed, bound to its names and values, and none of these unused. */
import { EXPRESSIONS_CACHED_MAX } from '../limits.ts';
import { normalizeExpressionValues } from '../items/attribute-validation.ts';
import { emptyAttributes, type AttributeMap } from '../items/attribute-value.ts';
import { validation } from '../errors.ts';
import type { Layer } from '../validation.ts';
import type { Action, Condition, Path } from './ast.ts';
import { Bindings } from './bindings.ts';
import { cachedByText } from '../cached-by-text.ts';
import { bindCondition } from './condition.ts';
import { bindKeyCondition, type KeyConditions } from './key-condition.ts';
import { bindProjection } from './projection.ts';
import { ExpressionProblem, parseCondition, parseProjection, parseUpdate } from './syntax.ts';
import { bindUpdate } from './update.ts';

export interface ExpressionInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: AttributeMap | undefined;
}

const conditionSyntax = cachedByText(EXPRESSIONS_CACHED_MAX, parseCondition);
const updateSyntax = cachedByText(EXPRESSIONS_CACHED_MAX, parseUpdate);
const projectionSyntax = cachedByText(EXPRESSIONS_CACHED_MAX, parseProjection);

export class Expressions {
  readonly #layer: Layer;
  readonly #bindings: Bindings;

  constructor(input: ExpressionInput, layer: Layer) {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    this.#layer = layer;
    if (names !== undefined) checkPlaceholders('ExpressionAttributeNames', names, NAME);
    if (values !== undefined) checkPlaceholders('ExpressionAttributeValues', values, VALUE);
    const normalized = values && normalizeExpressionValues(values, layer);
    this.#bindings = new Bindings(names ?? {}, normalized ?? emptyAttributes());
  }

  update(text: string | undefined): Action[] | undefined {
    return this.#bind('UpdateExpression', text, (update) =>
      bindUpdate(updateSyntax(update), this.#bindings),
    );
  }

  condition(
    text: string | undefined,
    kind: ConditionKind = 'ConditionExpression',
  ): Condition | undefined {
    return this.#bind(kind, text, (condition) =>
      bindCondition(conditionSyntax(condition), this.#bindings),
    );
  }

  keyCondition(text: string | undefined): KeyConditions | undefined {
    return this.#bind('KeyConditionExpression', text, (condition) =>
      bindKeyCondition(bindCondition(conditionSyntax(condition), this.#bindings)),
    );
  }

  projection(text: string | undefined): Path[] | undefined {
    return this.#bind('ProjectionExpression', text, (projection) =>
      bindProjection(projectionSyntax(projection), this.#bindings),
    );
  }

  /** To be asked when all expressions of the request have been bound. */
  checkNoneUnused(): void {
    const problem = this.#bindings.unusedProblem();
    if (problem !== undefined) throw this.#layer.report(problem);
  }

  #bind<Result>(
    kind: string,
    text: string | undefined,
    bind: (text: string) => Result,
  ): Result | undefined {
    if (text === undefined) return undefined;
    try {
      return bind(text);
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
      const message = `Invalid ${kind}: ${error.message}`;
      throw text === '' ? validation(message) : this.#layer.refuse(message);
    }
  }
}

type ConditionKind = 'ConditionExpression' | 'FilterExpression' | 'SearchConditionExpression';

const NAME = /^#[0-9a-zA-Z_]+$/;
const VALUE = /^:[0-9a-zA-Z_]+$/;

function checkPlaceholders(
  parameter: string,
  map: Readonly<Record<string, unknown>>,
  pattern: RegExp,
): void {
  const keys = Object.keys(map);
  if (keys.length === 0) throw validation(`${parameter} must not be empty`);
  const bad = keys.find((key) => !pattern.test(key));
  if (bad === undefined) return;
  throw validation(`${parameter} contains invalid key: Syntax error; key: "${bad}"`);
}

/**
 * Parameters that must not stand together: expressions, and what there was before them; names and
 * values without an expression that could use them.
 */
export function checkExpressionParameters(
  input: ExpressionInput & Readonly<Record<string, unknown>>,
  layer: Layer,
  parameters: {
    readonly expressions: readonly string[];
    readonly older: readonly string[];
    /** Expressions that could use values, as far as AWS names them. */
    readonly withValues: readonly string[];
  },
): void {
  const isGiven = (name: string) => input[name] !== undefined;
  const given = parameters.expressions.filter(isGiven);
  const older = parameters.older.filter(isGiven);
  if (given.length > 0 && older.length > 0) {
    throw layer.refuse(
      'Can not use both expression and non-expression parameters in the same request: ' +
        `Non-expression parameters: {${older.join(', ')}} ` +
        `Expression parameters: {${given.join(', ')}}`,
    );
  }
  if (isGiven('ExpressionAttributeNames') && given.length === 0) {
    throw validation('ExpressionAttributeNames can only be specified when using expressions');
  }
  const usable = given.filter((name) => name !== 'ProjectionExpression');
  if (isGiven('ExpressionAttributeValues') && usable.length === 0) {
    const { withValues } = parameters;
    const verb = withValues.length === 1 ? 'is' : 'are';
    const reason = withValues.length === 0 ? '' : `: ${withValues.join(' and ')} ${verb} null`;
    throw layer.refuse(
      `ExpressionAttributeValues can only be specified when using expressions${reason}`,
    );
  }
}
