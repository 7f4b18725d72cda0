/** Expressions and references made into closures. */
import { calculate } from './arithmetic.ts';
import type { Budget } from './budget.ts';
import { callMethod, readIndex, readProperty, writeIndex, writeProperty } from './members.ts';
import { put } from './methods/collection-methods.ts';
import { printed } from './printing.ts';
import type { Rendering, Run } from './rendering.ts';
import type { ComparisonOperator, Expression, Reference, Statements, Step } from './syntax.ts';
import {
  compareNumbers,
  isEqual,
  isNumber,
  isTrue,
  javaClass,
  toNumber,
  VtlList,
  VtlMap,
  type Value,
} from './values.ts';

export type Evaluate = (rendering: Rendering) => Value;
type ApplyStep = (target: Value, rendering: Rendering) => Value;

/** What the compiler of expressions needs of the compiler of statements. */
export interface Names {
  /** The number of a variable. */
  slot(name: string): number;
  /** What a reference to nothing is: an empty text on AWS, null in Velocity itself. */
  readonly missing: Value;
  statements(body: Statements): Run;
}

export function compileExpression(expression: Expression, names: Names): Evaluate {
  const compile = (part: Expression): Evaluate => compileExpression(part, names);
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'reference':
      return compileReference(expression, names);
    case 'interpolation': {
      const run = names.statements(expression.body);
      return (rendering) => rendering.captured(run);
    }
    case 'list': {
      const items = expression.items.map(compile);
      return (rendering) => new VtlList(items.map((item) => item(rendering)));
    }
    case 'map':
      return compileMap(expression.entries, compile);
    case 'range':
      return compileRange(expression, names);
    case 'not': {
      const operand = compile(expression.operand);
      return (rendering) => !isTrue(operand(rendering));
    }
    case 'negate': {
      const operand = compile(expression.operand);
      return (rendering) => calculate('-', 0, operand(rendering));
    }
    case 'logical': {
      const left = compile(expression.left);
      const right = compile(expression.right);
      return expression.operator === 'and'
        ? (rendering) => isTrue(left(rendering)) && isTrue(right(rendering))
        : (rendering) => isTrue(left(rendering)) || isTrue(right(rendering));
    }
    case 'comparison': {
      const left = compile(expression.left);
      const right = compile(expression.right);
      const holds = COMPARISONS[expression.operator];
      return (rendering) => holds(left(rendering), right(rendering), rendering.budget);
    }
    case 'arithmetic': {
      const left = compile(expression.left);
      const right = compile(expression.right);
      const { operator } = expression;
      if (operator === '+') return compileAddition(expression.left, expression.right, left, right);
      return (rendering) => calculate(operator, left(rendering), right(rendering));
    }
  }
}

/** Null or the value of `names.missing` where some part of the reference is not there. */
export function compileReference(reference: Reference, names: Names): Evaluate {
  const slot = names.slot(reference.name);
  const steps = reference.steps.map((step) => compileStep(step, names));
  const { offset } = reference;
  const { missing } = names;
  return (rendering) => {
    let value = rendering.variables[slot] ?? null;
    if (steps.length > 0) {
      rendering.offset = offset;
      for (const step of steps) {
        if (value === null) break;
        value = step(value, rendering);
      }
    }
    return value ?? missing;
  };
}

function compileStep(step: Step, names: Names): ApplyStep {
  switch (step.kind) {
    case 'property': {
      const { name } = step;
      return (target) => readProperty(target, name);
    }
    case 'method': {
      const { name } = step;
      const parameters = step.parameters.map((one) => compileExpression(one, names));
      return (target, rendering) =>
        callMethod(
          target,
          name,
          parameters.map((parameter) => parameter(rendering)),
          rendering.budget,
        );
    }
    case 'index': {
      const index = compileExpression(step.index, names);
      return (target, rendering) => readIndex(target, index(rendering));
    }
  }
}

