/** Velocity 1.7 without macros, compiled to closures: no code is made from text. */
import {
  compileAssignment,
  compileExpression,
  compileRange,
  compileReference,
  type Names,
} from './compile-expression.ts';
import { runLoop } from './foreach.ts';
import { FOREACH_ITERATIONS_MAX, TEMPLATE_BYTES_MAX } from './limits.ts';
import { parseText } from './parse-template.ts';
import { printed } from './printing.ts';
import { Block, Rendering, type Run } from './rendering.ts';
import type { Reference, Statement, Statements } from './syntax.ts';
import { limitFault, located, TemplateFault } from './template-error.ts';
import { isTrue, type Value } from './values.ts';

export interface Dialect<Scope> {
  /** Variables that are there from the start; one is made when a template that reads it is rendered. */
  readonly variables: ReadonlyMap<string, (scope: Scope) => Value>;
  /** What a reference to nothing is: null, as Velocity has it, prints as it is written and is false. */
  readonly missing: Value;
}

/** @throws TemplateError, here for a text that is no template, and from the result when it is rendered. */
export function compileVelocity<Scope>(
  text: string,
  dialect: Dialect<Scope>,
): (scope: Scope) => string {
  const compiler = new Compiler(dialect.missing);
  const run = guarded(text, () => {
    if (Buffer.byteLength(text) > TEMPLATE_BYTES_MAX)
      throw limitFault(`${TEMPLATE_BYTES_MAX} bytes`);
    return compiler.statements(parseText(text));
  });
  const initial = [...compiler.slots.keys()].map((name) => dialect.variables.get(name));
  return (scope) => {
    const rendering = new Rendering(initial.map((make) => make?.(scope)));
    guarded(text, () => run(rendering), rendering);
    return rendering.out;
  };
}

/** Gives faults their place; a stack that overflows in spite of all bounds is a limit too. */
function guarded<Result>(text: string, action: () => Result, rendering?: Rendering): Result {
  try {
    return action();
  } catch (error) {
    const fault = error instanceof RangeError ? limitFault('nesting') : error;
    if (fault instanceof TemplateFault) throw located(fault, text, rendering?.offset ?? 0);
    throw error;
  }
}

class Compiler implements Names {
  readonly slots = new Map<string, number>();
  readonly missing: Value;

  constructor(missing: Value) {
    this.missing = missing;
  }

  slot(name: string): number {
    const known = this.slots.get(name) ?? this.slots.size;
    this.slots.set(name, known);
    return known;
  }

  statements(body: Statements): Run {
    const runs = merged(body).map((statement) => this.#statement(statement));
    const [only] = runs;
    if (runs.length === 1 && only !== undefined) return only;
    return (rendering) => {
      for (const run of runs) {
        const outcome = run(rendering);
        if (outcome !== 'next') return outcome;
      }
      return 'next';
    };
  }

  #statement(statement: Statement): Run {
    switch (statement.kind) {
      case 'text': {
        const { text } = statement;
        return (rendering) => {
          rendering.write(text);
          return 'next';
        };
      }
      case 'output':
        return this.#output(statement.reference, statement.backslashes);
      case 'set': {
        const value = compileExpression(statement.value, this);
        const assign = compileAssignment(statement.target, value, this);
        return (rendering) => {
          rendering.budget.spend(1);
          assign(rendering);
          return 'next';
        };
      }
      case 'if':
        return this.#if(statement);
      case 'foreach':
        return this.#foreach(statement);
      case 'define': {
        const slot = this.slot(statement.name);
        const run = this.statements(statement.body);
        return (rendering) => {
          rendering.variables[slot] = new Block(rendering, run);
          return 'next';
        };
      }
      case 'break':
      case 'stop': {
        const outcome = statement.kind;
        return () => outcome;
      }
    }
  }

  /**
   * Backslashes escape a reference that is there: two print as one, an odd one prints the reference as
   * it is written. Before one that is not, they are text.
   */
  #output(reference: Reference, backslashes: number): Run {
    const value = compileReference(reference, this);
    const half = '\\'.repeat(backslashes >> 1);
    const whole = '\\'.repeat(backslashes);
    const escaped = backslashes % 2 === 1;
    const { source, offset, quiet } = reference;
    return (rendering) => {
      rendering.budget.spend(1);
      rendering.offset = offset;
      const result = value(rendering);
      if (result === null) rendering.write(whole + (quiet && !escaped ? '' : source));
      else rendering.write(half + (escaped ? source : printed(result, rendering.budget)));
      return 'next';
    };
  }

  #if({ branches, otherwise, offset }: Statement & { kind: 'if' }): Run {
    const compiled = branches.map(({ condition, body }) => ({
      condition: compileExpression(condition, this),
      run: this.statements(body),
    }));
    const last = this.statements(otherwise);
    return (rendering) => {
      rendering.budget.spend(1);
      rendering.offset = offset;
      for (const { condition, run } of compiled) {
        if (isTrue(condition(rendering))) return run(rendering);
      }
      return last(rendering);
    };
  }

  #foreach({ name, list, body, offset }: Statement & { kind: 'foreach' }): Run {
    const items =
      list.kind === 'range'
        ? compileRange(list, this, FOREACH_ITERATIONS_MAX + 1)
        : compileExpression(list, this);
    const variables = {
      element: this.slot(name),
      foreach: this.slot('foreach'),
      count: this.slot('velocityCount'),
      hasNext: this.slot('velocityHasNext'),
    };
    const run = this.statements(body);
    return (rendering) => {
      rendering.offset = offset;
      return runLoop(rendering, items(rendering), variables, run);
    };
  }
}

function merged(body: Statements): Statements {
  const out: Statement[] = [];
  for (const statement of body) {
    const last = out.at(-1);
    if (statement.kind === 'text' && last?.kind === 'text') {
      out[out.length - 1] = { kind: 'text', text: last.text + statement.text };
    } else out.push(statement);
  }
  return out;
}
