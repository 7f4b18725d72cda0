/** Reads a filter pattern from left to right. */
import { invalidFilterPattern } from '../errors.ts';

export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The character that comes next; empty at the end. */
  get next(): string {
    return this.#text[this.#at] ?? '';
  }

  skipSpace(): void {
    while (/\s/.test(this.next)) this.#at++;
  }

  /** Takes a piece of text if it comes next. */
  take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Takes a word of letters, whatever their case, if it comes next and ends there. */
  takeWord(word: string): boolean {
    const end = this.#at + word.length;
    if (this.#text.slice(this.#at, end).toUpperCase() !== word) return false;
    if (/\w/.test(this.#text[end] ?? '')) return false;
    this.#at = end;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw invalidFilterPattern();
  }

  /** Takes what a sticky expression matches here; empty where it does not match. */
  takeMatch(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const [matched = ''] = expression.exec(this.#text) ?? [];
    this.#at += matched.length;
    return matched;
  }

  /** Takes text up to a delimiter, whose first has been taken; a backslash keeps the next character. */
  takeQuoted(delimiter: string): string {
    let content = '';
    while (this.next !== delimiter) {
      if (this.atEnd) throw invalidFilterPattern();
      if (this.next === '\\' && this.#at + 1 < this.#text.length) {
        this.#at++;
        // Other escapes are for what is in the quotes; a regular expression has its own backslash.
        const isOurs = this.next === delimiter || (this.next === '\\' && delimiter !== '%');
        if (!isOurs) content += '\\';
      }
      content += this.next;
      this.#at++;
    }
    this.#at++;
    return content;
  }
}
