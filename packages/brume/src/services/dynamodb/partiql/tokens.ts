/** A statement's text as tokens. What cannot be one is refused here. */
import { isKeyword } from './keywords.ts';
import { malformed, type Position } from './problems.ts';

export type TokenType =
  /** A name, as written. */
  | 'name'
  /** In double quotes: always a name. */
  | 'quoted-name'
  /** In lower case. */
  | 'keyword'
  | 'string'
  | 'number'
  /** In backquotes, which DynamoDB refuses. */
  | 'ion'
  | 'symbol'
  | 'end';

export interface Token extends Position {
  readonly type: TokenType;
  /** Without quotes. */
  readonly text: string;
}

const TOKEN = new RegExp(
  [
    String.raw`([A-Za-z_$][A-Za-z0-9_$]*)`,
    String.raw`"((?:[^"]|"")*)"`,
    String.raw`'((?:[^']|'')*)'`,
    String.raw`((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_$])`,
    '`([^`]*)`',
    String.raw`(<<|>>|<>|<=|>=|!=|\|\||[-+*/%=<>@()[\]{},.:;?])`,
  ].join('|'),
  'y',
);
const GROUPS = ['name', 'quoted-name', 'string', 'number', 'ion', 'symbol'] as const;
const IGNORED = /(?:\s+|--[^\n\r]*|\/\*[^]*?\*\/)*/y;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const places = new Places(text);
  let at = 0;
  for (;;) {
    IGNORED.lastIndex = at;
    IGNORED.exec(text);
    at = IGNORED.lastIndex;
    if (at === text.length) break;
    if (text.startsWith('/*', at)) throw malformed();
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw malformed();
    const group = match.findIndex((found, index) => index > 0 && found !== undefined);
    tokens.push({
      ...classified(GROUPS[group - 1] ?? 'symbol', match[group] ?? ''),
      ...places.of(at),
      length: match[0].length,
    });
    at = TOKEN.lastIndex;
  }
  tokens.push({ type: 'end', text: '', ...places.of(at), length: 0 });
  return tokens;
}

function classified(type: (typeof GROUPS)[number], text: string): Pick<Token, 'type' | 'text'> {
  switch (type) {
    case 'name': {
      const word = text.toLowerCase();
      return isKeyword(word) ? { type: 'keyword', text: word } : { type, text };
    }
    case 'quoted-name':
      return { type, text: text.replaceAll('""', '"') };
    case 'string':
      return { type, text: text.replaceAll("''", "'") };
    default:
      return { type, text };
  }
}

/** Lines and columns of positions that only grow. */
class Places {
  readonly #text: string;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  of(at: number): { readonly line: number; readonly column: number } {
    for (;;) {
      const end = this.#text.indexOf('\n', this.#lineStart);
      if (end < 0 || end >= at) break;
      this.#line++;
      this.#lineStart = end + 1;
    }
    return { line: this.#line, column: at - this.#lineStart + 1 };
  }
}
