/** Comma-separated values: rows of fields, which quotes may hold together (RFC 4180). */
import { badRequest } from '../gateway/errors.ts';

/** Rows without those that are empty. */
export function parseCsv(text: string, rowsMax: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  // A field, and what ends it: a comma, the end of a line, or that of the text.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (field.lastIndex < text.length || row.length > 0) {
    const match = field.exec(text);
    // Wording unverified.
    if (!match) throw badRequest('Unable to parse the CSV file');
    const [, quoted, plain = '', end] = match;
    row.push(quoted?.replaceAll('""', '"') ?? plain.trim());
    if (end === ',') continue;
    if (row.some((each) => each !== '')) rows.push(row);
    if (rows.length > rowsMax) throw badRequest(`A file has at most ${rowsMax} rows`);
    row = [];
    if (end === '') break;
  }
  return rows;
}
