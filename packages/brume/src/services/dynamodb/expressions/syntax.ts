/**
 * Syntax of expressions: a tree that still has placeholders, the same for every request with that
 * text. Conditions are parsed by precedence (Pratt), the other kinds around them by descent.
 */
import {
  EXPRESSION_BYTES_MAX,
  OPERATORS_MAX,
  PARENTHESES_DEPTH_MAX,
  PATH_DEPTH_MAX,
} from '../limits.ts';
import { utf8SizeBytes } from '../items/attribute-value.ts';
import { isReservedWord } from './reserved-words.ts';
import { tokenize, type Token } from './tokens.ts';

export type Syntax = PathSyntax | ValueSyntax | OperationSyntax;

/** Names as written: an attribute's, or a placeholder that begins with `#`. Numbers index lists. */
export interface PathSyntax {
  readonly type: 'path';
  readonly parts: readonly (string | number)[];
}

export interface ValueSyntax {
  readonly type: 'value';
  readonly name: string;
}

/** `operator` is a symbol, a keyword in upper case, or a function's name as written. */
export interface OperationSyntax {
  readonly type: 'operation';
  readonly operator: string;
  readonly isFunction: boolean;
  readonly operands: readonly Syntax[];
}

export interface UpdateSyntax {
  readonly actions: readonly ActionSyntax[];
}

export interface ActionSyntax {
  readonly clause: Clause;
  readonly path: PathSyntax;
  /** Absent for REMOVE. */
  readonly operand?: Syntax;
}

export type Clause = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';

/** What is wrong with an expression, without the words that say which expression. */
export class ExpressionProblem extends Error {}

export function parseCondition(text: string): Syntax {
  return new Parser(text, CONDITION_KEYWORDS).condition();
}

export function parseUpdate(text: string): UpdateSyntax {
  return new Parser(text, UPDATE_KEYWORDS).update();
}

export function parseProjection(text: string): PathSyntax[] {
  return new Parser(text, NO_KEYWORDS).projection();
}

const CONDITION_FUNCTIONS = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);
const UPDATE_FUNCTIONS = new Set(['if_not_exists', 'list_append']);
const COMPARATORS = new Set(['=', '<>', '<', '<=', '>', '>=']);
const CLAUSES: readonly Clause[] = ['SET', 'REMOVE', 'ADD', 'DELETE'];
/** Words that are never names in expressions of a kind, so that using one breaks the syntax. */
const CONDITION_KEYWORDS = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN']);
const UPDATE_KEYWORDS: ReadonlySet<string> = new Set(CLAUSES);
const NO_KEYWORDS: ReadonlySet<string> = new Set();

const REDUNDANT_PARENTHESES = 'The expression has redundant parentheses;';

