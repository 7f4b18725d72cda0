/** Reads a JSON path in Jayway's dialect: `$.store.book[?(@.price < 10)].title`, `$..price.sum()`. */
import { parseJson } from '../json-values.ts';
import { JSON_PATH_LENGTH_MAX, SYNTAX_DEPTH_MAX } from '../limits.ts';
import { regularExpression } from '../regular-expression/regular-expression.ts';
import { isFunction } from './functions.ts';
import { JsonPathError } from './json-path-error.ts';
import { isOperator } from './relations.ts';
import type { Condition, JsonPath, Operand, PathToken } from './syntax.ts';

const SPACE = /[ \t\r\n]*/y;
const ARRAY = /\[\s*([0-9:-][0-9,: -]*)\]/y;
const WILDCARD = /\*|\[\s*\*\s*\]/y;
const FILTER = /\[\s*\?\s*(?=\()/y;
const BRACKET_NAMES = /\[\s*(?=['"])/y;
const NAME = /[^.[(\s]+/y;
/** Within a filter a name ends where an operator may begin. */
const NAME_IN_FILTER = /[^.[(\s)<>=!~&|,]+/y;
const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/sy;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /(?:true|false|null)\b/y;
const PATTERN = /\/((?:[^/\\]|\\.)*)\/([a-z]*)/sy;
const RELATION = /[<>=~!]+|[a-zA-Z]+(?=\s)/y;

/** @throws JsonPathError */
export function parseJsonPath(text: string): JsonPath {
  if (text.length > JSON_PATH_LENGTH_MAX) throw new JsonPathError('The path is too long');
  const trimmed = text.trim();
  if (trimmed === '') throw new JsonPathError('The path is empty');
  const whole = /^[$@]/.test(trimmed) ? trimmed : `$.${trimmed}`;
  if (whole.endsWith('.')) throw new JsonPathError("Path must not end with a '.' or '..'");
  return new JsonPathParser(whole).whole();
}

class JsonPathParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonPath {
    const path = this.#path(NAME);
    if (this.#at < this.#text.length) throw this.#unexpected();
    return path;
  }

  #path(name: RegExp): JsonPath {
    this.#depth += 1;
    if (this.#depth > SYNTAX_DEPTH_MAX) throw new JsonPathError('The path nests too deep');
    const root = this.#text.charAt(this.#at) === '@' ? '@' : '$';
    this.#at += 1;
    const tokens: PathToken[] = [];
    while (this.#peek() === '.' || this.#peek() === '[') this.#tokens(tokens, name);
    this.#depth -= 1;
    return { root, tokens, definite: isDefinite(tokens) };
  }

  #tokens(tokens: PathToken[], name: RegExp): void {
    if (this.#take('..')) {
      if (this.#peek() === '.') throw this.#unexpected();
      tokens.push({ kind: 'scan' });
    } else this.#take('.');
    if (this.#match(WILDCARD) !== undefined) tokens.push({ kind: 'wildcard' });
    else if (this.#peek() === '[') tokens.push(this.#bracket());
    else tokens.push(this.#nameOrFunction(name));
  }

  #nameOrFunction(pattern: RegExp): PathToken {
    const name = this.#match(pattern)?.[0];
    if (name === undefined) throw this.#unexpected();
    if (!this.#take('(')) return { kind: 'property', names: [name] };
    if (!isFunction(name)) throw new JsonPathError(`Function with name: ${name} does not exist.`);
    const parameters: Operand[] = [];
    this.#space();
    while (!this.#take(')')) {
      parameters.push(this.#operand());
      this.#space();
      if (!this.#take(',') && this.#peek() !== ')') throw this.#unexpected();
      this.#space();
    }
    return { kind: 'function', name, parameters };
  }

  #bracket(): PathToken {
    if (this.#match(BRACKET_NAMES) !== undefined) return this.#names();
    const array = this.#match(ARRAY)?.[1];
    if (array !== undefined) return arrayToken(array.trim());
    if (this.#match(FILTER) === undefined) throw this.#unexpected();
    this.#at += 1;
    const condition = this.#or();
    this.#expect(')');
    this.#expect(']');
    return { kind: 'filter', condition };
  }

  #names(): PathToken {
    const names: string[] = [];
    do {
      this.#space();
      names.push(this.#string());
      this.#space();
    } while (this.#take(','));
    this.#expect(']');
    return { kind: 'property', names };
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#takeSpaced('||')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#condition();
    while (this.#takeSpaced('&&')) left = { kind: 'and', left, right: this.#condition() };
    return left;
  }

  #condition(): Condition {
    this.#depth += 1;
    if (this.#depth > SYNTAX_DEPTH_MAX) throw new JsonPathError('The filter nests too deep');
    const condition = this.#simpleCondition();
    this.#depth -= 1;
    return condition;
  }

  #simpleCondition(): Condition {
    if (this.#takeSpaced('!')) return { kind: 'not', condition: this.#condition() };
    if (this.#takeSpaced('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const left = this.#operand();
    this.#space();
    const at = this.#at;
    const operator = this.#match(RELATION)?.[0];
    if (operator === undefined) {
      if (left.kind !== 'path') throw this.#unexpected();
      return { kind: 'exists', path: left.path };
    }
    if (!isOperator(operator)) {
      this.#at = at;
      throw new JsonPathError(`Filter operator ${operator} is not supported!`);
    }
    return { kind: 'relation', operator, left, right: this.#operand() };
  }

  #operand(): Operand {
    this.#space();
    switch (this.#peek()) {
      case '$':
      case '@':
        return { kind: 'path', path: this.#path(NAME_IN_FILTER) };
      case "'":
      case '"':
        return { kind: 'value', value: this.#string() };
      case '/': {
        const [, source, flags = ''] = this.#match(PATTERN) ?? [];
        if (source === undefined) throw new JsonPathError('Pattern not closed');
        return { kind: 'pattern', pattern: regularExpression(source, flags.includes('i')) };
      }
      case '[':
      case '{':
        return { kind: 'value', value: this.#json() };
      default: {
        const text = this.#match(WORD)?.[0] ?? this.#match(NUMBER)?.[0];
        if (text === undefined) throw this.#unexpected();
        return { kind: 'value', value: parseJsonOf(text.replace(/^(-?)0+(?=\d)/, '$1')) };
      }
    }
  }

  /** JSON within a path, up to the bracket that closes it. */
  #json(): ReturnType<typeof parseJsonOf> {
    const from = this.#at;
    let depth = 0;
    do {
      const character = this.#peek();
      if (character === '') throw new JsonPathError('JSON in the path is not closed');
      if (character === '"' || character === "'") {
        this.#string();
        continue;
      }
      if ('[{'.includes(character)) depth += 1;
      if (']}'.includes(character)) depth -= 1;
      this.#at += 1;
    } while (depth > 0);
    const text = this.#text.slice(from, this.#at);
    return parseJsonOf(text.replaceAll(/'([^'"\\]*)'/g, '"$1"'));
  }

  #string(): string {
    const [whole, single, double] = this.#match(TEXT) ?? [];
    if (whole === undefined) throw new JsonPathError(`Text not closed at position ${this.#at}`);
    return unescaped(single ?? double ?? '');
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #space(): void {
    this.#match(SPACE);
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #takeSpaced(text: string): boolean {
    this.#space();
    return this.#take(text);
  }

  #expect(text: string): void {
    if (!this.#takeSpaced(text)) throw this.#unexpected();
  }

  #match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (match === null) return undefined;
    this.#at = sticky.lastIndex;
    return match;
  }

  #unexpected(): JsonPathError {
    return new JsonPathError(
      `Could not parse token starting at position ${this.#at} of ${this.#text}`,
    );
  }
}

function isDefinite(tokens: readonly PathToken[]): boolean {
  return tokens.every((token, at) => {
    if (token.kind === 'property') return token.names.length === 1 || at === tokens.length - 1;
    return token.kind === 'function' || (token.kind === 'index' && token.indexes.length === 1);
  });
}

/** `0`, `0,1`, `1:`, `:2`, `1:2`; Jayway reads no step. */
function arrayToken(text: string): PathToken {
  const numbers = text.split(text.includes(':') ? ':' : ',').map((part) => part.trim());
  if (numbers.some((part) => part !== '' && !/^-?\d{1,10}$/.test(part))) {
    throw new JsonPathError(`Could not parse token [${text}]`);
  }
  if (!text.includes(':')) {
    if (numbers.includes('')) throw new JsonPathError(`Could not parse token [${text}]`);
    return { kind: 'index', indexes: numbers.map(Number) };
  }
  const [from = '', to = ''] = numbers;
  if (from === '' && to === '') throw new JsonPathError(`Failed to parse SliceOperation: ${text}`);
  const bound = (part: string): number | undefined => (part === '' ? undefined : Number(part));
  return { kind: 'slice', from: bound(from), to: bound(to) };
}

function parseJsonOf(text: string): ReturnType<typeof parseJson> {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new JsonPathError(`No JSON: ${text}`);
    throw error;
  }
}

const CONTROLS = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex?: string, letter = '') =>
    hex === undefined
      ? (CONTROLS.get(letter) ?? letter)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
