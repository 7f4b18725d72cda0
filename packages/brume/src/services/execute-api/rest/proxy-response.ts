/** What a function answered to AWS_PROXY, as the response. */
import { isHeaderName, isHeaderValue } from '../header-rules.ts';
import { malformedProxyResponse } from './gateway-failure.ts';
import { HeaderFields } from './header-fields.ts';
import { fromBase64 } from './media-types.ts';
import type { Payload, RestExecution, RestResponse } from './rest-execution.ts';

type Fields = Readonly<Record<string, unknown>>;

/** All that an answer may have (recorded 2023, test_aws_proxy_response_payload_format_validation). */
const MEMBERS: ReadonlySet<string> = new Set([
  'statusCode',
  'headers',
  'multiValueHeaders',
  'isBase64Encoded',
  'body',
]);

export function proxyResponse(answer: Buffer, execution: RestExecution): RestResponse {
  const fields = parseFields(answer);
  const headers = proxyHeaders(fields);
  if (!headers.has('content-type')) headers.set('Content-Type', 'application/json');
  headers.set('X-Amzn-Trace-Id', execution.traceId);
  return { status: statusOf(fields['statusCode']), headers, body: bodyOf(fields, execution) };
}

/** The same of a function that streams, whose body follows its metadata. */
export function streamedResponse(
  metadata: Buffer,
  body: AsyncIterable<Uint8Array>,
  execution: RestExecution,
): RestResponse {
  return { ...proxyResponse(metadata, execution), body };
}

function parseFields(answer: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(answer.toString('utf8'));
  } catch {
    throw malformedProxyResponse('the function answered no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformedProxyResponse('the function answered no object');
  }
  const names = Object.keys(value);
  const unknown = names.find((name) => !MEMBERS.has(name));
  if (unknown !== undefined)
    throw malformedProxyResponse(`the function answered a member ${unknown}`);
  if (names.length === 0) throw malformedProxyResponse('the function answered an empty object');
  return value as Fields;
}

function statusOf(value: unknown): number {
  if (value === undefined || value === null) return 200;
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw malformedProxyResponse('the function answered an invalid statusCode');
  }
  return status;
}

/** Lists first, single values after them; a list's name is how the field is written. */
function proxyHeaders(fields: Fields): HeaderFields {
  const headers = new HeaderFields();
  for (const [name, values] of membersOf(fields['multiValueHeaders'])) {
    if (!Array.isArray(values)) throw malformedProxyResponse('multiValueHeaders must hold arrays');
    for (const value of values as unknown[]) append(headers, name, value);
  }
  for (const [name, value] of membersOf(fields['headers'])) append(headers, name, value);
  return headers;
}

function membersOf(value: unknown): [string, unknown][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw malformedProxyResponse('the function answered headers that are no object');
  }
  return Object.entries(value);
}

function append(headers: HeaderFields, name: string, value: unknown): void {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  const text = isPlain ? String(value) : undefined;
  if (text === undefined || !isHeaderName(name) || !isHeaderValue(text)) {
    throw malformedProxyResponse(`the function answered an invalid header ${name}`);
  }
  headers.append(name, text);
}

/** Base64 becomes bytes only for clients that accept a binary type of the API. */
function bodyOf({ body, isBase64Encoded }: Fields, { request, served }: RestExecution): Payload {
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string')
    throw malformedProxyResponse('the function answered a body that is no text');
  if (isBase64Encoded !== true || !served.binaryTypes.has(request.headers.get('accept')))
    return body;
  return fromBase64(body);
}
