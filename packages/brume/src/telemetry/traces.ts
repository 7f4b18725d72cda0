/**
 * The last requests with their bodies, for `/_brume/requests`: what went in, what came out, what
 * happened between. Bounded in number and in bytes; credentials never leave it.
 */

/** Requests kept. */
const TRACES_MAX = 1000;
/** Characters kept of a body; the length says how long it was. */
export const BODY_CHARACTERS_MAX = 4096;

export interface RequestTrace {
  readonly requestId: string;
  readonly timeMs: number;
  readonly service: string;
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  readonly method: string;
  readonly target: string;
  readonly requestHeaders: readonly string[];
  readonly requestBody: TracedBody;
  readonly status: number;
  readonly errorCode?: string | undefined;
  readonly responseBody: TracedBody;
  readonly durationMs: number;
  /** What a data plane did with it: route, authorization, integration, timings. */
  readonly details?: object | undefined;
}

export interface TracedBody {
  /** The beginning of the body as UTF-8. */
  readonly text: string;
  /** Length of the whole in bytes; undefined for a stream. */
  readonly sizeBytes: number | undefined;
}

export const UNREAD_BODY: TracedBody = { text: '', sizeBytes: undefined };

export function tracedBody(body: unknown): TracedBody {
  if (typeof body === 'string') {
    return { text: body.slice(0, BODY_CHARACTERS_MAX), sizeBytes: Buffer.byteLength(body) };
  }
  if (body instanceof Uint8Array) {
    // A copy: a slice would keep the socket's whole read buffer alive.
    const text = Buffer.from(body.buffer, body.byteOffset, body.length);
    return { text: text.toString('utf8', 0, BODY_CHARACTERS_MAX), sizeBytes: body.length };
  }
  return UNREAD_BODY;
}

export class RequestTraces {
  readonly #ring: RequestTrace[] = [];
  #next = 0;

  record(trace: RequestTrace): void {
    this.#ring[this.#next] = trace;
    this.#next = (this.#next + 1) % TRACES_MAX;
  }

  /** Newest first, without credentials. */
  newest(limit: number): RequestTrace[] {
    const ordered = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return ordered.reverse().slice(0, limit).map(withoutCredentials);
  }
}

const SECRET_HEADERS = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
  'x-api-key',
]);
const SECRET_QUERY = /([?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential)=)[^&]*/gi;
const SECRET_JSON = /("(?:SecretAccessKey|SessionToken|Password|SecretString)"\s*:\s*")[^"]*/g;
/** A refused signature is answered with the canonical request, which quotes the signed headers. */
const SECRET_CANONICAL = /(x-amz-security-token:)[^\\\n"<]*/gi;
const SECRET_XML = /(<(?:SecretAccessKey|SessionToken)>)[^<]*/g;
const REMOVED = '(removed)';

function withoutCredentials(trace: RequestTrace): RequestTrace {
  return {
    ...trace,
    target: trace.target.replaceAll(SECRET_QUERY, `$1${REMOVED}`),
    requestHeaders: trace.requestHeaders.map((value, at, all) =>
      at % 2 === 1 && SECRET_HEADERS.has(all[at - 1]!.toLowerCase()) ? REMOVED : value,
    ),
    requestBody: withoutSecrets(trace.requestBody),
    responseBody: withoutSecrets(trace.responseBody),
  };
}

function withoutSecrets(body: TracedBody): TracedBody {
  const text = body.text
    .replaceAll(SECRET_JSON, `$1${REMOVED}`)
    .replaceAll(SECRET_CANONICAL, `$1${REMOVED}`)
    .replaceAll(SECRET_XML, `$1${REMOVED}`);
  return { ...body, text };
}
