/**
 * What checking a body by a model may cost. The library's own code cannot be stopped, and takes time that
 * doubles with each level of the body where a model refers to itself twice, and that is the square of the
 * length of a list whose items are to be unique.
 */
import type { Ajv } from 'ajv';

/** Ours: uses of one model for any body, and for so many characters of it one more. */
const STEPS_MIN = 100_000;
const CHARACTERS_PER_STEP = 8;
/** Items as text are made much faster than models are used. */
const ITEM_CHARACTERS_PER_STEP = 64;
/** No member of any schema: it is not a word. */
const KEYWORD = 'brume:step';

class TooManyStepsError extends Error {
  override readonly name = 'TooManyStepsError';
}

export class ModelSteps {
  #left = 0;

  addTo(schemas: Ajv): void {
    const spend = () => this.#spend(1);
    schemas.addKeyword({ keyword: KEYWORD, schema: false, errors: false, validate: spend });
    schemas.removeKeyword('uniqueItems');
    schemas.addKeyword({
      keyword: 'uniqueItems',
      type: 'array',
      schemaType: 'boolean',
      error: { message: 'must NOT have duplicate items' },
      validate: (isAsked: boolean, items: unknown[]) => !isAsked || this.#areUnique(items),
    });
  }

  /** A schema that counts its uses: what refers to itself does so by its root or its definitions. */
  counted(schema: unknown): object {
    if (!isObject(schema)) throw new TypeError('the schema is no object');
    const { definitions } = schema as { definitions?: unknown };
    if (isObject(definitions)) {
      for (const each of Object.values(definitions)) if (isObject(each)) mark(each);
    }
    return mark(schema);
  }

  /** Undefined where it took too much for a body of so many characters. */
  within<Result>(length: number, check: () => Result): Result | undefined {
    this.#left = STEPS_MIN + length / CHARACTERS_PER_STEP;
    try {
      return check();
    } catch (error) {
      // What refers to itself without end is on the stack.
      if (error instanceof TooManyStepsError || error instanceof RangeError) return undefined;
      throw error;
    }
  }

  #spend(steps: number): true {
    this.#left -= steps;
    if (this.#left < 0) throw new TooManyStepsError();
    return true;
  }

  #areUnique(items: readonly unknown[]): boolean {
    const seen = new Set<string>();
    for (const item of items) {
      const text = JSON.stringify(item, sorted);
      this.#spend(text.length / ITEM_CHARACTERS_PER_STEP);
      if (seen.has(text)) return false;
      seen.add(text);
    }
    return true;
  }
}

function mark(schema: object): object {
  return Object.assign(schema, { [KEYWORD]: true });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects with the same members are equal, in whatever order they are written. */
function sorted(_: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
