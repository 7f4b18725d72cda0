/** References, and expressions: conditions, values of `#set`, arguments. Spaces around one belong to it. */
import type { ArithmeticOperator } from './arithmetic.ts';
import type { Cursor } from './cursor.ts';
import { INTEGER_DIGITS_MAX } from './limits.ts';
import type { ComparisonOperator, Expression, Reference, Step } from './syntax.ts';
import { limitFault } from './template-error.ts';
import { integer, JavaDouble, type Value } from './values.ts';

const OR = /\|\||or\b/y;
const AND = /&&|and\b/y;
const EQUALITY = /==|!=|eq\b|ne\b/y;
const RELATION = /<=|>=|<|>|le\b|ge\b|lt\b|gt\b/y;
const SUM = /[+-]/y;
const PRODUCT = /[*/%]/y;
const NOT = /!|not\b/y;
const WORD = /[a-zA-Z_]\w*/y;
/** An integer before `..` is the start of a range, not a decimal. */
const NUMBER =
  /-?(?:(\d+)(?=\.\.)|\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)/y;
const SINGLE_QUOTED = /'((?:[^']|'')*)'/y;
const DOUBLE_QUOTED = /"((?:[^"]|"")*)"/y;

const COMPARISONS = new Map<string, ComparisonOperator>([
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['le', '<='],
  ['gt', '>'],
  ['ge', '>='],
]);

/** A word without a dollar is null as an argument (recorded 2023: `$map.put('k', null)`). */
export function parseExpression(cursor: Cursor, isArgument = false): Expression {
  return cursor.nested(() => new ExpressionParser(cursor, isArgument).or());
}

class ExpressionParser {
  readonly #cursor: Cursor;
  readonly #isArgument: boolean;

  constructor(cursor: Cursor, isArgument: boolean) {
    this.#cursor = cursor;
    this.#isArgument = isArgument;
  }

  or(): Expression {
    let left = this.#and();
    while (this.#operator(OR) !== undefined) {
      left = { kind: 'logical', operator: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#equality();
    while (this.#operator(AND) !== undefined) {
      left = { kind: 'logical', operator: 'and', left, right: this.#equality() };
    }
    return left;
  }

  #equality(): Expression {
    return this.#comparisons(EQUALITY, () => this.#comparisons(RELATION, () => this.#sum()));
  }

  #comparisons(operators: RegExp, operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = this.#operator(operators);
      if (operator === undefined) return left;
      const comparison = COMPARISONS.get(operator) ?? (operator as ComparisonOperator);
      left = { kind: 'comparison', operator: comparison, left, right: operand() };
    }
  }

