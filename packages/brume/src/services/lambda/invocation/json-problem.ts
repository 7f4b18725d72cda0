/**
 * Where a text stops being JSON, and why, in the words of Jackson (2.17), which AWS parses events with.
 * Two of its texts are recorded; the others are from Jackson's own source, and from memory.
 */
export const EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/** Jackson's `ErrorReportConfiguration`: of a token an error has so many characters. */
const TOKEN_LENGTH_MAX = 256;
const WORDS = new Set(['null', 'true', 'false']);

const [QUOTE, BACKSLASH, SPACE] = [0x22, 0x5c, 0x20];
const ESCAPE = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/;

interface Open {
  readonly kind: 'Object' | 'Array';
  readonly at: number;
}

/** What may come next; `firstName` and `firstValue` are right behind a bracket, which may close again. */
type Next = 'value' | 'firstValue' | 'name' | 'firstName' | 'colon' | 'comma';

export class JsonProblem {
  readonly #text: string;
  #at = 0;
  #awaited: Next = 'value';
  readonly #open: Open[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined when the text begins with a whole value. */
  find(): string | undefined {
    for (;;) {
      this.#skipSpace();
      const character = this.#text[this.#at];
      if (character === undefined) return this.#endOfInput();
      const problem = this.#take(character);
      if (problem !== undefined) return problem;
      if (this.#awaited === 'comma' && this.#open.length === 0) return undefined;
    }
  }

  #take(character: string): string | undefined {
    switch (this.#awaited) {
      case 'comma':
        return this.#takeComma(character);
      case 'colon':
        if (character !== ':') {
          return this.#unexpected('was expecting a colon to separate field name and value');
        }
        return this.#step('value');
      case 'name':
      case 'firstName':
        return this.#takeName(character);
      default:
        return this.#takeValue(character);
    }
  }

  #takeComma(character: string): string | undefined {
    const kind = this.#open.at(-1)?.kind;
    if (character === ',') return this.#step(kind === 'Object' ? 'name' : 'value');
    if (character === '}' || character === ']') return this.#close(character);
    return this.#unexpected(`was expecting comma to separate ${kind} entries`);
  }

  #takeName(character: string): string | undefined {
    if (character === '"') return this.#takeString('colon');
    const isEnd = character === '}' || character === ']';
    if (isEnd && this.#awaited === 'firstName') return this.#close(character);
    return this.#unexpected('was expecting double-quote to start field name');
  }

  #takeValue(character: string): string | undefined {
    if (character === '"') return this.#takeString('comma');
    if (character === '{' || character === '[') {
      this.#open.push({ kind: character === '{' ? 'Object' : 'Array', at: this.#at });
      return this.#step(character === '{' ? 'firstName' : 'firstValue');
    }
    const isEnd = character === '}' || character === ']';
    if (isEnd && this.#awaited === 'firstValue') return this.#close(character);
    const number = this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number !== undefined) return this.#step('comma', number.length);
    const word = this.#match(/[A-Za-z_$][\w$]*/y);
    if (word === undefined) return this.#unexpected(`expected a valid value ${EXPECTED}`);
    if (WORDS.has(word)) return this.#step('comma', word.length);
    const shown = word.length < TOKEN_LENGTH_MAX ? word : `${word.slice(0, TOKEN_LENGTH_MAX)}...`;
    const end = this.#at + Math.min(word.length, TOKEN_LENGTH_MAX);
    return `Unrecognized token '${shown}': was expecting ${EXPECTED}${this.#location(end)}`;
  }

  #takeString(next: Next): string | undefined {
    const end = this.#endOfString();
    const character = this.#text[end];
    if (character === '"') return this.#step(next, end + 1 - this.#at);
    const isName = next === 'colon';
    if (character === undefined) {
      const where = isName ? ' in field name' : ': was expecting closing quote for a string value';
      return `Unexpected end-of-input${where}${this.#location(end)}`;
    }
    if (character === '\\') {
      const escaped = this.#text[end + 1] ?? '';
      return `Unrecognized character escape ${described(escaped)}${this.#location(end + 1)}`;
    }
    const where = isName ? 'name' : 'string value';
    return `Illegal unquoted character (${described(character)}): has to be escaped using backslash to be included in ${where}${this.#location(end)}`;
  }

  /** Where a string ends: at its quote, at the end of all, or at what must not be in it. */
  #endOfString(): number {
    const text = this.#text;
    let at = this.#at + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE || code < SPACE) return at;
      if (code !== BACKSLASH) continue;
      const escape = ESCAPE.exec(text.slice(at, at + 6))?.[0];
      if (escape === undefined) return at;
      at += escape.length - 1;
    }
    return at;
  }

  #close(character: '}' | ']'): string | undefined {
    const { kind = 'Array', at = 0 } = this.#open.at(-1) ?? {};
    const expected = kind === 'Object' ? '}' : ']';
    if (character !== expected) {
      const start = this.#source(at);
      return `Unexpected close marker '${character}': expected '${expected}' (for ${kind} starting at ${start})${this.#location(this.#at)}`;
    }
    this.#open.pop();
    return this.#step('comma');
  }

  #endOfInput(): string {
    const open = this.#open.at(-1);
    const here = this.#location(this.#text.length);
    if (open === undefined) return `No content to map due to end-of-input${here}`;
    if (['comma', 'firstName', 'firstValue'].includes(this.#awaited)) {
      const start = this.#source(open.at);
      return `Unexpected end-of-input: expected close marker for ${open.kind} (start marker at ${start})${here}`;
    }
    return `Unexpected end-of-input within/between ${open.kind} entries${here}`;
  }

  #unexpected(expectation: string): string {
    const character = this.#text[this.#at] ?? '';
    return `Unexpected character (${described(character)}): ${expectation}${this.#location(this.#at)}`;
  }

  #step(awaited: Next, length = 1): undefined {
    this.#at += length;
    this.#awaited = awaited;
  }

  #skipSpace(): void {
    this.#at += this.#match(/[ \t\r\n]*/y)?.length ?? 0;
  }

  #match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.#at;
    return sticky.exec(this.#text)?.[0];
  }

  #location(at: number): string {
    return `\n at ${this.#source(at)}`;
  }

  /** Columns are bytes, and count from one. */
  #source(at: number): string {
    const before = this.#text.slice(0, at);
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1)) + 1;
    return sourceAt(line, column);
  }
}

export function sourceAt(line: number, column: number): string {
  return `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`;
}

/** `'x' (code 120)`, and without the letter for what cannot be shown. */
function described(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 ? `(CTRL-CHAR, code ${code})` : `'${character}' (code ${code})`;
}
