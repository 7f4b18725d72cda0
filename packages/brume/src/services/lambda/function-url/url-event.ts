/**
 * The event of a request to a function URL: payload format 2.0 (developer guide, "Request and response
 * payloads"); what is absent is left out.
 */
import type { HttpRequest } from '../../../http/message.ts';
import type { UrlAddress } from './address.ts';

/** Who signed a request, for URLs that ask for it. */
export interface UrlIdentity {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly userArn: string;
  readonly userId: string;
}

export interface UrlRequest {
  readonly http: HttpRequest;
  readonly address: UrlAddress;
  readonly body: Buffer;
  readonly region: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly timeMs: number;
  readonly identity: UrlIdentity | undefined;
}

export function urlEvent(request: UrlRequest): object {
  const { address, body } = request;
  const { headers, cookies } = eventHeaders(request);
  const isText = body.length === 0 || isTextBody(request);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: address.path,
    rawQueryString: address.rawQuery,
    cookies,
    headers,
    queryStringParameters: queryStringParameters(address.rawQuery),
    requestContext: requestContext(request),
    body: body.length === 0 ? undefined : body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}

function requestContext({ http, address, region, identity, requestId, timeMs }: UrlRequest) {
  const port = /:\d+$/.exec(http.headers.get('host') ?? '')?.[0] ?? '';
  const domainName = address.host ?? `${address.urlId}.lambda-url.${region}.localhost${port}`;
  const iam = identity && { ...identity, cognitoIdentity: null, principalOrgId: null };
  return {
    accountId: identity?.accountId ?? 'anonymous',
    apiId: address.urlId,
    authorizer: iam && { iam },
    domainName,
    domainPrefix: address.urlId,
    http: {
      method: http.method,
      path: address.path,
      protocol: 'HTTP/1.1',
      sourceIp: http.remoteAddress,
      userAgent: http.headers.get('user-agent') ?? '',
    },
    requestId,
    routeKey: '$default',
    stage: '$default',
    time: accessLogTime(timeMs),
    timeEpoch: timeMs,
  };
}

/** Of one connection, or the framing that is made anew. */
const NOT_FORWARDED = new Set(['connection', 'expect', 'keep-alive', 'te', 'transfer-encoding']);

function eventHeaders({ http, traceId }: UrlRequest) {
  // Names are the client's: none may be a property of every object.
  const headers = Object.create(null) as Record<string, string>;
  let cookies: string[] | undefined;
  const { raw } = http.headers;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    if (name === 'cookie') cookies = [...(cookies ?? []), ...value.split(/;\s*/)];
    else if (!NOT_FORWARDED.has(name)) {
      const before = headers[name];
      headers[name] = before === undefined ? value : `${before},${value}`;
    }
  }
  const host = http.headers.get('host') ?? '';
  const before = headers['x-forwarded-for'];
  headers['x-amzn-trace-id'] = traceId;
  headers['x-forwarded-for'] =
    before === undefined ? http.remoteAddress : `${before}, ${http.remoteAddress}`;
  headers['x-forwarded-proto'] = http.encrypted ? 'https' : 'http';
  headers['x-forwarded-port'] = /:(\d+)$/.exec(host)?.[1] ?? (http.encrypted ? '443' : '80');
  return { headers, cookies };
}

function queryStringParameters(rawQuery: string): Record<string, string> | undefined {
  if (rawQuery === '') return undefined;
  const parameters = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : `${before},${value}`;
  }
  return parameters;
}

/** Types that reach functions as text. Forms are not among them (recorded 2025-11, form_payload). */
const TEXT = /^(?:text\/.*|application\/(?:json|javascript|xml)|[^/]+\/[^/]+\+(?:json|xml))$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

function isTextBody({ http, body }: UrlRequest): boolean {
  const encoding = http.headers.get('content-encoding') ?? 'identity';
  const type = http.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (encoding !== 'identity' || (type !== undefined && !TEXT.test(type))) return false;
  try {
    utf8.decode(body);
    return true;
  } catch {
    // Text would lose these bytes.
    return false;
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
function accessLogTime(timeMs: number): string {
  const time = new Date(timeMs).toISOString();
  const month = MONTHS[Number(time.slice(5, 7)) - 1];
  return `${time.slice(8, 10)}/${month}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000`;
}
