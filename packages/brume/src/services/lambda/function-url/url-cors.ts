/** CORS as configured for a function URL: the platform answers preflights, and speaks for the function. */
import type { HttpResponse } from '../../../http/message.ts';
import type { Cors } from '../../../model/generated/lambda.types.ts';

type Headers = HttpResponse['headers'];

interface CorsRequest {
  readonly method: string;
  readonly headers: { get(name: string): string | undefined };
}

export function isPreflight({ method, headers }: CorsRequest): boolean {
  return (
    method === 'OPTIONS' &&
    headers.get('origin') !== undefined &&
    headers.get('access-control-request-method') !== undefined
  );
}

/** A preflight from an origin that is not allowed gets no headers of CORS, which tells the browser. */
export function answerPreflight(cors: Cors, request: CorsRequest): HttpResponse {
  const headers = { ...allowedOrigin(cors, request) };
  if (Object.keys(headers).length > 0) {
    addList(headers, 'access-control-allow-methods', cors.AllowMethods);
    addList(headers, 'access-control-allow-headers', cors.AllowHeaders);
    if (cors.MaxAge !== undefined) headers['access-control-max-age'] = String(cors.MaxAge);
  }
  return { status: 200, headers: { ...headers, 'content-length': '0' }, body: '' };
}

/** The function's headers with those of CORS in the place of its own. */
export function withCors(cors: Cors, request: CorsRequest, headers: Headers): Headers {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith('access-control-'));
  const added = { ...Object.fromEntries(kept), ...allowedOrigin(cors, request) };
  if (Object.hasOwn(added, 'access-control-allow-origin')) {
    addList(added, 'access-control-expose-headers', cors.ExposeHeaders);
  }
  return added;
}

function allowedOrigin(cors: Cors, { headers }: CorsRequest): Headers {
  const origin = headers.get('origin');
  if (origin === undefined) return {};
  const allowed = (cors.AllowOrigins ?? []).find(
    (each) => each === '*' || each.toLowerCase() === origin.toLowerCase(),
  );
  if (allowed === undefined) return {};
  return {
    'access-control-allow-origin': allowed === '*' ? '*' : origin,
    ...(allowed !== '*' && { vary: 'Origin' }),
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}

function addList(headers: Headers, name: string, values: readonly string[] | undefined): void {
  if (values !== undefined && values.length > 0) headers[name] = values.join(',');
}
