/** WHERE as the condition that expressions have, so that all else that is known of these holds. */
import type { AwsError } from '../../../model/aws-error.ts';
import { validation } from '../errors.ts';
import type { Syntax } from '../expressions/syntax.ts';
import { IN_OPERANDS_MAX } from '../limits.ts';
import { isLiteral, literalValue } from './literal-values.ts';
import type { CallNode, Node, OperationNode, TypeTestNode } from './nodes.ts';
import { parameterName, shownNode, type Placeholders } from './placeholders.ts';
import { MISSING_NEEDS_IS, problemAt } from './problems.ts';
import { TESTED_TYPES } from './type-names.ts';

export function compileCondition(node: Node, placeholders: Placeholders): Syntax {
  return new ConditionCompiler(placeholders).condition(
    node,
    'WHERE clause must contain an expression that resolves to a boolean',
  );
}

const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);
const CONDITIONS: ReadonlySet<string> = new Set([
  ...COMPARATORS,
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
]);
/** Functions that are true or false. */
const TESTS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
]);
const UPDATE_FUNCTIONS: ReadonlySet<string> = new Set(['list_append', 'if_not_exists']);

class ConditionCompiler {
  readonly #placeholders: Placeholders;

  constructor(placeholders: Placeholders) {
    this.#placeholders = placeholders;
  }

  /** `otherwise` is what AWS says of a node that is neither true nor false. */
  condition(node: Node, otherwise: string): Syntax {
    if (node.type === 'type-test') return this.#typeTest(node);
    if (node.type === 'call' && node.name !== 'size') return this.#call(node);
    if (node.type === 'statement') throw unsupportedToken(node);
    if (node.type !== 'operation') throw validation(otherwise);
    const { operator, operands } = node;
    if (!CONDITIONS.has(operator)) throw unsupportedOperator(operator);
    switch (operator) {
      case 'AND':
      case 'OR':
        return this.#placeholders.operation(
          operator,
          operands.map((each) =>
            this.condition(each, 'The arguments to AND/OR must be Expressions'),
          ),
        );
      case 'NOT': {
        const [operand] = operands as readonly [Node];
        const message = 'The argument to NOT must be a Type or Expression';
        return this.#not(this.condition(operand, message));
      }
      case 'IN':
        return this.#in(operands as readonly [Node, Node]);
      case 'BETWEEN':
        return this.#placeholders.operation(operator, operands.map(this.#operand));
      default:
        return this.#comparison(node);
    }
  }

  #comparison({ operator, operands }: OperationNode): Syntax {
    const [left, right] = operands as readonly [Node, Node];
    if (isTest(left)) return this.#comparedTest(left, operator, right);
    if (isTest(right)) return this.#comparedTest(right, operator, left);
    return this.#placeholders.operation(
      operator === '!=' ? '<>' : operator,
      operands.map(this.#operand),
    );
  }

  /** `attribute_exists(a) = true` is the test itself. */
  #comparedTest(test: Node, operator: string, other: Node): Syntax {
    const isEqual = operator === '=';
    const isCompared = isEqual || operator === '<>' || operator === '!=';
    if (!isCompared || other.type !== 'literal' || other.kind !== 'BOOL') {
      throw unsupportedOperator(operator);
    }
    const condition = this.condition(test, '');
    return (other.text === 'true') === isEqual ? condition : this.#not(condition);
  }

  #in([operand, list]: readonly [Node, Node]): Syntax {
    const elements = list.type === 'list' || list.type === 'bag' ? list.elements : [];
    if (elements.length === 0) {
      throw validation(
        'IN operator must have a left hand argument of type Variable Reference and right hand ' +
          'argument of type Seq with at least one member',
      );
    }
    if (elements.length > IN_OPERANDS_MAX) {
      throw validation(
        'The IN operator is provided with too many operands; ' +
          `number of operands: ${elements.length}`,
      );
    }
    return this.#placeholders.operation('IN', [operand, ...elements].map(this.#operand));
  }

  #typeTest({ operand, typeName, token }: TypeTestNode): Syntax {
    if (operand.type !== 'path' && operand.type !== 'parameter' && !isLiteral(operand)) {
      throw validation(
        'The left hand side argument to IS must be a Variable Reference, Literal, or Path',
      );
    }
    const tested = this.#operand(operand);
    if (typeName === 'MISSING') return this.#function('attribute_not_exists', [tested]);
    const type = TESTED_TYPES.get(typeName);
    if (type !== undefined) {
      return this.#function('attribute_type', [tested, this.#placeholders.literal({ S: type })]);
    }
    throw problemAt(
      `Unsupported data type for IS operator: ${typeName}. Supported data types are ` +
        '[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]',
      token,
    );
  }

  #call(node: CallNode): Syntax {
    const { name, operands, token } = node;
    if (!TESTS.has(name) && name !== 'size') {
      const statement = operands.find(({ type }) => type === 'statement');
      if (statement !== undefined) throw unsupportedToken(statement);
      if (!UPDATE_FUNCTIONS.has(name)) throw problemAt(`Unrecognized function: ${name}`, token);
      throw validation(`The function is not allowed in a condition expression; function: ${name}`);
    }
    return this.#function(name, operands.map(this.#operand));
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
      case 'operation':
        throw unsupportedOperator(node.operator);
      case 'call':
        if (!TESTS.has(node.name)) return this.#call(node);
        throw validation(
          'The function is not allowed to be used this way in an expression; function: ' +
            node.name,
        );
      default:
        throw unsupportedToken(node);
    }
  };

  #function(name: string, operands: readonly Syntax[]): Syntax {
    return this.#placeholders.operation(name, operands, true);
  }

  #not(condition: Syntax): Syntax {
    return this.#placeholders.operation('NOT', [condition]);
  }
}

function isTest(node: Node): boolean {
  if (node.type === 'call') return TESTS.has(node.name);
  return node.type === 'type-test' || (node.type === 'operation' && CONDITIONS.has(node.operator));
}

function unsupportedToken(node: Node): AwsError {
  return problemAt(`Unsupported token in expression: ${shownNode(node)}`, node.token);
}

function unsupportedOperator(operator: string): AwsError {
  const shown = /^[A-Z]/.test(operator) ? operator.toLowerCase() : operator;
  return validation(`Unsupported operator in Condition Expression. Operator: ${shown}`);
}
