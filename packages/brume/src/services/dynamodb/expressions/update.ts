/** Update expressions: from syntax to actions, with what AWS refuses on the way, in its order. */
import { typeOf, type AttributeType, type AttributeValue } from '../items/attribute-value.ts';
import type { Action, Assigned, Path } from './ast.ts';
import type { Bindings } from './bindings.ts';
import { checkOperandCount, incorrectType, requirePath } from './condition.ts';
import { checkMeetings } from './paths.ts';
import {
  ExpressionProblem,
  type ActionSyntax,
  type OperationSyntax,
  type PathSyntax,
  type Syntax,
  type UpdateSyntax,
  type ValueSyntax,
} from './syntax.ts';

export function bindUpdate({ actions }: UpdateSyntax, bindings: Bindings): Action[] {
  const leaves = actions.flatMap(({ path, operand }) => [path, ...leavesOf(operand)]);
  const paths = new Map<PathSyntax, Path>();
  const values = new Map<string, AttributeValue>();
  for (const leaf of leaves) if (leaf.type === 'path') paths.set(leaf, bindings.path(leaf));
  for (const leaf of leaves) {
    if (leaf.type === 'value') values.set(leaf.name, bindings.value(leaf.name));
  }
  const bound: Bound = {
    path: (syntax) => paths.get(syntax) as Path,
    value: (syntax) => values.get(syntax.name) as AttributeValue,
  };
  checkMeetings(actions.map(({ path }) => bound.path(path)));
  for (const action of actions) checkActionType(action, bound);
  return actions.map((action) => bindAction(action, bound));
}

interface Bound {
  path(syntax: PathSyntax): Path;
  value(syntax: ValueSyntax): AttributeValue;
}

function leavesOf(syntax: Syntax | undefined): (PathSyntax | ValueSyntax)[] {
  if (syntax === undefined) return [];
  return syntax.type === 'operation' ? syntax.operands.flatMap(leavesOf) : [syntax];
}

/** Types by the names that these two messages use. */
const TYPE_WORDS: Readonly<Partial<Record<AttributeType, string>>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

function checkActionType({ clause, operand }: ActionSyntax, bound: Bound): void {
  if ((clause !== 'ADD' && clause !== 'DELETE') || operand?.type !== 'value') return;
  const type = typeOf(bound.value(operand));
  const word = TYPE_WORDS[type];
  if (word === undefined || (clause === 'ADD' && type === 'N')) return;
  throw new ExpressionProblem(
    'Incorrect operand type for operator or function; ' +
      `operator: ${clause}, operand type: ${word}`,
  );
}

function bindAction({ clause, path: pathSyntax, operand }: ActionSyntax, bound: Bound): Action {
  const path = bound.path(pathSyntax);
  if (operand === undefined) return { type: 'remove', path };
  if (clause === 'SET') return { type: 'set', path, assigned: bindAssigned(operand, bound) };
  if (operand.type !== 'value') throw new TypeError(`${clause} takes a value`);
  return { type: clause === 'ADD' ? 'add' : 'delete', path, value: bound.value(operand) };
}

function bindAssigned(syntax: Syntax, bound: Bound): Assigned {
  if (syntax.type === 'path') return { type: 'path', path: bound.path(syntax) };
  if (syntax.type === 'value') return { type: 'value', value: bound.value(syntax) };
  return bindOperation(syntax, bound);
}

function bindOperation({ operator, operands }: OperationSyntax, bound: Bound): Assigned {
  const assigned = operands.map((operand) => bindAssigned(operand, bound));
  checkOperandCount(operator, assigned.length, 2);
  const [left, right] = assigned as [Assigned, Assigned];
  if (operator === 'if_not_exists') {
    requirePath(operator, left);
    const path = left.type === 'path' ? left.path : undefined;
    return { type: 'if-not-exists', path: path as Path, otherwise: right };
  }
  const type = operator === 'list_append' ? 'L' : 'N';
  for (const operand of [left, right]) {
    const given = operand.type === 'value' ? typeOf(operand.value) : type;
    if (given !== type) throw incorrectType(operator, given);
  }
  if (operator === 'list_append') return { type: 'list-append', left, right };
  return { type: operator === '+' ? '+' : '-', left, right };
}
