/** What the gateway says by itself, to a client that connects and to one that is connected. */
import type { HttpResponse } from '../../../http/message.ts';

/** Thrown from anywhere; `status` is for a request to connect, the message for both. */
export class WebSocketFailure extends Error {
  override readonly name = 'WebSocketFailure';
  readonly status: number;
  /** As AWS names the gateway responses of REST APIs; unverified for these. */
  readonly type: string;
  /** Why, for the trace; the client sees the message only. */
  readonly reason: string;

  constructor(status: number, type: string, message: string, reason: string) {
    super(message);
    this.status = status;
    this.type = type;
    this.reason = reason;
  }
}

/** No such stage or route, or somebody who may not (aws-samples/simple-websockets-chat-app#24, 2020-06). */
export function forbidden(reason: string): WebSocketFailure {
  return new WebSocketFailure(403, 'ACCESS_DENIED', 'Forbidden', reason);
}

export function unauthorized(reason: string): WebSocketFailure {
  return new WebSocketFailure(401, 'UNAUTHORIZED', 'Unauthorized', reason);
}

/** Wording unverified. */
export function tooManyRequests(reason: string): WebSocketFailure {
  return new WebSocketFailure(429, 'THROTTLED', 'Too Many Requests', reason);
}

/** In the words of REST APIs; unverified for these. */
export function quotaExceeded(): WebSocketFailure {
  const reason = 'the quota of the usage plan is used up';
  return new WebSocketFailure(429, 'QUOTA_EXCEEDED', 'Limit Exceeded', reason);
}

/** A message that is not as its model wants it. Wording unverified. */
export function badRequestBody(reason: string): WebSocketFailure {
  return new WebSocketFailure(400, 'BAD_REQUEST_BODY', 'Bad request body', reason);
}

/** The configuration cannot be served: a template that is none, an authorizer that answers nonsense. */
export function misconfigured(reason: string): WebSocketFailure {
  return new WebSocketFailure(500, 'API_CONFIGURATION_ERROR', 'Internal server error', reason);
}

/** The integration failed, or answered in another format. */
export function integrationFailed(reason: string): WebSocketFailure {
  return new WebSocketFailure(502, 'INTEGRATION_FAILURE', 'Internal server error', reason);
}

/** Wording unverified. */
export function integrationTimedOut(reason: string): WebSocketFailure {
  return new WebSocketFailure(504, 'INTEGRATION_TIMEOUT', 'Endpoint request timed out', reason);
}

/** A request that asks for no WebSocket. */
export function upgradeRequired(): WebSocketFailure {
  return new WebSocketFailure(426, 'DEFAULT_4XX', 'Upgrade Required', 'not an upgrade');
}

export interface FailureNames {
  readonly connectionId: string;
  readonly requestId: string;
}

/** What goes to a client that is connected. */
export function failureFrame(message: string, { connectionId, requestId }: FailureNames): string {
  return JSON.stringify({ message, connectionId, requestId });
}

/** The same as the answer to a request to connect. */
export function failureResponse(failure: WebSocketFailure, names: FailureNames): HttpResponse {
  return {
    status: failure.status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': names.requestId },
    body: failureFrame(failure.message, names),
  };
}
