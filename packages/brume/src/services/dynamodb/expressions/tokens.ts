/** Expression text as tokens. Nothing is refused here: the parser reports what it cannot use. */
export type TokenType =
  | 'identifier'
  /** `#name`, standing for the name of an attribute. */
  | 'name'
  /** `:value` */
  | 'value'
  | 'number'
  | 'symbol'
  | 'end';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What AWS calls the end of the text in its messages. */
const END_TEXT = '<EOF>';
const TOKEN =
  /[ \t\r\n]*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|.))/suy;
const TYPES = ['identifier', 'name', 'value', 'number', 'symbol'] as const;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const group = match.findIndex((found, index) => index > 0 && found !== undefined);
    const found = match[group] ?? '';
    const type = TYPES[group - 1] ?? 'symbol';
    // White space that nothing follows is what the last alternative takes character by character.
    if (type === 'symbol' && /^[ \t\r\n]$/.test(found)) break;
    const end = match.index + match[0].length;
    tokens.push({ type, text: found, start: end - found.length, end });
  }
  const end = tokens.at(-1)?.end ?? 0;
  tokens.push({ type: 'end', text: END_TEXT, start: end, end });
  return tokens;
}
