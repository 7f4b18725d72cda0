/** What a function answered, as an HTTP response: in full, or any JSON as the body itself. */
import type { HttpResponse } from '../../../http/message.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The function's answer cannot be a response; the client is told no more than 502. */
export class InvalidAnswer extends Error {}

export type ResponseHead = Pick<HttpResponse, 'status' | 'headers'>;

/** A result of payload format 2.0 (recorded 2025-11: `test_lambda_url_invocation`). */
export function responseOf(payload: Buffer): HttpResponse {
  const answer = parse(payload);
  const fields = asFields(answer);
  if (!fields || !Object.hasOwn(fields, 'statusCode')) {
    const body = typeof answer === 'string' ? answer : compact(payload.toString());
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  return { ...responseHead(fields, 'application/json'), body: bodyOf(fields) };
}

/**
 * JSON without spaces. `["hello",3,true]` is what AWS answered (recorded 2025-11-24); its Python
 * writes `["hello", 3, true]`, and its Node.js no spaces anyway. Numbers stay as they were written.
 */
function compact(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

/** Status, headers and cookies: of a result, or of the prelude of a stream. */
export function responseHead(fields: Fields, defaultType: string): ResponseHead {
  const headers: Record<string, string | string[]> = { 'content-type': defaultType };
  for (const [name, value] of Object.entries(asFields(fields['headers']) ?? {})) {
    const lower = name.toLowerCase();
    if (FRAMING.has(lower)) continue;
    headers[lower] = headerValue(name, value);
  }
  const { cookies } = fields;
  if (Array.isArray(cookies) && cookies.length > 0) {
    headers['set-cookie'] = cookies.map((cookie) => headerValue('set-cookie', cookie));
  }
  return { status: statusOf(fields['statusCode']), headers };
}

/** Made anew for each response. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

export function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    throw new InvalidAnswer('no JSON');
  }
}

export function asFields(answer: unknown): Fields | undefined {
  const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  return isObject ? (answer as Fields) : undefined;
}

function statusOf(value: unknown): number {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (status === undefined) return 200;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new InvalidAnswer('invalid statusCode');
  }
  return status;
}

function headerValue(name: string, value: unknown): string {
  const isText = ['string', 'number', 'boolean'].includes(typeof value);
  const text = String(value);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const isPossible = isText && /^[\t\x20-\x7e\x80-\xff]*$/.test(text) && isToken(name);
  if (!isPossible) throw new InvalidAnswer('invalid header');
  return text;
}

function isToken(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}

function bodyOf({ body, isBase64Encoded }: Fields): string | Buffer {
  if (body === undefined || body === null) return '';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return isBase64Encoded === true ? Buffer.from(text, 'base64') : text;
}