  #sum(): Expression {
    return this.#arithmetic(SUM, () => this.#arithmetic(PRODUCT, () => this.#unary()));
  }

  #arithmetic(operators: RegExp, operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = this.#operator(operators);
      if (operator === undefined) return left;
      left = {
        kind: 'arithmetic',
        operator: operator as ArithmeticOperator,
        left,
        right: operand(),
      };
    }
  }

  #unary(): Expression {
    const cursor = this.#cursor;
    cursor.skipSpace();
    if (cursor.match(NOT) !== undefined) {
      return cursor.nested(() => ({ kind: 'not', operand: this.#unary() }));
    }
    const value = this.#number();
    if (value !== undefined) return this.#spaced({ kind: 'literal', value });
    if (cursor.take('-')) {
      return cursor.nested(() => ({ kind: 'negate', operand: this.#unary() }));
    }
    return this.#spaced(this.#primary());
  }

  #primary(): Expression {
    const cursor = this.#cursor;
    switch (cursor.peek()) {
      case '$': {
        const reference = parseReference(cursor);
        if (reference === undefined) throw cursor.unexpected('a reference');
        return reference;
      }
      case '(': {
        cursor.at += 1;
        const inner = parseExpression(cursor);
        cursor.expect(')');
        return inner;
      }
      case '[':
        return this.#list();
      case '{':
        return this.#map();
      case "'":
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #word(): Expression {
    const { at } = this.#cursor;
    const word = this.#cursor.match(WORD)?.[0];
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    if (word !== undefined && this.#isArgument) return { kind: 'literal', value: null };
    this.#cursor.at = at;
    throw this.#cursor.unexpected('an expression');
  }

  #number(): Value | undefined {
    const match = this.#cursor.match(NUMBER);
    if (match === undefined) return undefined;
    const [text] = match;
    if (text.length > INTEGER_DIGITS_MAX) throw limitFault(`${INTEGER_DIGITS_MAX} digits`);
    return /[.eE]/.test(text) ? new JavaDouble(Number(text)) : integer(BigInt(text));
  }

  #string(): Expression {
    const cursor = this.#cursor;
    const single = cursor.match(SINGLE_QUOTED)?.[1];
    if (single !== undefined) return { kind: 'literal', value: single.replaceAll("''", "'") };
    const base = cursor.offset + 1;
    const double = cursor.match(DOUBLE_QUOTED)?.[1];
    if (double === undefined) throw cursor.unexpected('a text that ends');
    const text = double
      .replaceAll('""', '"')
      .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      );
    if (!/[$#]/.test(text)) return { kind: 'literal', value: text };
    return cursor.nested(() => ({
      kind: 'interpolation',
      body: cursor.parseText(text, base, cursor.depth),
    }));
  }

  #list(): Expression {
    const cursor = this.#cursor;
    const items: Expression[] = [];
    cursor.at += 1;
    cursor.skipSpace();
    if (cursor.take(']')) return { kind: 'list', items };
    const first = parseExpression(cursor);
    if (cursor.take('..')) {
      const to = parseExpression(cursor);
      cursor.expect(']');
      return { kind: 'range', from: first, to };
    }
    items.push(first);
    while (cursor.take(',')) items.push(parseExpression(cursor));
    cursor.expect(']');
    return { kind: 'list', items };
  }

  #map(): Expression {
    const cursor = this.#cursor;
    const entries: [Expression, Expression][] = [];
    cursor.at += 1;
    cursor.skipSpace();
    if (cursor.take('}')) return { kind: 'map', entries };
    do {
      const key = parseExpression(cursor);
      cursor.expect(':');
      entries.push([key, parseExpression(cursor)]);
    } while (cursor.take(','));
    cursor.expect('}');
    return { kind: 'map', entries };
  }

  #operator(pattern: RegExp): string | undefined {
    return this.#cursor.match(pattern)?.[0];
  }

  #spaced(expression: Expression): Expression {
    this.#cursor.skipSpace();
    return expression;
  }
}

/** Velocity 1.7: a hyphen is part of a name. */
const START = /\$(!?)(\{?)([a-zA-Z_][a-zA-Z0-9_-]*)/y;
/** No underscore after the point: `$a._b` is `$a` and a text. */
const PROPERTY = /\.([a-zA-Z][a-zA-Z0-9_-]*)/y;
/** What an argument may begin with; a parenthesis before anything else is text. */
const ARGUMENTS = /\((?=[ \t\r\n]*[)$"'[{a-zA-Z0-9.!(-])/y;

/** `$name`, `${name}`, `$!name` and what follows. Undefined when a dollar is only a dollar. */
export function parseReference(cursor: Cursor): Reference | undefined {
  const from = cursor.at;
  const { offset } = cursor;
  const start = cursor.match(START);
  if (start === undefined) return undefined;
  const [, quiet, brace, name = ''] = start;
  const steps = parseSteps(cursor);
  if (brace !== '') cursor.expect('}');
  const source = cursor.text.slice(from, cursor.at);
  return { kind: 'reference', name, quiet: quiet !== '', steps, source, offset };
}

function parseSteps(cursor: Cursor): Step[] {
  const steps: Step[] = [];
  for (;;) {
    if (cursor.peek() === '[') {
      cursor.at += 1;
      const index = parseExpression(cursor);
      cursor.expect(']');
      steps.push({ kind: 'index', index });
      continue;
    }
    const name = cursor.match(PROPERTY)?.[1];
    if (name === undefined) return steps;
    if (cursor.match(ARGUMENTS) === undefined) steps.push({ kind: 'property', name });
    else steps.push({ kind: 'method', name, parameters: parseParameters(cursor) });
  }
}

function parseParameters(cursor: Cursor): Expression[] {
  const parameters: Expression[] = [];
  cursor.skipSpace();
  if (cursor.take(')')) return parameters;
  do parameters.push(parseExpression(cursor, true));
  while (cursor.take(','));
  cursor.expect(')');
  return parameters;
}
