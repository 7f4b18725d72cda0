/**
 * Lets an AWS SDK for JavaScript (v3) client talk to a handler in the same process, without a socket:
 * `new DynamoDBClient({ requestHandler: brume.requestHandler })`. The types are the SDK's, by shape, so
 * that nothing of it is needed to run.
 */
import { Readable } from 'node:stream';
import { BodyTooLargeError } from './message.ts';
import type { HttpBody, HttpHandler, HttpHeaders, HttpRequest } from './message.ts';

/** What the SDK hands to a request handler. */
export interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** What the SDK takes back. */
export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

export interface SdkRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SdkRequest): Promise<{ response: SdkResponse }>;
  destroy(): void;
}

export function sdkRequestHandler(handler: HttpHandler): SdkRequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request) {
      const { status, headers, body } = await handler(fromSdk(request));
      const chunks = typeof body === 'string' ? [Buffer.from(body)] : body;
      const response = {
        statusCode: status,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
        ),
        body: chunks instanceof Uint8Array ? Readable.from([chunks]) : Readable.from(chunks),
      };
      return { response };
    },
    destroy() {},
  };
}

function fromSdk(request: SdkRequest): HttpRequest {
  const { method, path, protocol, body } = request;
  const query = queryString(request.query ?? {});
  return {
    method,
    target: query ? `${path}?${query}` : path,
    headers: fromSdkHeaders(request),
    body: fromSdkBody(body ?? ''),
    remoteAddress: '127.0.0.1',
    encrypted: protocol === 'https:',
  };
}

function fromSdkHeaders(request: SdkRequest): HttpHeaders {
  const byName = new Map<string, string>();
  const raw: string[] = [];
  for (const [name, value] of Object.entries(request.headers)) {
    byName.set(name.toLowerCase(), value);
    raw.push(name, value);
  }
  if (!byName.has('host')) {
    const host = request.port ? `${request.hostname}:${request.port}` : request.hostname;
    byName.set('host', host);
    raw.push('host', host);
  }
  return { get: (name) => byName.get(name), raw };
}

function fromSdkBody(body: string | Uint8Array | AsyncIterable<Uint8Array>): HttpBody {
  return {
    async bytes(bytesMax) {
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of chunksOf(body)) {
        length += chunk.length;
        if (length > bytesMax) throw new BodyTooLargeError();
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
    stream: () => chunksOf(body),
  };
}

async function* chunksOf(
  body: string | Uint8Array | AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

function queryString(query: Readonly<Record<string, string | string[] | null>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one === null ? encode(name) : `${encode(name)}=${encode(one)}`,
    ),
  );
  return pairs.join('&');
}

/** RFC 3986's unreserved characters stay: what the SDK signed is what must arrive. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
