/** Events of WebSocket APIs, as functions get them (developer guide; recorded shapes in the fact sheet). */
import type { HttpRequest } from '../../../http/message.ts';
import { parseQuery } from '../percent-decoding.ts';
import { accessLogTime } from '../request-time.ts';
import type { Closing, ConnectionIdentity, MessageBody } from './connection.ts';
import type { Findings } from './findings.ts';
import type { WebSocketStage } from '../../apigatewayv2/port.ts';

/** What of one event is the same for the function, for templates and for the trace. */
export interface Occasion {
  readonly connection: ConnectionIdentity;
  readonly stage: WebSocketStage;
  readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
  readonly routeKey: string;
  readonly requestId: string;
  readonly timeMs: number;
  readonly findings: Findings;
  /** Of messages alone. */
  readonly messageId?: string | undefined;
  /** Of the end alone. */
  readonly closing?: Closing | undefined;
}

export function requestContext(occasion: Occasion): Record<string, unknown> {
  const { connection, stage, eventType, routeKey, requestId, timeMs, messageId, closing } =
    occasion;
  const { authorizer, connectionId, connectedAtMs, domainName, sourceIp, userAgent } = connection;
  return {
    routeKey,
    ...(authorizer && { authorizer }),
    ...(messageId !== undefined && { messageId }),
    eventType,
    extendedRequestId: requestId,
    requestTime: accessLogTime(timeMs),
    messageDirection: 'IN',
    ...(closing && { disconnectStatusCode: closing.code, disconnectReason: closing.reason }),
    stage: stage.stageName,
    connectedAt: connectedAtMs,
    requestTimeEpoch: timeMs,
    identity: { ...(userAgent !== '' && { userAgent }), sourceIp },
    requestId,
    domainName,
    connectionId,
    apiId: stage.apiId,
  };
}

export function connectEvent(occasion: Occasion, request: ConnectRequest): object {
  return {
    ...request.members,
    ...stageVariables(occasion.stage),
    requestContext: requestContext(occasion),
    isBase64Encoded: false,
  };
}

export function messageEvent(occasion: Occasion, body: MessageBody): object {
  const isBinary = typeof body !== 'string';
  return {
    ...stageVariables(occasion.stage),
    requestContext: requestContext(occasion),
    body: isBinary ? body.toString('base64') : body,
    isBase64Encoded: isBinary,
  };
}

/** The headers are nobody's: that is how AWS sends them. */
export function disconnectEvent(occasion: Occasion): object {
  const headers = {
    Host: occasion.connection.domainName,
    'x-api-key': '',
    'X-Forwarded-For': '',
    'x-restapi': '',
  };
  const multi = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return {
    headers,
    multiValueHeaders: Object.fromEntries(multi) as Record<string, string[]>,
    ...stageVariables(occasion.stage),
    requestContext: requestContext(occasion),
    isBase64Encoded: false,
  };
}

export function authorizerEvent(
  occasion: Occasion,
  request: ConnectRequest,
  methodArn: string,
): object {
  const { headers, multiValueHeaders, ...members } = request.allMembers;
  return {
    type: 'REQUEST',
    methodArn,
    headers,
    multiValueHeaders,
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    ...members,
    stageVariables: Object.fromEntries(occasion.stage.stageVariables),
    requestContext: requestContext(occasion),
  };
}

function stageVariables({ stageVariables: all }: WebSocketStage) {
  return all.size > 0 ? { stageVariables: Object.fromEntries(all) } : {};
}

interface RequestMembers {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
}

/** Names that AWS writes in its own way, as in events of REST APIs. */
const WRITTEN_BY_AWS: Readonly<Record<string, string>> = {
  authorization: 'Authorization',
  host: 'Host',
  'user-agent': 'User-Agent',
};
/** What concerns the connection itself: authorizers see it, integrations do not. */
const OF_THE_CONNECTION = new Set(['connection', 'upgrade']);

/** The request to connect: its headers and its query, as events and expressions need them. */
export class ConnectRequest {
  readonly http: HttpRequest;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly #fields: readonly (readonly [string, string])[];

  constructor(http: HttpRequest, rawQuery: string, traceId: string) {
    this.http = http;
    this.query = grouped(parseQuery(rawQuery));
    this.#fields = [...sentFields(http), ...addedFields(http, traceId)];
    this.headers = grouped(this.#fields.map(([name, value]) => [name.toLowerCase(), value]));
  }

  get members(): RequestMembers {
    const isOwn = (name: string) => !OF_THE_CONNECTION.has(name.toLowerCase());
    return this.#membersOf(this.#fields.filter(([name]) => isOwn(name)));
  }

  get allMembers(): RequestMembers {
    return this.#membersOf(this.#fields);
  }

  #membersOf(fields: readonly (readonly [string, string])[]): RequestMembers {
    const headers = grouped(fields);
    const { query } = this;
    return {
      headers: lastOfEach(headers),
      multiValueHeaders: record(headers),
      ...(query.size > 0 && {
        queryStringParameters: lastOfEach(query),
        multiValueQueryStringParameters: record(query),
      }),
    };
  }
}

function sentFields({ headers: { raw } }: HttpRequest): [string, string][] {
  const fields: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const lower = name.toLowerCase();
    if (['x-forwarded-port', 'x-forwarded-proto', 'x-forwarded-for'].includes(lower)) continue;
    if (lower === 'x-amzn-trace-id') continue;
    const written = Object.hasOwn(WRITTEN_BY_AWS, lower) ? WRITTEN_BY_AWS[lower] : undefined;
    fields.push([written ?? name, raw[at + 1] ?? '']);
  }
  return fields;
}

function addedFields(http: HttpRequest, traceId: string): [string, string][] {
  const before = http.headers.get('x-forwarded-for');
  const fallback = http.encrypted ? '443' : '80';
  const port = /:(\d+)$/.exec(http.headers.get('host') ?? '')?.[1] ?? fallback;
  return [
    ['X-Amzn-Trace-Id', traceId],
    ['X-Forwarded-For', before ? `${before}, ${http.remoteAddress}` : http.remoteAddress],
    ['X-Forwarded-Port', port],
    ['X-Forwarded-Proto', http.encrypted ? 'https' : 'http'],
  ];
}

function grouped(fields: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const group = groups.get(name);
    if (group) group.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}

function record(groups: ReadonlyMap<string, readonly string[]>): Record<string, readonly string[]> {
  return Object.fromEntries(groups);
}

function lastOfEach(groups: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...groups].map(([name, values]) => [name, values.at(-1) ?? '']));
}
