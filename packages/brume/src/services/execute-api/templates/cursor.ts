/** A place in a text that is being read. */
import { SYNTAX_DEPTH_MAX } from './limits.ts';
import type { Statements } from './syntax.ts';
import { limitFault, syntaxFault, type TemplateFault } from './template-error.ts';

type ParseText = (text: string, base: number, depth: number) => Statements;

export class Cursor {
  readonly text: string;
  /** Where the text begins in the template: texts within double quotes are read on their own. */
  readonly base: number;
  at = 0;
  depth: number;
  /** Reads a text within double quotes, which is a template too. */
  readonly parseText: ParseText;

  constructor(text: string, base: number, depth: number, parseText: ParseText) {
    this.parseText = parseText;
    this.text = text;
    this.base = base;
    this.depth = depth;
  }

  get offset(): number {
    return this.base + this.at;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** What a sticky expression matches here, having gone past it. */
  match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text);
    if (match === null) return undefined;
    this.at = sticky.lastIndex;
    return match;
  }

  /** Spaces, tabs and ends of lines. */
  skipSpace(): void {
    while (' \t\r\n'.includes(this.peek()) && !this.done) this.at += 1;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(`'${text}'`);
  }

  unexpected(wanted: string): TemplateFault {
    const found = this.done ? 'the end' : JSON.stringify(this.text.slice(this.at, this.at + 10));
    return syntaxFault(`Expected ${wanted} but found ${found}`, this.offset);
  }

  /** Reads something that may contain itself. */
  nested<Result>(read: () => Result): Result {
    this.depth += 1;
    if (this.depth > SYNTAX_DEPTH_MAX) throw limitFault(`${SYNTAX_DEPTH_MAX} nested constructs`);
    const result = read();
    this.depth -= 1;
    return result;
  }
}
