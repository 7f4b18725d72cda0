/** `$input`: the payload and the parameters of a request or a response. */
import type { Budget } from './budget.ts';
import { toMap } from './json-values.ts';
import { evaluateJsonPath } from './json-path/json-path.ts';
import { JsonPathError } from './json-path/json-path-error.ts';
import { parseJson } from './json-values.ts';
import { toJson } from './printing.ts';
import type { TemplateScope } from './scope.ts';
import { runtimeFault, TemplateFault } from './template-error.ts';
import { VtlMap, VtlObject, type Value } from './values.ts';

const PARAMETER_KINDS = ['path', 'querystring', 'header'] as const;

export class Input extends VtlObject {
  readonly #scope: TemplateScope;
  #document: Value | undefined;

  constructor(scope: TemplateScope) {
    super();
    this.#scope = scope;
  }

  override property(name: string): Value {
    return name === 'body' ? this.#body : null;
  }

  override call(name: string, parameters: readonly Value[], budget: Budget): Value {
    const [first] = parameters;
    switch (name) {
      case 'json':
        return typeof first === 'string' ? this.#json(first, budget) : null;
      case 'path':
        return typeof first === 'string' ? (this.#path(first, budget) ?? null) : null;
      case 'params':
        if (first === undefined) return this.#parameters();
        return typeof first === 'string' ? this.#parameter(first) : null;
      default:
        return null;
    }
  }

  text(): string {
    return '$input';
  }

  /** AWS gives `{}` for a payload that is empty (recorded 2025-03-19, test_input_body_formatting). */
  get #body(): string {
    return this.#scope.body === '' ? '{}' : this.#scope.body;
  }

  /** What is not there is an empty text, with its quotes. */
  #json(path: string, budget: Budget): string {
    const found = this.#path(path, budget);
    return toJson(found === undefined ? '' : found, budget);
  }

  #path(path: string, budget: Budget): Value | undefined {
    budget.spend(1);
    try {
      return evaluateJsonPath(path, this.#parsed(), budget);
    } catch (error) {
      if (error instanceof JsonPathError) throw runtimeFault(error.message);
      throw error;
    }
  }

  #parsed(): Value {
    if (this.#document !== undefined) return this.#document;
    try {
      this.#document = parseJson(this.#body);
      return this.#document;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new TemplateFault('body', `Could not parse request body into json: ${error.message}`);
    }
  }

  #parameters(): VtlMap {
    const { parameters } = this.#scope;
    return new VtlMap(new Map(PARAMETER_KINDS.map((kind) => [kind, toMap(parameters[kind])])));
  }

  /** The path first, then the query, then headers, whose names have no case. */
  #parameter(name: string): string {
    const { parameters } = this.#scope;
    for (const kind of PARAMETER_KINDS) {
      const values = parameters[kind];
      if (Object.hasOwn(values, name)) return values[name] ?? '';
    }
    const folded = name.toLowerCase();
    const header = Object.entries(parameters.header).find(([key]) => key.toLowerCase() === folded);
    return header?.[1] ?? '';
  }
}
