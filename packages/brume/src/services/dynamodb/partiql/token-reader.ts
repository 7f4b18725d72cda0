/** Walks along a statement's tokens. */
import { malformed } from './problems.ts';
import { tokenize, type Token } from './tokens.ts';

export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  get token(): Token {
    return this.ahead(0);
  }

  ahead(count: number): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#at + count, last)] as Token;
  }

  next(): Token {
    const { token } = this;
    this.#at++;
    return token;
  }

  isSymbol(text: string, count = 0): boolean {
    const { type, text: found } = this.ahead(count);
    return type === 'symbol' && found === text;
  }

  isKeyword(text: string, count = 0): boolean {
    const { type, text: found } = this.ahead(count);
    return type === 'keyword' && found === text;
  }

  isName(): boolean {
    return this.token.type === 'name' || this.token.type === 'quoted-name';
  }

  takeSymbol(text: string): Token | undefined {
    return this.isSymbol(text) ? this.next() : undefined;
  }

  takeKeyword(text: string): Token | undefined {
    return this.isKeyword(text) ? this.next() : undefined;
  }

  /** `name` is what AWS calls the symbol. */
  expectSymbol(text: string, name: string): Token {
    return this.takeSymbol(text) ?? this.#fail(`Expected ${name}`);
  }

  expectKeyword(text: string, detail: string): Token {
    return this.takeKeyword(text) ?? this.#fail(detail);
  }

  #fail(detail: string): never {
    throw malformed(detail);
  }
}
