/** Parses DynamoDB's expressions: conditions, updates and projections. */
import type { AttributeMap, AttributeValue } from '../attribute-value.ts';
import { validation } from './errors.ts';

export type PathParts = readonly (string | number)[];

export type Operand =
  | { readonly kind: 'path'; readonly path: PathParts }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] }
  | { readonly kind: '+' | '-'; readonly left: Operand; readonly right: Operand };

export type Test =
  | {
      readonly kind: 'compare';
      readonly by: string;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between' | 'in'; readonly operands: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] }
  | { readonly kind: 'and' | 'or'; readonly left: Test; readonly right: Test }
  | { readonly kind: 'not'; readonly test: Test };

export interface Action {
  readonly clause: 'SET' | 'ADD' | 'REMOVE' | 'DELETE';
  readonly path: PathParts;
  /** Absent in REMOVE. */
  readonly operand?: Operand;
}

export interface Placeholders {
  readonly ExpressionAttributeNames?: { readonly [name: string]: string };
  readonly ExpressionAttributeValues?: AttributeMap;
}

const TOKEN = /\s*(?:(<>|<=|>=|[=<>(),.[\]+-])|([#:]?[A-Za-z0-9_]+))/y;
const SETTERS = new Set(['SET', 'ADD', 'REMOVE', 'DELETE']);

/** One request's parser: it knows which placeholders the request's expressions used. */
export class ExpressionParser {
  private readonly placeholders: Placeholders;
  private readonly used = new Set<string>();
  private tokens: string[] = [];
  private at = 0;

  constructor(placeholders: Placeholders) {
    this.placeholders = placeholders;
  }

  condition(text: string): Test {
    this.start(text);
    const test = this.either();
    this.end();
    return test;
  }

  update(text: string): Action[] {
    this.start(text);
    const actions: Action[] = [];
    while (this.at < this.tokens.length) {
      const clause = this.next().toUpperCase();
      if (!SETTERS.has(clause)) throw this.unexpected();
      do actions.push(this.action(clause as Action['clause']));
      while (this.take(','));
    }
    return actions;
  }

  projection(text: string): PathParts[] {
    this.start(text);
    const paths = [this.path()];
    while (this.take(',')) paths.push(this.path());
    this.end();
    return paths;
  }

  /** DynamoDB refuses placeholders that no expression uses. */
  finish(): void {
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } =
      this.placeholders;
    for (const [where, all] of [
      ['Names', names],
      ['Values', values],
    ] as const) {
      const unused = Object.keys(all).filter((name) => !this.used.has(name));
      if (unused.length > 0) {
        throw validation(
          `Value provided in ExpressionAttribute${where} unused in expressions: ` +
            `keys: {${unused.join(', ')}}`,
        );
      }
    }
  }

  private start(text: string): void {
    this.tokens = [];
    this.at = 0;
    TOKEN.lastIndex = 0;
    const source = text.trimEnd();
    while (TOKEN.lastIndex < source.length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(source);
      if (!match) throw validation(`Invalid expression: Syntax error near "${source.slice(from)}"`);
      this.tokens.push((match[1] ?? match[2]) as string);
    }
  }

  private either(): Test {
    let left = this.both();
    while (this.word('OR')) left = { kind: 'or', left, right: this.both() };
    return left;
  }

  private both(): Test {
    let left = this.negated();
    while (this.word('AND')) left = { kind: 'and', left, right: this.negated() };
    return left;
  }

  private negated(): Test {
    return this.word('NOT') ? { kind: 'not', test: this.negated() } : this.test();
  }

  private test(): Test {
    if (this.take('(')) {
      const test = this.either();
      this.expect(')');
      return test;
    }
    const left = this.operand();
    if (this.word('BETWEEN')) {
      const low = this.operand();
      if (!this.word('AND')) throw this.unexpected();
      return { kind: 'between', operands: [left, low, this.operand()] };
    }
    if (this.word('IN')) {
      this.expect('(');
      return { kind: 'in', operands: [left, ...this.operands()] };
    }
    const by = this.tokens[this.at];
    if (by !== undefined && /^(?:<>|[<>]=?|=)$/.test(by)) {
      this.at++;
      return { kind: 'compare', by, left, right: this.operand() };
    }
    if (left.kind === 'call') return left;
    throw this.unexpected();
  }

  private action(clause: Action['clause']): Action {
    const path = this.path();
    if (clause === 'REMOVE') return { clause, path };
    if (clause !== 'SET') return { clause, path, operand: this.operand() };
    this.expect('=');
    const left = this.operand();
    const sign = this.tokens[this.at];
    if (sign !== '+' && sign !== '-') return { clause, path, operand: left };
    this.at++;
    return { clause, path, operand: { kind: sign, left, right: this.operand() } };
  }

  private operands(): Operand[] {
    const operands = [this.operand()];
    while (this.take(',')) operands.push(this.operand());
    this.expect(')');
    return operands;
  }

  private operand(): Operand {
    const token = this.tokens[this.at];
    if (token?.startsWith(':')) {
      this.at++;
      this.used.add(token);
      const value = this.placeholders.ExpressionAttributeValues?.[token];
      if (value) return { kind: 'value', value };
      throw validation(
        `Invalid expression: An expression attribute value used in expression is not defined; attribute value: ${token}`,
      );
    }
    if (this.tokens[this.at + 1] === '(' && token !== undefined && /^[a-z]/i.test(token)) {
      this.at += 2;
      return { kind: 'call', name: token, operands: this.operands() };
    }
    return { kind: 'path', path: this.path() };
  }

  private path(): PathParts {
    const parts: (string | number)[] = [this.attribute()];
    for (;;) {
      if (this.take('.')) parts.push(this.attribute());
      else if (this.take('[')) {
        parts.push(Number(this.next()));
        this.expect(']');
      } else return parts;
    }
  }

  private attribute(): string {
    const token = this.next();
    if (/^[A-Za-z]/.test(token)) return token;
    if (!token.startsWith('#')) throw this.unexpected();
    this.used.add(token);
    const name = this.placeholders.ExpressionAttributeNames?.[token];
    if (name !== undefined) return name;
    throw validation(
      `Invalid expression: An expression attribute name used in the document path is not defined; attribute name: ${token}`,
    );
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw this.unexpected();
    return token;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private word(word: string): boolean {
    if (this.tokens[this.at]?.toUpperCase() !== word) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.unexpected();
  }

  private end(): void {
    if (this.at < this.tokens.length) throw this.unexpected();
  }

  private unexpected(): Error {
    const token = this.tokens[this.at] ?? '<EOF>';
    return validation(`Invalid expression: Syntax error; token: "${token}"`);
  }
}
