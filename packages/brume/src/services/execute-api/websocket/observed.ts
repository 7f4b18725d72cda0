/** What is told of one event of a connection, to logs, metrics and `/_brume/requests`. */
import type { PlaneEvent } from '../../data-plane.ts';
import type { MessageBody } from './connection.ts';
import type { Occasion } from './event.ts';
import type { WebSocketFailure } from './failure.ts';

export interface Outcome {
  readonly status: number;
  readonly failure?: WebSocketFailure | undefined;
  /** What goes back to the client. */
  readonly answer?: MessageBody | undefined;
}

export function observed(
  occasion: Occasion,
  body: MessageBody,
  { status, failure, answer }: Outcome,
  durationMs: number,
): PlaneEvent {
  const { connection, stage, eventType, routeKey, requestId, messageId, closing } = occasion;
  return {
    plane: 'execute-api',
    requestId,
    accountId: stage.accountId,
    region: stage.region,
    operation: routeKey === '' ? `${eventType} (no route)` : routeKey,
    errorReason: failure?.reason,
    method: eventType,
    target: `/${stage.stageName}`,
    status,
    durationMs,
    requestBody: body,
    responseBody: answer ?? '',
    details: {
      apiId: stage.apiId,
      stageName: stage.stageName,
      deploymentId: stage.deploymentId,
      connectionId: connection.connectionId,
      eventType,
      routeKey,
      messageId,
      integration: stage.routes.get(routeKey)?.integration?.type,
      ...(closing && { disconnectStatusCode: closing.code, disconnectReason: closing.reason }),
    },
  };
}