/** `#set($name = …)`, `#set($name.a.b = …)`, `#set($name[…] = …)`; a null changes nothing. */
export function compileAssignment(
  target: Reference,
  value: Evaluate,
  names: Names,
): (rendering: Rendering) => void {
  const slot = names.slot(target.name);
  const { offset } = target;
  const last = target.steps.at(-1);
  if (last === undefined) {
    return (rendering) => {
      rendering.offset = offset;
      const result = value(rendering);
      if (result !== null) rendering.variables[slot] = result;
    };
  }
  const owner = compileReference({ ...target, steps: target.steps.slice(0, -1) }, names);
  const write = compileWrite(last, names);
  return (rendering) => {
    rendering.offset = offset;
    const result = value(rendering);
    if (result !== null) write(owner(rendering), result, rendering);
  };
}

type Write = (target: Value, value: Value, rendering: Rendering) => void;

function compileWrite(step: Step, names: Names): Write {
  if (step.kind === 'property') {
    const { name } = step;
    return (target, value, { budget }) => writeProperty(target, name, value, budget);
  }
  if (step.kind === 'index') {
    const index = compileExpression(step.index, names);
    return (target, value, rendering) =>
      writeIndex(target, index(rendering), value, rendering.budget);
  }
  // A call cannot be assigned to; Velocity only logs it.
  return () => undefined;
}

function compileMap(
  entries: readonly (readonly [Expression, Expression])[],
  compile: (part: Expression) => Evaluate,
): Evaluate {
  const compiled = entries.map(([key, value]) => [compile(key), compile(value)] as const);
  return (rendering) => {
    const map = new VtlMap();
    for (const [key, value] of compiled) {
      put(map, key(rendering), value(rendering), rendering.budget);
    }
    return map;
  };
}

/**
 * The integers from one to another, up or down; a text of digits will do for either. A loop asks for
 * no more than it goes through: `[0..67000000]` is a list that only a loop can have.
 */
export function compileRange(
  range: Expression & { kind: 'range' },
  names: Names,
  wanted = Infinity,
): Evaluate {
  const from = compileExpression(range.from, names);
  const to = compileExpression(range.to, names);
  return (rendering) => {
    const start = bound(from(rendering));
    const end = bound(to(rendering));
    if (start === undefined || end === undefined) return null;
    const step = start <= end ? 1 : -1;
    const size = Math.min(Math.abs(end - start) + 1, wanted);
    rendering.budget.collection(size);
    rendering.budget.spend(size);
    return new VtlList(Array.from({ length: size }, (_, at) => start + at * step));
  };
}

function bound(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** A text on either side makes a text of both; what is null prints as it is written. */
function compileAddition(
  leftPart: Expression,
  rightPart: Expression,
  left: Evaluate,
  right: Evaluate,
): Evaluate {
  const text = (value: Value, part: Expression, budget: Budget): string =>
    value === null && part.kind === 'reference' ? part.source : printed(value, budget);
  return (rendering) => {
    const a = left(rendering);
    const b = right(rendering);
    const { budget } = rendering;
    if (typeof a !== 'string' && typeof b !== 'string') return calculate('+', a, b);
    budget.spend(1);
    return budget.text(text(a, leftPart, budget) + text(b, rightPart, budget));
  };
}

type Comparison = (left: Value, right: Value, budget: Budget) => boolean;

/** False for what is no number, and for NaN. */
function ordered(holds: (order: number) => boolean): Comparison {
  return (left, right) => {
    if (!isNumber(left) || !isNumber(right)) return false;
    if (Number.isNaN(toNumber(left)) || Number.isNaN(toNumber(right))) return false;
    return holds(compareNumbers(left, right));
  };
}

/** Numbers by size, values of one class by `equals`, others by how they print: `"1" == 1`. */
const equals: Comparison = (left, right, budget) => {
  if (left === null || right === null) return left === right;
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right) === 0;
  if (javaClass(left) === javaClass(right)) return isEqual(left, right, budget);
  return printed(left, budget) === printed(right, budget);
};

const COMPARISONS: Record<ComparisonOperator, Comparison> = {
  '==': equals,
  '!=': (left, right, budget) => !equals(left, right, budget),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
};
