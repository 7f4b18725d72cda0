/** What `/_brume/connections` shows and does: the connections of WebSocket APIs, a message to one, its end. */
import { AwsError } from '../../../model/aws-error.ts';
import { ConnectionFullError } from './connection.ts';
import type { Connection } from './connection.ts';

/** Ours: of one answer. */
const SHOWN_MAX = 1_000;

export interface OpenConnections {
  all(): Iterable<Connection>;
  find(connectionId: string): Connection | undefined;
  end(connection: Connection): void;
}

export const NO_CONNECTIONS: OpenConnections = { all: () => [], find: () => undefined, end() {} };

export interface ShownConnections {
  readonly connections: readonly object[];
  /** How many there are beside those that are shown. */
  readonly more: number;
}

export function showConnections(open: OpenConnections): ShownConnections {
  const connections: object[] = [];
  let more = 0;
  for (const { identity, lastActiveMs } of open.all()) {
    if (connections.length === SHOWN_MAX) {
      more++;
      continue;
    }
    const { connectionId, apiId, stageName, sourceIp, userAgent, connectedAtMs } = identity;
    connections.push({
      ...{ connectionId, apiId, stageName, sourceIp, userAgent },
      connectedAt: new Date(connectedAtMs).toISOString(),
      lastActiveAt: new Date(lastActiveMs).toISOString(),
    });
  }
  return { connections, more };
}

/** Throws an `AwsError` for what is not understood, and for a connection that is not there. */
export function commandConnection(open: OpenConnections, said: unknown): void {
  const words = typeof said === 'object' && said !== null ? said : {};
  const { connectionId, send, close } = words as Readonly<Record<string, unknown>>;
  const isSend = typeof send === 'string' && close === undefined;
  const isClose = close === true && send === undefined;
  if (typeof connectionId !== 'string' || (!isSend && !isClose)) {
    throw refused(
      400,
      'Say {"connectionId": "…", "send": "hello"} or {"connectionId": "…", "close": true}.',
    );
  }
  const connection = open.find(connectionId);
  if (!connection) throw refused(404, `There is no connection ${connectionId}.`);
  if (isClose) return open.end(connection);
  try {
    connection.post(String(send));
  } catch (error) {
    if (!(error instanceof ConnectionFullError)) throw error;
    throw refused(429, 'The client does not read so fast.');
  }
}

function refused(status: number, message: string): AwsError {
  return new AwsError({ code: 'Refused', status, message });
}
