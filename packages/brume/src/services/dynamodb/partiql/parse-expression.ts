/** Expressions of PartiQL, by precedence (Pratt). Statements are terms of them. */
import { STATEMENT_DEPTH_MAX } from '../limits.ts';
import type { Node, PathNode, Step } from './nodes.ts';
import { malformed, problemAt } from './problems.ts';
import type { TokenReader } from './token-reader.ts';
import type { Token } from './tokens.ts';
import { takeTypeName } from './type-names.ts';

/** How strongly an operator binds what stands around it. */
const STRENGTHS: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['=', 4],
  ['<>', 4],
  ['!=', 4],
  ['<', 5],
  ['<=', 5],
  ['>', 5],
  ['>=', 5],
  ['in', 6],
  ['is', 6],
  ['between', 6],
  ['like', 6],
  ['||', 7],
  ['+', 8],
  ['-', 8],
  ['*', 9],
  ['/', 9],
  ['%', 9],
]);
/** No operator binds more strongly: an expression of it is a single term. */
export const STRONGEST = 10;
const NOT_STRENGTH = 3;
const SPECIAL_STRENGTH = 6;
const NEGATABLE: ReadonlySet<string> = new Set(['in', 'between', 'like']);

/** Keywords that are functions where a parenthesis follows. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  `avg bit_length char_length character_length coalesce count date_add date_diff exists extract
lower max min nullif octet_length size substring sum trim upper`.split(/\s+/),
);

export class ExpressionParser {
  readonly #reader: TokenReader;
  readonly #statement: () => Node | undefined;
  #depth = 0;
  #parameters = 0;

  /** `statement` parses a statement where one begins, and gives undefined where none does. */
  constructor(reader: TokenReader, statement: () => Node | undefined) {
    this.#reader = reader;
    this.#statement = statement;
  }

  get parameterCount(): number {
    return this.#parameters;
  }

  /** Operators that bind more strongly than `strength`, and their operands. */
  expression(strength = 0): Node {
    this.#depth++;
    if (this.#depth > STATEMENT_DEPTH_MAX) throw malformed();
    let left = this.#unary();
    for (;;) {
      const negated =
        this.#reader.isKeyword('not') && NEGATABLE.has(this.#reader.ahead(1).text) ? 1 : 0;
      const operator = this.#reader.ahead(negated);
      const binds =
        operator.type === 'symbol' || operator.type === 'keyword'
          ? STRENGTHS.get(operator.text)
          : undefined;
      if (binds === undefined || binds <= strength) break;
      if (negated === 1) this.#reader.next();
      const operation = this.#infix(left, this.#reader.next(), binds);
      left =
        negated === 0
          ? operation
          : { type: 'operation', token: operator, operator: 'NOT', operands: [operation] };
    }
    this.#depth--;
    return left;
  }

  /** A name with what follows it in maps and lists, where nothing else can stand. */
  simplePath(): PathNode {
    if (!this.#reader.isName()) throw malformed('Expected identifier for simple path');
    const token = this.#reader.next();
    const steps: Step[] = [];
    for (;;) {
      if (this.#reader.takeSymbol('.')) {
        if (!this.#reader.isName()) throw malformed('Expected identifier for simple path');
        const name = this.#reader.next();
        steps.push({ type: 'name', token: name, name: name.text });
      } else if (this.#reader.takeSymbol('[')) {
        const key = this.expression();
        if (key.type !== 'literal') throw malformed('Expected a literal in simple path');
        steps.push(bracketStep(key));
        this.#reader.expectSymbol(']', 'RIGHT_BRACKET');
      } else {
        return { type: 'path', token, root: token.text, steps };
      }
    }
  }

  #infix(left: Node, token: Token, binds: number): Node {
    const operator = token.text.toUpperCase();
    if (token.text === 'is') return this.#typeTest(left, token);
    if (this.#reader.token.type === 'end') {
      throw malformed('Missing right-hand side expression of infix operator');
    }
    const operands = [left];
    if (token.text === 'in' && this.#reader.isSymbol('(')) operands.push(this.#inList());
    else operands.push(this.expression(binds));
    if (token.text === 'between') {
      this.#reader.expectKeyword('and', 'Expected AND after BETWEEN');
      operands.push(this.expression(SPECIAL_STRENGTH));
    }
    return { type: 'operation', token, operator, operands };
  }

  #inList(): Node {
    const token = this.#reader.next();
    const elements = this.#elements(')', 'RIGHT_PAREN');
    return { type: 'list', token, elements };
  }

  #typeTest(operand: Node, token: Token): Node {
    const negated = this.#reader.takeKeyword('not');
    const typeName = takeTypeName(this.#reader);
    if (typeName === undefined) throw malformed('Expected type name');
    const test: Node = { type: 'type-test', token, operand, typeName };
    return negated ? { type: 'operation', token, operator: 'NOT', operands: [test] } : test;
  }

  #unary(): Node {
    const { token } = this.#reader;
    if (this.#reader.takeKeyword('not')) {
      const operand = this.expression(NOT_STRENGTH);
      return { type: 'operation', token, operator: 'NOT', operands: [operand] };
    }
    if (!this.#reader.isSymbol('-') && !this.#reader.isSymbol('+')) return this.#term();
    this.#reader.next();
    const operand = this.expression(STRONGEST);
    if (operand.type === 'literal' && operand.kind === 'N') {
      return { ...operand, text: signed(token.text, operand.text) };
    }
    return { type: 'operation', token, operator: token.text, operands: [operand] };
  }

  #term(): Node {
    const node = this.#reader.isSymbol('@') ? this.#scopedName() : this.#primary();
    const steps: Step[] = [];
    for (;;) {
      if (this.#reader.takeSymbol('.')) steps.push(this.#dotStep());
      else if (this.#reader.takeSymbol('[')) steps.push(this.#indexStep());
      else break;
    }
    if (steps.length === 0) return node;
    if (node.type !== 'path') throw problemAt('Unexpected path component', node.token);
    return { ...node, steps: [...node.steps, ...steps] };
  }

  #scopedName(): Node {
    this.#reader.next();
    if (!this.#reader.isName()) throw malformed('Identifier expected after @ symbol');
    return this.#primary();
  }

  #dotStep(): Step {
    const { token } = this.#reader;
    if (this.#reader.takeSymbol('*')) return { type: 'unpivot', token };
    if (!this.#reader.isName()) throw malformed('Invalid path dot component');
    this.#reader.next();
    return { type: 'name', token, name: token.text };
  }

  #indexStep(): Step {
    const { token } = this.#reader;
    const step: Step = this.#reader.takeSymbol('*')
      ? { type: 'wildcard', token }
      : bracketStep(this.expression());
    this.#reader.expectSymbol(']', 'RIGHT_BRACKET');
    return step;
  }

  #primary(): Node {
    const { token } = this.#reader;
    switch (token.type) {
      case 'keyword':
        return this.#keyword(token);
      case 'symbol':
        return this.#symbol(token);
      case 'end':
        throw malformed('Unexpected term');
      default:
        this.#reader.next();
    }
    switch (token.type) {
      case 'name':
        if (this.#reader.isSymbol('(')) return this.#call(token);
        return { type: 'path', token, root: token.text, steps: [] };
      case 'quoted-name':
        return { type: 'path', token, root: token.text, steps: [] };
      case 'string':
        return { type: 'literal', token, kind: 'S', text: token.text };
      case 'number':
        return { type: 'literal', token, kind: 'N', text: token.text };
      case 'ion':
        return { type: 'ion', token };
    }
  }

  #keyword(token: Token): Node {
    if (token.text === 'case' || (token.text === 'cast' && this.#reader.isSymbol('(', 1))) {
      throw problemAt(`Unsupported token in expression: ${token.text.toUpperCase()}`, token);
    }
    if (FUNCTIONS.has(token.text) && this.#reader.isSymbol('(', 1)) {
      this.#reader.next();
      return this.#call(token);
    }
    switch (token.text) {
      case 'true':
      case 'false':
        this.#reader.next();
        return { type: 'literal', token, kind: 'BOOL', text: token.text };
      case 'null':
        this.#reader.next();
        return { type: 'literal', token, kind: 'NULL', text: token.text };
      case 'missing':
        this.#reader.next();
        return { type: 'missing', token };
    }
    const statement = this.#statement();
    if (statement !== undefined) return statement;
    throw malformed(STRENGTHS.has(token.text) ? 'Unexpected operator' : 'Unexpected keyword');
  }

  #symbol(token: Token): Node {
    this.#reader.next();
    switch (token.text) {
      case '(':
        return this.#parenthesized(token);
      case '[':
        return { type: 'list', token, elements: this.#elements(']', 'RIGHT_BRACKET') };
      case '<<':
        return { type: 'bag', token, elements: this.#elements('>>', 'RIGHT_DOUBLE_ANGLE_BRACKET') };
      case '{':
        return this.#struct(token);
      case '?':
        return { type: 'parameter', token, index: this.#parameters++ };
      default:
        throw malformed(STRENGTHS.has(token.text) ? 'Unexpected operator' : 'Unexpected term');
    }
  }

  #parenthesized(token: Token): Node {
    const inner = this.expression();
    if (this.#reader.takeSymbol(')')) return inner;
    if (!this.#reader.takeSymbol(',')) throw malformed('Expected RIGHT_PAREN');
    return { type: 'list', token, elements: [inner, ...this.#elements(')', 'RIGHT_PAREN')] };
  }

  #call(token: Token): Node {
    this.#reader.next();
    const name = token.text.toLowerCase();
    const star = this.#reader.isSymbol('*') ? this.#reader.next() : undefined;
    if (star === undefined) {
      const operands = this.#elements(')', 'RIGHT_PAREN', true);
      return { type: 'call', token, name, operands };
    }
    this.#reader.expectSymbol(')', 'RIGHT_PAREN');
    return { type: 'call', token, name, operands: [{ type: 'star', token: star }] };
  }

  /** Up to and with `close`. A parenthesis may be empty only after a function's name. */
  #elements(close: string, closeName: string, mayBeEmpty = close !== ')'): Node[] {
    if (mayBeEmpty && this.#reader.takeSymbol(close)) return [];
    const elements: Node[] = [];
    do elements.push(this.expression());
    while (this.#reader.takeSymbol(','));
    this.#reader.expectSymbol(close, closeName);
    return elements;
  }

  #struct(token: Token): Node {
    const fields: { readonly key: Node; readonly value: Node }[] = [];
    if (this.#reader.takeSymbol('}')) return { type: 'struct', token, fields };
    do {
      const key = this.expression();
      this.#reader.expectSymbol(':', 'COLON');
      fields.push({ key, value: this.expression() });
    } while (this.#reader.takeSymbol(','));
    this.#reader.expectSymbol('}', 'RIGHT_CURLY');
    return { type: 'struct', token, fields };
  }
}

function signed(sign: string, text: string): string {
  if (sign === '+') return text;
  return text.startsWith('-') ? text.slice(1) : `-${text}`;
}

/** `m['a']`, `m[a]` and `l[0]`. */
function bracketStep(key: Node): Step {
  const { token } = key;
  if (key.type === 'literal' && key.kind === 'S') return { type: 'name', token, name: key.text };
  if (key.type === 'literal' && key.kind === 'N' && /^-?\d{1,15}$/.test(key.text)) {
    const index = Number(key.text);
    if (index >= 0) return { type: 'index', token, index };
    throw problemAt(`List index is not within the allowable range; index: [${key.text}]`, token);
  }
  if (key.type === 'path' && key.steps.length === 0) {
    return { type: 'name', token, name: key.root };
  }
  return { type: 'other', token };
}
