/**
 * `@connections`: what backends ask of the connections of an API (POST to send, GET to look, DELETE to
 * end), signed for `execute-api`.
 */
import { BodyTooLargeError } from '../../../http/message.ts';
import type { HttpRequest, HttpResponse } from '../../../http/message.ts';
import { decodePercent } from '../percent-decoding.ts';
import type { IamVerifier } from '../runtime.ts';
import { ConnectionFullError } from './connection.ts';
import type { Connection } from './connection.ts';

const COMMAND = /^\/(?:@|%40)connections\/([^/?]+)$/i;
/** As AWS makes them, and we do. */
const CONNECTION_ID = /^[\w-]{15}=$/;
/** AWS's words for whoever did not sign, as in REST APIs. */
const UNSIGNED = 'Missing Authentication Token';

/** The connection that a path after the stage's names; undefined where it is another path. */
export function commandedConnection(path: string): string | undefined {
  const [, id] = COMMAND.exec(path) ?? [];
  return id === undefined ? undefined : decodePercent(id);
}

export interface ManagedConnections {
  /** Of the stage that the request is addressed to. */
  find(connectionId: string): Connection | undefined;
  end(connection: Connection): void;
}

export interface CommandScope {
  readonly accountId: string;
  readonly region: string;
  readonly requestId: string;
  readonly messageBytesMax: number;
  readonly iam: IamVerifier | undefined;
}

export async function command(
  http: HttpRequest,
  connectionId: string,
  connections: ManagedConnections,
  scope: CommandScope,
): Promise<HttpResponse> {
  const { requestId } = scope;
  const body = await bodyOf(http, scope.messageBytesMax);
  // The wording of the model's exception; its text is unverified.
  if (!body) return refused(requestId, 413, 'PayloadTooLargeException', 'Payload Too Large');
  const denial = await denialOf(http, body, scope);
  if (denial !== undefined) return refused(requestId, 403, ...denial);
  if (!CONNECTION_ID.test(connectionId)) {
    // Seen from AWS (serverless-offline#749, 2019-07).
    const message = `Invalid connectionId: ${connectionId}`;
    return refused(requestId, 400, 'BadRequestException', message);
  }
  const connection = connections.find(connectionId);
  if (!connection) return gone(requestId);
  switch (http.method) {
    case 'POST':
      return post(connection, body, requestId);
    case 'GET':
      return described(connection, requestId);
    case 'DELETE':
      connections.end(connection);
      return { status: 204, headers: { 'x-amzn-requestid': requestId }, body: '' };
    default:
      return refused(requestId, 403, 'MissingAuthenticationTokenException', UNSIGNED);
  }
}

async function bodyOf(http: HttpRequest, bytesMax: number): Promise<Buffer | undefined> {
  return http.body.bytes(bytesMax).catch((error: unknown) => {
    if (error instanceof BodyTooLargeError) return undefined;
    throw error;
  });
}

async function denialOf(
  http: HttpRequest,
  body: Buffer,
  { iam, accountId, region }: CommandScope,
): Promise<[code: string, message: string] | undefined> {
  const identity = await iam?.verify(http, body, region);
  if (!identity) return ['MissingAuthenticationTokenException', UNSIGNED];
  // Seen from AWS for who may not (aws-sdk-php#1955, 2020-01).
  return identity.accountId === accountId ? undefined : ['ForbiddenException', 'Forbidden'];
}

function post(connection: Connection, body: Buffer, requestId: string): HttpResponse {
  const text = body.toString();
  try {
    // Text frames, as far as it is text.
    connection.post(Buffer.from(text).equals(body) ? text : body);
  } catch (error) {
    if (!(error instanceof ConnectionFullError)) throw error;
    return refused(requestId, 429, 'LimitExceededException', 'The client does not read so fast');
  }
  return { status: 200, headers: { 'x-amzn-requestid': requestId }, body: '' };
}

function described({ identity, lastActiveMs }: Connection, requestId: string): HttpResponse {
  const { connectedAtMs, sourceIp, userAgent } = identity;
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
    body: JSON.stringify({
      connectedAt: new Date(connectedAtMs).toISOString(),
      identity: { sourceIp, userAgent },
      lastActiveAt: new Date(lastActiveMs).toISOString(),
    }),
  };
}

/** Nothing that parses as JSON comes with it (laravel-echo-api-gateway#9, 2021-07). */
export function gone(requestId: string): HttpResponse {
  return refused(requestId, 410, 'GoneException', undefined);
}

function refused(
  requestId: string,
  status: number,
  code: string,
  message: string | undefined,
): HttpResponse {
  return {
    status,
    headers: {
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': code,
      ...(message !== undefined && { 'content-type': 'application/json' }),
    },
    body: message === undefined ? '' : JSON.stringify({ message }),
  };
}
