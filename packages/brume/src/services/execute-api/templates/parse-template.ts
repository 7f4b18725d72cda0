/**
 * Reads a template. Whitespace as Velocity 1.7 has it, which AWS runs (recorded 2023): a directive takes
 * the blanks and the end of line after it; blanks before `#set` go when nothing but a directive, a
 * reference or a comment stands before them.
 */
import { Cursor } from './cursor.ts';
import { parseExpression, parseReference } from './parse-expression.ts';
import type { Expression, Reference, Statement, Statements } from './syntax.ts';
import { syntaxFault, TemplateFault } from './template-error.ts';

const SPECIAL = /[$#\\]/g;
const BACKSLASHES = /\\+/y;
const COMMENT = /##[^\r\n]*(?:\r\n|\r|\n)?/y;
const SET = /#(?:set|\{set\})[ \t]*\(/y;
const DIRECTIVE = /#(?:([a-zA-Z_][a-zA-Z0-9_@]*)|\{([a-zA-Z_][a-zA-Z0-9_@]*)\})/y;
const LINE_END = /[ \t]*(?:\r\n|\r|\n)/y;
const OPENING = /[ \t\r\n]*\(/y;
const IN = /in\b/y;
const ARGUMENT_SEPARATOR = /[ \t\r\n]*,?[ \t\r\n]*/y;

/** What a backslash escapes. `#macro` exists and does nothing; `#evaluate` does not exist. */
const KNOWN_DIRECTIVES = new Set([
  'set',
  'if',
  'elseif',
  'else',
  'end',
  'foreach',
  'break',
  'stop',
  'define',
  'macro',
  'parse',
  'include',
]);

/** @throws a `syntax` or `limit` fault. */
export function parseText(text: string, base = 0, depth = 0): Statements {
  return new TemplateParser(new Cursor(text, base, depth, parseText)).template();
}

/** How a block ended. */
type Ending = 'end' | 'else' | 'elseif';

class TemplateParser {
  readonly #cursor: Cursor;
  /** Text that was read since the last thing that is not text. */
  #pending = '';
  #statements: Statement[] = [];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  template(): Statements {
    const ending = this.#read();
    if (ending !== undefined) throw syntaxFault(`Unexpected #${ending}`, this.#cursor.offset);
    return this.#statements;
  }

  /** Reads up to the directive that ends this block; undefined at the end of the text. */
  #read(): Ending | undefined {
    const cursor = this.#cursor;
    for (;;) {
      SPECIAL.lastIndex = cursor.at;
      const next = SPECIAL.exec(cursor.text)?.index ?? cursor.text.length;
      this.#pending += cursor.text.slice(cursor.at, next);
      cursor.at = next;
      if (cursor.done) {
        this.#flush();
        return undefined;
      }
      const backslashes = cursor.match(BACKSLASHES)?.[0].length ?? 0;
      const ending = cursor.peek() === '$' ? this.#dollar(backslashes) : this.#hash(backslashes);
      if (ending !== undefined) {
        this.#flush();
        return ending;
      }
    }
  }

  #dollar(backslashes: number): undefined {
    const reference = parseReference(this.#cursor);
    if (reference !== undefined) this.#push({ kind: 'output', reference, backslashes });
    else {
      this.#cursor.at += 1;
      this.#pending += `${'\\'.repeat(backslashes)}$`;
    }
  }

  #hash(backslashes: number): Ending | undefined {
    const cursor = this.#cursor;
    const { at } = cursor;
    const [source, plain, braced] = cursor.match(DIRECTIVE) ?? [];
    const name = plain ?? braced;
    const known = name !== undefined && KNOWN_DIRECTIVES.has(name);
    // A backslash before anything else is a backslash.
    this.#pending += '\\'.repeat(known ? backslashes >> 1 : backslashes);
    if (known && backslashes % 2 === 1) {
      this.#pending += source;
      return undefined;
    }
    cursor.at = at;
    if (cursor.peek() !== '#' || this.#comment() || this.#set()) return undefined;
    if (name === undefined) {
      cursor.at += 1;
      this.#pending += '#';
      return undefined;
    }
    cursor.match(DIRECTIVE);
    return this.#directive(name, at);
  }

  #comment(): boolean {
    const cursor = this.#cursor;
    if (cursor.match(COMMENT) !== undefined) {
      this.#flush();
      return true;
    }
    const literal = cursor.text.startsWith('#[[', cursor.at);
    if (!literal && !cursor.text.startsWith('#*', cursor.at)) return false;
    const close = literal ? ']]#' : '*#';
    const end = cursor.text.indexOf(close, cursor.at + 2);
    if (end < 0) throw syntaxFault(`Expected '${close}' before the end`, cursor.offset);
    this.#flush();
    if (literal) this.#push({ kind: 'text', text: cursor.text.slice(cursor.at + 3, end) });
    cursor.at = end + close.length;
    return true;
  }

  #set(): boolean {
    const cursor = this.#cursor;
    if (cursor.match(SET) === undefined) return false;
    if (/^[ \t]*$/.test(this.#pending)) this.#pending = '';
    cursor.skipSpace();
    const target = this.#target();
    cursor.skipSpace();
    cursor.expect('=');
    const value = parseExpression(cursor);
    this.#close();
    this.#push({ kind: 'set', target, value });
    return true;
  }

  /** After the name of a directive, which began at `from`. */
  #directive(name: string, from: number): Ending | undefined {
    const cursor = this.#cursor;
    const offset = cursor.base + from;
    switch (name) {
      case 'if':
        this.#if(offset);
        return undefined;
      case 'foreach':
        this.#foreach(offset);
        return undefined;
      case 'define':
        this.#define();
        return undefined;
      case 'macro':
        this.#macro();
        return undefined;
      case 'break':
      case 'stop':
        this.#push({ kind: name });
        return undefined;
      case 'end':
      case 'else':
        cursor.match(LINE_END);
        return name;
      case 'elseif':
        return name;
      case 'parse':
      case 'include':
        throw syntaxFault(`#${name} is not available in mapping templates`, offset);
      default:
        this.#unknown(from);
        return undefined;
    }
  }

  #if(offset: number): void {
    const branches: { condition: Expression; body: Statements }[] = [];
    let ending: Ending = 'elseif';
    while (ending === 'elseif') {
      this.#open('#if');
      const condition = parseExpression(this.#cursor);
      this.#close();
      const block = this.#block();
      branches.push({ condition, body: block.body });
      ending = block.ending;
    }
    let otherwise: Statements = [];
    if (ending === 'else') otherwise = this.#bodyToEnd('#else');
    this.#push({ kind: 'if', branches, otherwise, offset });
  }

  #foreach(offset: number): void {
    this.#open('#foreach');
    this.#cursor.skipSpace();
    const { name, steps } = this.#target();
    if (steps.length > 0) throw syntaxFault('The variable of #foreach is a plain name', offset);
    this.#cursor.skipSpace();
    if (this.#cursor.match(IN) === undefined) throw this.#cursor.unexpected("'in'");
    const list = parseExpression(this.#cursor);
    this.#close();
    this.#push({ kind: 'foreach', name, list, body: this.#bodyToEnd('#foreach'), offset });
  }

  #define(): void {
    this.#open('#define');
    this.#cursor.skipSpace();
    const { name } = this.#target();
    this.#cursor.skipSpace();
    this.#close();
    this.#push({ kind: 'define', name, body: this.#bodyToEnd('#define') });
  }

  /** AWS reads a macro and does not keep it (recorded 2023: its calls print as they are written). */
  #macro(): void {
    this.#open('#macro');
    const end = this.#cursor.text.indexOf(')', this.#cursor.at);
    if (end < 0) throw this.#cursor.unexpected("')'");
    this.#cursor.at = end;
    this.#close();
    this.#flush();
    this.#bodyToEnd('#macro');
  }

  /** A word that is no directive prints as it is written, with its arguments where it has some. */
  #unknown(from: number): void {
    const cursor = this.#cursor;
    const { at } = cursor;
    if (cursor.match(OPENING) === undefined || !this.#skipArguments()) cursor.at = at;
    this.#pending += cursor.text.slice(from, cursor.at);
  }

  #skipArguments(): boolean {
    const cursor = this.#cursor;
    const { depth } = cursor;
    try {
      for (;;) {
        cursor.match(ARGUMENT_SEPARATOR);
        if (cursor.take(')')) return true;
        parseExpression(cursor, true);
      }
    } catch (error) {
      if (!(error instanceof TemplateFault) || error.kind !== 'syntax') throw error;
      // What cannot be arguments is text.
      cursor.depth = depth;
      return false;
    }
  }

  #target(): Reference {
    const reference = parseReference(this.#cursor);
    if (reference === undefined) throw this.#cursor.unexpected('a reference');
    return reference;
  }

  #open(after: string): void {
    if (this.#cursor.match(OPENING) === undefined) {
      throw this.#cursor.unexpected(`'(' after ${after}`);
    }
  }

  #close(): void {
    this.#cursor.expect(')');
    this.#cursor.match(LINE_END);
  }

  #bodyToEnd(opened: string): Statements {
    const { body, ending } = this.#block();
    if (ending !== 'end')
      throw syntaxFault(`Unexpected #${ending} in ${opened}`, this.#cursor.offset);
    return body;
  }

  #block(): { body: Statements; ending: Ending } {
    this.#flush();
    const outer = this.#statements;
    this.#statements = [];
    const ending = this.#cursor.nested(() => this.#read());
    if (ending === undefined) throw this.#cursor.unexpected('#end');
    const body = this.#statements;
    this.#statements = outer;
    return { body, ending };
  }

  #push(statement: Statement): void {
    this.#flush();
    this.#statements.push(statement);
  }

  #flush(): void {
    if (this.#pending !== '') this.#statements.push({ kind: 'text', text: this.#pending });
    this.#pending = '';
  }
}
