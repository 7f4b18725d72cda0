/** Follows a path through a document. */
import type { Budget } from '../budget.ts';
import { VALUE_DEPTH_MAX } from '../limits.ts';
import { limitFault } from '../template-error.ts';
import { VtlList, VtlMap, type MapKey, type Value } from '../values.ts';
import { applyFunction } from './functions.ts';
import { relates, type Compared } from './relations.ts';
import type { Condition, JsonPath, Operand, PathToken } from './syntax.ts';

/** Undefined when a definite path finds nothing; a list, maybe empty, for any other path. */
export function followPath(
  path: JsonPath,
  document: Value,
  current: Value,
  budget: Budget,
): Value | undefined {
  const evaluation = new Evaluation(document, budget);
  return evaluation.follow(path, current);
}

class Evaluation {
  readonly #document: Value;
  readonly #budget: Budget;

  constructor(document: Value, budget: Budget) {
    this.#document = document;
    this.#budget = budget;
  }

  follow(path: JsonPath, current: Value): Value | undefined {
    const { tokens, definite } = path;
    const start = path.root === '$' ? this.#document : current;
    const last = tokens.at(-1);
    if (last?.kind === 'function' && tokens.some(({ kind }) => kind === 'scan')) {
      // After a scan a function sees all that was found: `$..price.sum()`.
      const found = this.#found(tokens.slice(0, -1), start);
      return this.#apply(last, new VtlList(found, true));
    }
    const found = this.#found(tokens, start);
    return definite ? found[0] : new VtlList(found, true);
  }

  #found(tokens: readonly PathToken[], start: Value): Value[] {
    const found: Value[] = [];
    this.#walk(tokens, 0, start, found);
    return found;
  }

  #walk(tokens: readonly PathToken[], at: number, value: Value, found: Value[]): void {
    this.#budget.spend(1);
    const token = tokens[at];
    if (token === undefined) {
      found.push(value);
      return;
    }
    const next = (child: Value): void => this.#walk(tokens, at + 1, child, found);
    switch (token.kind) {
      case 'property':
        this.#properties(token.names, value, at === tokens.length - 1, next);
        break;
      case 'index':
        if (value instanceof VtlList) {
          for (const index of token.indexes) {
            const item = value.items.at(index);
            if (item !== undefined) next(item);
          }
        }
        break;
      case 'slice':
        if (value instanceof VtlList)
          for (const item of value.items.slice(token.from ?? 0, token.to)) next(item);
        break;
      case 'wildcard':
        for (const child of children(value)) next(child);
        break;
      case 'scan':
        this.#scan(value, tokens[at + 1], next, 0);
        break;
      case 'filter':
        this.#filter(token.condition, value, next);
        break;
      case 'function':
        next(this.#apply(token, value));
        break;
    }
  }

  #properties(
    names: readonly string[],
    value: Value,
    isLast: boolean,
    next: (child: Value) => void,
  ): void {
    if (!(value instanceof VtlMap)) return;
    const [first] = names;
    if (names.length > 1 && isLast) {
      const picked = new Map<MapKey, Value>();
      for (const name of names) {
        const child = value.entries.get(name);
        if (child !== undefined) picked.set(name, child);
      }
      next(new VtlMap(picked));
    } else {
      for (const name of names.length > 1 ? names : [first ?? '']) {
        const child = value.entries.get(name);
        if (child !== undefined) next(child);
      }
    }
  }

  /** Every object and list, from the top; a filter after a scan looks at objects themselves. */
  #scan(
    value: Value,
    token: PathToken | undefined,
    next: (child: Value) => void,
    depth: number,
  ): void {
    if (depth > VALUE_DEPTH_MAX) throw limitFault(`${VALUE_DEPTH_MAX} values within each other`);
    this.#budget.spend(1);
    const isList = value instanceof VtlList;
    if (!isList && !(value instanceof VtlMap)) return;
    if (token?.kind !== 'filter' || !isList) next(value);
    for (const child of children(value)) this.#scan(child, token, next, depth + 1);
  }

  /** The elements of a list that fulfil it; an object is asked itself. */
  #filter(condition: Condition, value: Value, next: (child: Value) => void): void {
    const candidates =
      value instanceof VtlList ? value.items : value instanceof VtlMap ? [value] : [];
    for (const candidate of candidates) if (this.#holds(condition, candidate)) next(candidate);
  }

  #holds(condition: Condition, current: Value): boolean {
    this.#budget.spend(1);
    switch (condition.kind) {
      case 'and':
        return this.#holds(condition.left, current) && this.#holds(condition.right, current);
      case 'or':
        return this.#holds(condition.left, current) || this.#holds(condition.right, current);
      case 'not':
        return !this.#holds(condition.condition, current);
      case 'exists':
        return this.follow(condition.path, current) !== undefined;
      case 'relation':
        return relates(
          condition.operator,
          this.#operand(condition.left, current),
          this.#operand(condition.right, current),
          this.#budget,
        );
    }
  }

  #operand(operand: Operand, current: Value): Compared {
    switch (operand.kind) {
      case 'path':
        return this.follow(operand.path, current);
      case 'value':
        return operand.value;
      case 'pattern':
        return operand.pattern;
    }
  }

  #apply(token: PathToken & { kind: 'function' }, value: Value): Value {
    const parameters = token.parameters.flatMap((parameter): Value[] => {
      if (parameter.kind === 'value') return [parameter.value];
      if (parameter.kind === 'pattern') return [];
      return [this.follow(parameter.path, value) ?? null];
    });
    return applyFunction(token.name, value, parameters, this.#budget);
  }
}

function children(value: Value): Iterable<Value> {
  if (value instanceof VtlList) return value.items;
  return value instanceof VtlMap ? value.entries.values() : [];
}
