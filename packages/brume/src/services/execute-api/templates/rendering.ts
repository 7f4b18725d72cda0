/** One rendering under way: variables, output, what may still be spent, and where it is. */
import { Budget } from './budget.ts';
import { BLOCK_DEPTH_MAX } from './limits.ts';
import { limitFault } from './template-error.ts';
import { VtlObject, type Value } from './values.ts';

/** What follows a statement: the next one, the end of the loop, or the end of the template. */
export type Outcome = 'next' | 'break' | 'stop';
export type Run = (rendering: Rendering) => Outcome;

export class Rendering {
  readonly budget = new Budget();
  /** By the number that the compiler gave to each name; undefined where nothing was set. */
  readonly variables: (Value | undefined)[];
  out = '';
  /** The place in the template that runs, for errors. */
  offset = 0;
  #blocks = 0;

  constructor(variables: (Value | undefined)[]) {
    this.variables = variables;
  }

  write(text: string): void {
    this.out += text;
    this.budget.length(this.out.length);
  }

  /** What `run` writes, as a text of its own. */
  captured(run: Run): string {
    const { out } = this;
    this.out = '';
    run(this);
    const text = this.out;
    this.out = out;
    return this.budget.text(text);
  }

  block(run: Run): string {
    this.#blocks += 1;
    if (this.#blocks > BLOCK_DEPTH_MAX) throw limitFault(`${BLOCK_DEPTH_MAX} blocks in blocks`);
    const text = this.captured(run);
    this.#blocks -= 1;
    return text;
  }
}

/** What `#define` makes: rendered each time that it is printed. */
export class Block extends VtlObject {
  readonly #rendering: Rendering;
  readonly #run: Run;

  constructor(rendering: Rendering, run: Run) {
    super();
    this.#rendering = rendering;
    this.#run = run;
  }

  override call(name: string): Value {
    return name === 'toString' ? this.text() : null;
  }

  text(): string {
    return this.#rendering.block(this.#run);
  }
}
