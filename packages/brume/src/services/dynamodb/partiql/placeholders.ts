/**
 * Names and literals of a statement, put into the syntax that expressions have: under placeholders,
 * as a request's own expressions do it. So a quoted name can be anything.
 */
import {
  emptyAttributes,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import { validation } from '../errors.ts';
import type { OperationSyntax, PathSyntax, Syntax, ValueSyntax } from '../expressions/syntax.ts';
import { OPERATORS_MAX } from '../limits.ts';
import type { Node, PathNode, Step } from './nodes.ts';
import { EMPTY_PATH_COMPONENT, problemAt } from './problems.ts';

export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly literals: AttributeMap = emptyAttributes();
  #literalCount = 0;
  #operators = 0;

  /** What each placeholder of a name stands for. */
  get names(): Record<string, string> {
    return Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name]));
  }

  path(node: PathNode): PathSyntax {
    return { type: 'path', parts: [node.root, ...pathSteps(node.steps)].map(this.#part) };
  }

  literal(value: AttributeValue): ValueSyntax {
    const name = `:l${this.#literalCount++}`;
    this.literals[name] = value;
    return { type: 'value', name };
  }

  operation(operator: string, operands: readonly Syntax[], isFunction = false): OperationSyntax {
    this.#operators++;
    if (this.#operators > OPERATORS_MAX) {
      throw validation(
        `The expression contains too many operators; operator count: ${this.#operators}`,
      );
    }
    return { type: 'operation', operator, isFunction, operands };
  }

  #part = (part: string | number): string | number => {
    if (typeof part === 'number') return part;
    if (part === '') throw validation(EMPTY_PATH_COMPONENT);
    const known = this.#names.get(part);
    if (known !== undefined) return known;
    const placeholder = `#${this.#names.size}`;
    this.#names.set(part, placeholder);
    return placeholder;
  };
}

export function parameterName(index: number): string {
  return `:p${index}`;
}

/** Names and positions of a path after its first name. */
export function pathSteps(steps: readonly Step[]): (string | number)[] {
  return steps.map((step) => {
    switch (step.type) {
      case 'name':
        return step.name;
      case 'index':
        return step.index;
      case 'wildcard':
        throw problemAt('Wildcard path component like a[*].b are not supported', step.token);
      case 'unpivot':
        throw problemAt('Unpivot path component like a.*.b are not supported', step.token);
      case 'other':
        throw problemAt('Unexpected path component', step.token);
    }
  });
}

/** What AWS calls a part of a statement that cannot stand where it does. */
export function shownNode(node: Node): string {
  switch (node.type) {
    case 'operation':
      return node.operator;
    case 'call':
      return node.name;
    case 'path':
      return 'VariableReference';
    case 'type-test':
      return 'IsType';
    case 'literal':
      return 'Literal';
    case 'missing':
      return 'MISSING';
    case 'parameter':
      return 'Parameter';
    case 'statement':
      return node.statement.type.toUpperCase();
    default:
      return 'Seq';
  }
}
