/**
 * The canonical form of a request: the text that both sides derive from it and sign. S3 takes the path as
 * it is, all others tidy it and encode it twice.
 *
 * Text that came over the wire is held one character a byte, so what is encoded and hashed are the
 * bytes that were sent.
 */
import type { HttpRequest } from '../http/message.ts';
import type { SignatureClaim } from './signature-claim.ts';

/** `claim` gives the signed headers; a presigned URL's own signature is left out. */
export function canonicalRequest(
  request: Pick<HttpRequest, 'method' | 'target' | 'headers'>,
  claim: Pick<SignatureClaim, 'signedHeaders' | 'presigned'>,
  payloadHash: string,
  style: 's3' | 'other',
): string {
  const { method, target } = request;
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : canonicalQuery(target.slice(question + 1), claim.presigned);
  const canonicalPath = style === 's3' ? encodedOnce(path) : encodedTwice(path);
  const headers = canonicalHeaders(request.headers.raw, claim.signedHeaders);
  const names = claim.signedHeaders.join(';');
  return `${method}\n${canonicalPath}\n${query}\n${headers}\n${names}\n${payloadHash}`;
}

const PLAIN_PATH = /^[A-Za-z0-9\-._~/]+$/;

/** S3: dots and double slashes are part of a key's name, and an escaped slash stays one. */
function encodedOnce(path: string): string {
  if (PLAIN_PATH.test(path)) return path;
  const segments = path.split('/');
  return segments.map((segment) => encode(decodePercent(segment))).join('/');
}

function encodedTwice(path: string): string {
  const tidy = path.includes('//') || path.includes('/.') ? withoutDots(path) : path;
  return PLAIN_PATH.test(tidy) ? tidy : tidy.split('/').map(encode).join('/') || '/';
}

/** RFC 3986 §5.2.4, with empty segments removed too. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return kept.length === 0 ? '/' : `/${kept.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

/** Decoded, strictly encoded, in the order of encoded name, then value. */
function canonicalQuery(query: string, presigned: boolean): string {
  const pairs: [name: string, value: string][] = [];
  for (const piece of query.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = recode(equals < 0 ? piece : piece.slice(0, equals));
    if (presigned && name === 'X-Amz-Signature') continue;
    pairs.push([name, equals < 0 ? '' : recode(piece.slice(equals + 1))]);
  }
  pairs.sort((left, right) => compare(left[0], right[0]) || compare(left[1], right[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

const PLAIN_QUERY = /^[A-Za-z0-9\-._~]*$/;

/** `+` in a query is a blank, as in HTML forms. */
function recode(text: string): string {
  if (PLAIN_QUERY.test(text)) return text;
  return encode(decodePercent(text.replaceAll('+', ' ')));
}

/** One line a signed header, duplicates joined by `,` in the order sent. */
function canonicalHeaders(raw: readonly string[], signedHeaders: readonly string[]): string {
  const values = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = trimmed(raw[index + 1] ?? '');
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  let lines = '';
  for (const name of signedHeaders) lines += `${name}:${values.get(name) ?? ''}\n`;
  return lines;
}

const LOOSE_BLANKS = /^[ \t\r\n]|[\t\r\n]|  |[ \t\r\n]$/;

/** Without blanks at the ends, one blank for several. */
function trimmed(value: string): string {
  if (!LOOSE_BLANKS.test(value)) return value;
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}

/** Every `%xx` as the byte it stands for; a `%` that begins none stays. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const ESCAPES = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/** Every byte but letters, digits and `-._~` as `%XX`. */
function encode(text: string): string {
  return text.replace(/[^A-Za-z0-9\-._~]/g, (character) => {
    const code = character.charCodeAt(0);
    // Above 255 only where a caller inside the process did not speak bytes: as UTF-8, then.
    return ESCAPES[code] ?? Array.from(Buffer.from(character), (byte) => ESCAPES[byte]).join('');
  });
}
