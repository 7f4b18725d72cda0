/** The paths that expressions speak of, for rules about the attributes that they must not touch. */
import type { Action, Assigned, Condition, Operand, Path } from './ast.ts';

export function conditionPaths(condition: Condition | undefined): Path[] {
  switch (condition?.type) {
    case undefined:
      return [];
    case 'and':
    case 'or':
      return condition.conditions.flatMap(conditionPaths);
    case 'not':
      return conditionPaths(condition.condition);
    case 'compare':
      return operandPaths([condition.left, condition.right]);
    case 'between':
      return operandPaths([condition.operand, condition.low, condition.high]);
    case 'in':
      return operandPaths([condition.operand, ...condition.list]);
    case 'exists':
    case 'has-type':
      return operandPaths([condition.operand]);
    case 'begins-with':
      return operandPaths([condition.operand, condition.prefix]);
    case 'contains':
      return operandPaths([condition.operand, condition.element]);
  }
}

/** What the actions change and what they read. */
export function actionPaths(actions: readonly Action[]): Path[] {
  return actions.flatMap((action) => [
    action.path,
    ...(action.type === 'set' ? assignedPaths(action.assigned) : []),
  ]);
}

function operandPaths(operands: readonly Operand[]): Path[] {
  return operands.flatMap((operand) => {
    if (operand.type === 'path') return [operand.path];
    return operand.type === 'size' ? operandPaths([operand.of]) : [];
  });
}

function assignedPaths(assigned: Assigned): Path[] {
  switch (assigned.type) {
    case 'path':
      return [assigned.path];
    case 'value':
      return [];
    case 'if-not-exists':
      return [assigned.path, ...assignedPaths(assigned.otherwise)];
    default:
      return [...assignedPaths(assigned.left), ...assignedPaths(assigned.right)];
  }
}