/** How strongly an operator binds what stands around it. */
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #keywords: ReadonlySet<string>;
  #at = 0;
  #operators = 0;
  /** The first of each kind: they come after errors of syntax, in an order of their own. */
  #redundantParentheses = false;
  #unknownFunction: string | undefined;
  #misusedFunction: string | undefined;
  #reservedWord: string | undefined;
  /** Parts of the tree that stood in parentheses. */
  readonly #enclosed = new Set<Syntax>();

  constructor(text: string, keywords: ReadonlySet<string>) {
    if (text === '') throw new ExpressionProblem('The expression can not be empty;');
    const size = utf8SizeBytes(text);
    if (size > EXPRESSION_BYTES_MAX) {
      throw new ExpressionProblem(
        `Expression size has exceeded the maximum allowed size; expression size: ${size}`,
      );
    }
    this.#text = text;
    this.#tokens = tokenize(text);
    this.#keywords = keywords;
    // What the parser goes into would not fit on its stack.
    if (deepestParentheses(this.#tokens) > PARENTHESES_DEPTH_MAX) {
      throw new ExpressionProblem(REDUNDANT_PARENTHESES);
    }
  }

  condition(): Syntax {
    const condition = this.#requireCondition(this.#expression(0));
    this.#expectEnd();
    this.#checkUse(condition);
    this.#check(['parentheses', 'unknown', 'misused', 'reserved']);
    return condition;
  }

  update(): UpdateSyntax {
    const actions: ActionSyntax[] = [];
    const seen = new Set<Clause>();
    let repeated: Clause | undefined;
    do {
      const clause = this.#clause();
      if (clause === undefined) throw this.#syntaxError();
      if (seen.has(clause)) repeated ??= clause;
      seen.add(clause);
      this.#at++;
      do actions.push(this.#action(clause));
      while (this.#take(','));
    } while (this.#token.type !== 'end');
    this.#check(['reserved', 'unknown']);
    if (repeated !== undefined) {
      throw new ExpressionProblem(
        `The "${repeated}" section can only be used once in an update expression;`,
      );
    }
    return { actions };
  }

  projection(): PathSyntax[] {
    const paths: PathSyntax[] = [];
    do paths.push(this.#path());
    while (this.#take(','));
    this.#expectEnd();
    this.#check(['reserved']);
    return paths;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** Operators that bind more strongly than `strength`, and their operands. */
  #expression(strength: number): Syntax {
    let left = this.#prefix();
    for (;;) {
      const operator = this.#infix();
      if (operator === undefined || operator.strength <= strength) return left;
      left = operator.strength === COMPARISON ? this.#comparison(left) : this.#junction(left);
    }
  }

  #infix(): { readonly strength: number } | undefined {
    const { type, text } = this.#token;
    if (type === 'symbol' && COMPARATORS.has(text)) return { strength: COMPARISON };
    switch (this.#keyword()) {
      case 'OR':
        return { strength: OR };
      case 'AND':
        return { strength: AND };
      case 'BETWEEN':
      case 'IN':
        return { strength: COMPARISON };
      default:
        return undefined;
    }
  }

  #prefix(): Syntax {
    if (this.#keyword() === 'NOT') {
      this.#at++;
      const operand = this.#requireCondition(this.#expression(NOT - 1));
      this.#checkUse(operand);
      return this.#operation('NOT', [operand]);
    }
    if (!this.#isSymbol('(')) return this.#operand();
    this.#at++;
    const inner = this.#expression(0);
    this.#expect(')');
    if (this.#enclosed.has(inner)) this.#redundantParentheses = true;
    this.#enclosed.add(inner);
    return inner.type === 'path' ? this.#pathTail(inner) : inner;
  }

  #junction(left: Syntax): Syntax {
    const condition = this.#requireCondition(left);
    const operator = this.#keyword() ?? '';
    this.#at++;
    const right = this.#requireCondition(this.#expression(operator === 'OR' ? OR : AND));
    this.#checkUse(condition);
    this.#checkUse(right);
    return this.#operation(operator, [condition, right]);
  }

  #comparison(left: Syntax): Syntax {
    if (isCondition(left)) throw this.#syntaxError();
    const operator = this.#keyword() ?? this.#token.text;
    this.#at++;
    const operands = [left, ...this.#comparedWith(operator)];
    for (const operand of operands) this.#checkNotMisused(operand);
    return this.#operation(operator, operands);
  }

  #comparedWith(operator: string): Syntax[] {
    if (operator === 'IN') {
      this.#expect('(');
      return this.#operandsUntilClosed();
    }
    if (operator !== 'BETWEEN') return [this.#enclosedOperand()];
    const low = this.#enclosedOperand();
    if (this.#keyword() !== 'AND') throw this.#syntaxError();
    this.#at++;
    return [low, this.#enclosedOperand()];
  }

  #enclosedOperand(): Syntax {
    const operand = this.#expression(COMPARISON);
    if (isCondition(operand)) throw this.#syntaxError();
    return operand;
  }

  #operand(): Syntax {
    const { type, text } = this.#token;
    if (type === 'value') {
      this.#at++;
      return { type: 'value', name: text };
    }
    const isCall = type === 'identifier' && this.#tokens[this.#at + 1]?.text === '(';
    return isCall && this.#keyword() === undefined ? this.#call(CONDITION_FUNCTIONS) : this.#path();
  }

  #call(known: ReadonlySet<string>): Syntax {
    const name = this.#token.text;
    this.#at += 2;
    const operands = this.#operandsUntilClosed(known);
    if (!known.has(name)) this.#unknownFunction ??= name;
    for (const operand of operands) {
      if (known === CONDITION_FUNCTIONS) this.#checkNotMisused(operand);
    }
    this.#countOperator();
    return { type: 'operation', operator: name, isFunction: true, operands };
  }

  #operandsUntilClosed(known: ReadonlySet<string> = CONDITION_FUNCTIONS): Syntax[] {
    const operands: Syntax[] = [];
    do operands.push(known === UPDATE_FUNCTIONS ? this.#setOperand() : this.#enclosedOperand());
    while (this.#take(','));
    this.#expect(')');
    return operands;
  }

  #path(): PathSyntax {
    return this.#pathTail({ type: 'path', parts: [this.#pathName()] });
  }

  #pathTail(head: PathSyntax): PathSyntax {
    const parts = [...head.parts];
    for (;;) {
      if (this.#take('.')) parts.push(this.#pathName());
      else if (this.#take('[')) parts.push(this.#listIndex());
      else break;
    }
    if (parts.length > PATH_DEPTH_MAX) {
      throw new ExpressionProblem(
        `The document path has too many nesting elements; nesting levels: ${parts.length}`,
      );
    }
    return parts.length === head.parts.length ? head : { type: 'path', parts };
  }

  #pathName(): string {
    const { type, text } = this.#token;
    if (type !== 'identifier' && type !== 'name') throw this.#syntaxError();
    if (type === 'identifier') {
      if (this.#keyword() !== undefined) throw this.#syntaxError();
      if (isReservedWord(text)) this.#reservedWord ??= text;
    }
    this.#at++;
    return text;
  }

  #listIndex(): number {
    const { type, text } = this.#token;
    if (type !== 'number') throw this.#syntaxError();
    this.#at++;
    this.#expect(']');
    return Number(text);
  }

  #clause(): Clause | undefined {
    const keyword = this.#keyword();
    return CLAUSES.find((clause) => clause === keyword);
  }

  #action(clause: Clause): ActionSyntax {
    this.#countOperator();
    const path = this.#path();
    if (clause === 'REMOVE') return { clause, path };
    if (clause === 'SET') {
      this.#expect('=');
      return { clause, path, operand: this.#setValue() };
    }
    const { type, text } = this.#token;
    if (type !== 'value') throw this.#syntaxError();
    this.#at++;
    return { clause, path, operand: { type: 'value', name: text } };
  }

  #setValue(): Syntax {
    const left = this.#setOperand();
    const operator = this.#token.text;
    if (!this.#isSymbol('+') && !this.#isSymbol('-')) return left;
    this.#at++;
    return this.#operation(operator, [left, this.#setOperand()]);
  }

  #setOperand(): Syntax {
    if (this.#take('(')) {
      const inner = this.#setValue();
      this.#expect(')');
      return inner;
    }
    const { type, text } = this.#token;
    if (type === 'value') {
      this.#at++;
      return { type: 'value', name: text };
    }
    const isCall = type === 'identifier' && this.#tokens[this.#at + 1]?.text === '(';
    return isCall ? this.#call(UPDATE_FUNCTIONS) : this.#path();
  }

  #operation(operator: string, operands: readonly Syntax[]): OperationSyntax {
    this.#countOperator();
    return { type: 'operation', operator, isFunction: false, operands };
  }

  #countOperator(): void {
    this.#operators++;
  }

  #keyword(): string | undefined {
    const { type, text } = this.#token;
    const upper = type === 'identifier' ? text.toUpperCase() : '';
    return this.#keywords.has(upper) ? upper : undefined;
  }

  #isSymbol(text: string): boolean {
    return this.#token.type === 'symbol' && this.#token.text === text;
  }

  #take(text: string): boolean {
    const taken = this.#isSymbol(text);
    if (taken) this.#at++;
    return taken;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#syntaxError();
  }

  #expectEnd(): void {
    if (this.#token.type !== 'end') throw this.#syntaxError();
  }

  /** Only a comparison or a function can be true or false. */
  #requireCondition(node: Syntax): Syntax {
    if (node.type !== 'operation') throw this.#syntaxError();
    return node;
  }

  /** `size` gives a number, all other functions of conditions say yes or no. */
  #checkUse(node: Syntax): void {
    if (node.type === 'operation' && node.isFunction && node.operator === 'size') {
      this.#misusedFunction ??= node.operator;
    }
  }

  #checkNotMisused(node: Syntax): void {
    if (node.type === 'operation' && node.isFunction && node.operator !== 'size') {
      this.#misusedFunction ??= node.operator;
    }
  }

  /** AWS shows the token that it could not use, and that with the tokens before and after it. */
  #syntaxError(): ExpressionProblem {
    const { text, start, end } = this.#token;
    const from = this.#tokens[this.#at - 1]?.start ?? start;
    const to = this.#tokens[this.#at + 1]?.end ?? end;
    const near = this.#text.slice(from, to);
    return new ExpressionProblem(`Syntax error; token: "${text}", near: "${near}"`);
  }

  #check(order: readonly ('parentheses' | 'unknown' | 'misused' | 'reserved')[]): void {
    const problems = {
      parentheses: this.#redundantParentheses ? REDUNDANT_PARENTHESES : undefined,
      unknown: this.#unknownFunction && `Invalid function name; function: ${this.#unknownFunction}`,
      misused:
        this.#misusedFunction &&
        'The function is not allowed to be used this way in an expression; function: ' +
          this.#misusedFunction,
      reserved:
        this.#reservedWord &&
        `Attribute name is a reserved keyword; reserved keyword: ${this.#reservedWord}`,
    };
    for (const kind of order) {
      const problem = problems[kind];
      if (problem !== undefined) throw new ExpressionProblem(problem);
    }
    if (this.#operators > OPERATORS_MAX) {
      throw new ExpressionProblem(
        `The expression contains too many operators; operator count: ${this.#operators}`,
      );
    }
  }
}

/** A comparison or junction, which cannot be compared. */
function isCondition(node: Syntax): boolean {
  return node.type === 'operation' && !node.isFunction;
}

function deepestParentheses(tokens: readonly Token[]): number {
  let depth = 0;
  let deepest = 0;
  for (const { text } of tokens) {
    if (text === '(') deepest = Math.max(deepest, ++depth);
    else if (text === ')') depth--;
  }
  return deepest;
}
