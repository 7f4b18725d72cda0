/** The answers that API Gateway gives by itself on HTTP APIs, thrown from anywhere in the chain. */
export class GatewayError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Why, for the trace; the client sees the message only. */
  readonly reason: string;

  constructor(
    status: number,
    message: string,
    reason: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }
}

/** No such API, stage or route (observed on AWS, developer guide "Troubleshooting"). */
export function notFound(reason: string): GatewayError {
  return new GatewayError(404, 'Not Found', reason);
}

/** The header says why (developer guide, "Troubleshooting issues with JWT authorizers", 2020-05). */
export function unauthorized(reason: string, challenge?: string): GatewayError {
  const headers = challenge === undefined ? undefined : { 'www-authenticate': challenge };
  return new GatewayError(401, 'Unauthorized', reason, headers);
}

export function forbidden(reason: string, challenge?: string): GatewayError {
  const headers = challenge === undefined ? undefined : { 'www-authenticate': challenge };
  return new GatewayError(403, 'Forbidden', reason, headers);
}

/** Wording unverified. */
export function tooLarge(reason: string): GatewayError {
  return new GatewayError(413, 'Request Entity Too Large', reason);
}

/** Wording unverified. */
export function tooManyRequests(reason: string): GatewayError {
  return new GatewayError(429, 'Too Many Requests', reason);
}

/** An integration or authorizer that fails or answers nonsense (capital S: HTTP APIs only). */
export function internalServerError(reason: string): GatewayError {
  return new GatewayError(500, 'Internal Server Error', reason);
}

/** An integration that cannot be reached, or not in time. Wording unverified. */
export function serviceUnavailable(reason: string): GatewayError {
  return new GatewayError(503, 'Service Unavailable', reason);
}
