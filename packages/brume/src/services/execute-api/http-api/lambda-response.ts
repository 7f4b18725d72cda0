/**
 * What a function answered, as an HTTP response. Format 2.0 takes any JSON: without a `statusCode` it
 * is the body itself; format 1.0 wants the full form. Anything else is 500.
 */
import type { GatewayResponse } from './execution.ts';
import { internalServerError } from './gateway-error.ts';
import { isGatewayHeader, isHeaderName, isHeaderValue } from '../header-rules.ts';

type Fields = Readonly<Record<string, unknown>>;

export function lambdaResponse(payload: Buffer, version: '1.0' | '2.0'): GatewayResponse {
  const answer = parse(payload);
  const fields = asFields(answer);
  const isFull = fields !== undefined && Object.hasOwn(fields, 'statusCode');
  if (!isFull) {
    if (version === '1.0') throw internalServerError('the function answered without a statusCode');
    return inferred(answer, payload);
  }
  const headers = new Map<string, string[]>();
  if (version === '1.0') addHeaders(headers, fields['multiValueHeaders'], textsOf);
  addHeaders(headers, fields['headers'], (value) => [textOf(value)]);
  if (version === '2.0') addCookies(headers, fields['cookies']);
  const body = bodyOf(fields);
  if (body.length > 0 && !headers.has('content-type')) {
    headers.set('content-type', ['text/plain; charset=utf-8']);
  }
  return { status: statusOf(fields['statusCode']), headers, body };
}

/** A string is the body as it is; other JSON stays as the function wrote it (developer guide). */
function inferred(answer: unknown, payload: Buffer): GatewayResponse {
  const body = typeof answer === 'string' ? answer : payload;
  return { status: 200, headers: new Map([['content-type', ['application/json']]]), body };
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    throw internalServerError('the function answered no JSON');
  }
}

function asFields(answer: unknown): Fields | undefined {
  const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  return isObject ? (answer as Fields) : undefined;
}

/** A whole number, or the text of one. */
function statusOf(value: unknown): number {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw internalServerError('the function answered an invalid statusCode');
  }
  return status;
}

function addHeaders(
  headers: Map<string, string[]>,
  given: unknown,
  valuesOf: (value: unknown) => string[],
): void {
  if (given === undefined || given === null) return;
  const fields = asFields(given);
  if (!fields) throw internalServerError('the function answered headers that are no object');
  for (const [name, value] of Object.entries(fields)) {
    const lower = name.toLowerCase();
    if (isGatewayHeader(lower)) continue;
    const values = valuesOf(value);
    if (!isHeaderName(name) || !values.every(isHeaderValue)) {
      throw internalServerError('the function answered an invalid header');
    }
    headers.set(lower, [...(headers.get(lower) ?? []), ...values]);
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw internalServerError('the function answered a header that is no text');
}

function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw internalServerError('multiValueHeaders must hold arrays');
  return value.map(textOf);
}

function addCookies(headers: Map<string, string[]>, given: unknown): void {
  if (given === undefined || given === null) return;
  const cookies = textsOf(given);
  if (!cookies.every(isHeaderValue))
    throw internalServerError('the function answered a bad cookie');
  if (cookies.length > 0) {
    headers.set('set-cookie', [...(headers.get('set-cookie') ?? []), ...cookies]);
  }
}

function bodyOf(fields: Fields): string | Buffer {
  const { body, isBase64Encoded } = fields;
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string')
    throw internalServerError('the function answered a body that is no text');
  if (isBase64Encoded !== true) return body;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body)) {
    throw internalServerError('the function answered a body that is no base64');
  }
  return Buffer.from(body, 'base64');
}
