/** From the bytes of a file to its records: lines, or the fields of CSV. */
import { RECORD_LENGTH_MAX } from './limits.ts';

/** A record too long to be an item: what it is cannot be said. */
export const TOO_LONG = Symbol('record too long');

/** Lines that have anything but space. */
export async function* lines(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<string | typeof TOO_LONG> {
  for await (const record of records(bytes, undefined)) {
    if (record === TOO_LONG || record.trim() !== '') yield record;
  }
}

/** Rows of CSV: fields may be in double quotes, and have delimiters, line ends and `""` within. */
export async function* csvRows(
  bytes: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<string[] | typeof TOO_LONG> {
  for await (const record of records(bytes, '"')) {
    if (record === TOO_LONG) yield record;
    else if (record !== '') yield csvFields(record, delimiter);
  }
}

/** Line by line; line ends between two quotes are within a record. */
async function* records(
  bytes: AsyncIterable<Uint8Array>,
  quote: string | undefined,
): AsyncGenerator<string | typeof TOO_LONG> {
  const decoder = new TextDecoder();
  let open = '';
  let length = 0;
  let isQuoted = false;
  const ended = (text: string) => {
    const isLong = length > RECORD_LENGTH_MAX;
    open = '';
    length = 0;
    isQuoted = false;
    return isLong ? TOO_LONG : text.endsWith('\r') ? text.slice(0, -1) : text;
  };
  for await (const chunk of bytes) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [at, part] of parts.entries()) {
      length += part.length;
      if (length <= RECORD_LENGTH_MAX) open += part;
      if (quote !== undefined && hasOdd(part, quote)) isQuoted = !isQuoted;
      if (at === parts.length - 1) break;
      if (length > RECORD_LENGTH_MAX || !isQuoted) yield ended(open);
      else open += '\n';
    }
  }
  if (length > 0) yield ended(open);
}

function hasOdd(text: string, quote: string): boolean {
  let isOdd = false;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) isOdd = !isOdd;
  return isOdd;
}

function csvFields(record: string, delimiter: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= record.length) {
    if (record.charAt(at) === '"') {
      let text = '';
      for (at++; at < record.length; at++) {
        if (record.charAt(at) !== '"') text += record.charAt(at);
        else if (record.charAt(at + 1) === '"') text += record.charAt(at++);
        else break;
      }
      fields.push(text);
      at = endOfField(record, delimiter, at) + 1;
      continue;
    }
    const end = endOfField(record, delimiter, at);
    fields.push(record.slice(at, end));
    at = end + 1;
  }
  return fields;
}

function endOfField(record: string, delimiter: string, start: number): number {
  const end = record.indexOf(delimiter, start);
  return end < 0 ? record.length : end;
}
