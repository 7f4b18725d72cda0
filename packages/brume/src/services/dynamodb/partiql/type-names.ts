/** The names of types after IS, as PartiQL knows them, and those of them that DynamoDB can test. */
import type { AttributeType } from '../items/attribute-value.ts';
import type { TokenReader } from './token-reader.ts';

/** Beside these, MISSING. */
export const TESTED_TYPES: ReadonlyMap<string, AttributeType> = new Map([
  ['NULL', 'NULL'],
  ['BOOLEAN', 'BOOL'],
  ['BLOB', 'B'],
  ['STRING', 'S'],
  ['NUMERIC', 'N'],
  ['STRUCT', 'M'],
  ['TUPLE', 'M'],
  ['LIST', 'L'],
]);

/** Types by the words that name them; where two words do, the second is tried first. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['missing', 'MISSING'],
  ['null', 'NULL'],
  ['bool', 'BOOLEAN'],
  ['boolean', 'BOOLEAN'],
  ['smallint', 'SMALLINT'],
  ['int2', 'SMALLINT'],
  ['integer2', 'SMALLINT'],
  ['int4', 'INTEGER4'],
  ['integer4', 'INTEGER4'],
  ['int8', 'INTEGER8'],
  ['integer8', 'INTEGER8'],
  ['int', 'INTEGER'],
  ['integer', 'INTEGER'],
  ['float', 'FLOAT'],
  ['real', 'REAL'],
  ['double precision', 'DOUBLE_PRECISION'],
  ['decimal', 'DECIMAL'],
  ['dec', 'DECIMAL'],
  ['numeric', 'NUMERIC'],
  ['date', 'DATE'],
  ['time', 'TIME'],
  ['timestamp', 'TIMESTAMP'],
  ['character varying', 'CHARACTER_VARYING'],
  ['char varying', 'CHARACTER_VARYING'],
  ['varchar', 'CHARACTER_VARYING'],
  ['character', 'CHARACTER'],
  ['char', 'CHARACTER'],
  ['string', 'STRING'],
  ['symbol', 'SYMBOL'],
  ['clob', 'CLOB'],
  ['blob', 'BLOB'],
  ['struct', 'STRUCT'],
  ['tuple', 'TUPLE'],
  ['list', 'LIST'],
  ['sexp', 'SEXP'],
  ['bag', 'BAG'],
  ['any', 'ANY'],
]);

export function takeTypeName(reader: TokenReader): string | undefined {
  const words = [reader.token, reader.ahead(1)].map(({ type, text }) =>
    type === 'keyword' || type === 'name' ? text.toLowerCase() : '',
  );
  const pair = TYPES.get(words.join(' '));
  const found = pair ?? TYPES.get(words[0] ?? '');
  if (found === undefined) return undefined;
  reader.next();
  if (pair !== undefined) reader.next();
  return found;
}
