/** SET and REMOVE as the actions that update expressions have; `set_add` and `set_delete` too. */
import { validation } from '../errors.ts';
import type { ActionSyntax, Syntax } from '../expressions/syntax.ts';
import { isLiteral, literalValue } from './literal-values.ts';
import type { ActionNode, CallNode, Node, PathNode } from './nodes.ts';
import { parameterName, pathSteps, shownNode, type Placeholders } from './placeholders.ts';
import { MISSING_NEEDS_IS, problemAt, type Position } from './problems.ts';

export interface CompiledUpdate {
  readonly actions: readonly ActionSyntax[];
  /** Parameters that must be sets, and what is said where they are not. */
  readonly sets: readonly { readonly parameter: number; readonly problem: () => Error }[];
}

export function compileUpdate(
  nodes: readonly ActionNode[],
  placeholders: Placeholders,
): CompiledUpdate {
  const compiler = new UpdateCompiler(placeholders);
  return { actions: nodes.map((node) => compiler.action(node)), sets: compiler.sets };
}

const SET_CLAUSES = { set_add: 'ADD', set_delete: 'DELETE' } as const;
const FUNCTIONS: ReadonlySet<string> = new Set(['list_append', 'if_not_exists']);
const CONDITION_FUNCTIONS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

class UpdateCompiler {
  readonly sets: { readonly parameter: number; readonly problem: () => Error }[] = [];
  readonly #placeholders: Placeholders;

  constructor(placeholders: Placeholders) {
    this.#placeholders = placeholders;
  }

  action({ path, value }: ActionNode): ActionSyntax {
    const target = this.#placeholders.path(path);
    if (value === undefined) return { clause: 'REMOVE', path: target };
    if (value.type === 'call' && isSetFunction(value.name)) {
      const operand = this.#setOperand(path, value);
      return { clause: SET_CLAUSES[value.name], path: target, operand };
    }
    return { clause: 'SET', path: target, operand: this.#operand(value) };
  }

  /** What is added to a set or taken from it. */
  #setOperand(path: PathNode, { name, operands, token }: CallNode): Syntax {
    const shown = name.toUpperCase();
    const [set, members] = operands;
    if (operands.length !== 2 || set === undefined || members === undefined) {
      throw problemAt(`${shown} must have exactly two arguments`, token);
    }
    if (set.type !== 'path' || !samePath(set, path)) {
      throw problemAt(`The first argument to ${shown} must equal the assignment value`, token);
    }
    const problem = () => notASet(shown, set.token);
    if (members.type === 'parameter') this.sets.push({ parameter: members.index, problem });
    else if (members.type !== 'bag') throw problem();
    return this.#operand(members);
  }

  #operand = (node: Node): Syntax => {
    if (isLiteral(node)) return this.#placeholders.literal(literalValue(node));
    switch (node.type) {
      case 'path':
        return this.#placeholders.path(node);
      case 'parameter':
        return { type: 'value', name: parameterName(node.index) };
      case 'missing':
        throw validation(MISSING_NEEDS_IS);
      case 'type-test':
        throw validation('IS operator is not supported in update expressions');
      case 'operation':
        if (node.operator === '+' || node.operator === '-') {
          return this.#placeholders.operation(node.operator, node.operands.map(this.#operand));
        }
        throw validation(`Unsupported operator in Update Expression. Operator: ${node.operator}`);
      case 'call':
        return this.#call(node);
      default:
        throw problemAt(`Unsupported token in expression: ${shownNode(node)}`, node.token);
    }
  };

  #call({ name, operands, token }: CallNode): Syntax {
    if (FUNCTIONS.has(name)) {
      return this.#placeholders.operation(name, operands.map(this.#operand), true);
    }
    if (!CONDITION_FUNCTIONS.has(name)) throw problemAt(`Unrecognized function: ${name}`, token);
    throw validation(`The function is not allowed in an update expression; function: ${name}`);
  }
}

function isSetFunction(name: string): name is keyof typeof SET_CLAUSES {
  return Object.hasOwn(SET_CLAUSES, name);
}

function samePath(one: PathNode, two: PathNode): boolean {
  const parts = ({ root, steps }: PathNode) => JSON.stringify([root, ...pathSteps(steps)]);
  return parts(one) === parts(two);
}

function notASet(shown: string, position: Position): Error {
  return problemAt(`The second argument to ${shown} must be a value with type SET`, position);
}
