/** The names and values that a request gives for the placeholders of its expressions. */
import type { AttributeMap, AttributeValue } from '../items/attribute-value.ts';
import type { Path } from './ast.ts';
import { ExpressionProblem, type PathSyntax } from './syntax.ts';

export class Bindings {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: AttributeMap;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  constructor(names: Readonly<Record<string, string>>, values: AttributeMap) {
    this.#names = names;
    this.#values = values;
    this.#unusedNames = new Set(Object.keys(names));
    this.#unusedValues = new Set(Object.keys(values));
  }

  path({ parts }: PathSyntax): Path {
    const [first, ...rest] = parts.map((part) =>
      typeof part === 'string' ? this.#name(part) : part,
    );
    return [String(first), ...rest];
  }

  value(name: string): AttributeValue {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (value === undefined) {
      throw new ExpressionProblem(
        'An expression attribute value used in expression is not defined; ' +
          `attribute value: ${name}`,
      );
    }
    this.#unusedValues.delete(name);
    return value;
  }

  /** What AWS says of placeholders that no expression used; undefined when all were. */
  unusedProblem(): string | undefined {
    for (const [map, unused] of [
      ['ExpressionAttributeNames', this.#unusedNames],
      ['ExpressionAttributeValues', this.#unusedValues],
    ] as const) {
      if (unused.size === 0) continue;
      const keys = [...unused].join(', ');
      return `Value provided in ${map} unused in expressions: keys: {${keys}}`;
    }
    return undefined;
  }

  #name(name: string): string {
    if (!name.startsWith('#')) return name;
    const bound = Object.hasOwn(this.#names, name) ? this.#names[name] : undefined;
    if (bound === undefined) {
      throw new ExpressionProblem(
        'An expression attribute name used in the document path is not defined; ' +
          `attribute name: ${name}`,
      );
    }
    this.#unusedNames.delete(name);
    return bound;
  }
}
