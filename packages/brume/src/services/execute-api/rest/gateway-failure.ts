/**
 * What API Gateway answers by itself, by the types that APIs can customize (developer guide, "Gateway
 * response types"). Statuses and messages without a source beside them are AWS's by the facts that
 * LocalStack's tests recorded from 2023 to 2026.
 */
import type { GatewayResponseType } from '../../../model/generated/apigateway.types.ts';

interface FailureKind {
  /** Undefined for the two that stand in for others: the failure says it. */
  readonly status: number | undefined;
  readonly errorType: string;
  /** `null` is what AWS says, too. */
  readonly message: string | null;
}

const kind = (status: number | undefined, errorType: string, message: string | null) => ({
  status,
  errorType,
  message,
});

export const FAILURE_KINDS: Readonly<Record<GatewayResponseType, FailureKind>> = {
  ACCESS_DENIED: kind(
    403,
    'AccessDeniedException',
    'User is not authorized to access this resource',
  ),
  API_CONFIGURATION_ERROR: kind(500, 'InternalServerErrorException', 'Internal server error'),
  AUTHORIZER_CONFIGURATION_ERROR: kind(500, 'AuthorizerConfigurationException', null),
  AUTHORIZER_FAILURE: kind(500, 'AuthorizerConfigurationException', null),
  BAD_REQUEST_BODY: kind(400, 'BadRequestException', 'Invalid request body'),
  BAD_REQUEST_PARAMETERS: kind(400, 'BadRequestException', 'Missing required request parameters'),
  DEFAULT_4XX: kind(undefined, 'BadRequestException', null),
  DEFAULT_5XX: kind(undefined, 'InternalServerErrorException', 'Internal server error'),
  EXPIRED_TOKEN: kind(
    403,
    'ExpiredTokenException',
    'The security token included in the request is expired',
  ),
  INTEGRATION_FAILURE: kind(
    504,
    'InternalServerErrorException',
    'Network error communicating with endpoint',
  ),
  // Message from memory.
  INTEGRATION_TIMEOUT: kind(504, 'InternalServerErrorException', 'Endpoint request timed out'),
  INVALID_API_KEY: kind(403, 'ForbiddenException', 'Forbidden'),
  INVALID_SIGNATURE: kind(
    403,
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ),
  MISSING_AUTHENTICATION_TOKEN: kind(
    403,
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
  ),
  // Messages of the next two from memory.
  QUOTA_EXCEEDED: kind(429, 'LimitExceededException', 'Limit Exceeded'),
  REQUEST_TOO_LARGE: kind(413, 'RequestTooLargeException', 'Request Too Long'),
  RESOURCE_NOT_FOUND: kind(404, 'NotFoundException', 'Not Found'),
  // Message from memory.
  THROTTLED: kind(429, 'TooManyRequestsException', 'Too Many Requests'),
  UNAUTHORIZED: kind(401, 'UnauthorizedException', 'Unauthorized'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, 'BadRequestException', 'Unsupported Media Type'),
  WAF_FILTERED: kind(403, 'ForbiddenException', 'Forbidden'),
};

/** Thrown from anywhere in the chain; becomes the API's gateway response of its type. */
export class GatewayFailure extends Error {
  readonly type: GatewayResponseType;
  /** Why, for traces and logs; the client sees the message only. */
  readonly reason: string;
  /** Other than the type's own. */
  readonly said: FailureDetails;

  constructor(type: GatewayResponseType, reason: string, said: FailureDetails = {}) {
    super(reason);
    this.type = type;
    this.reason = reason;
    this.said = said;
  }

  get text(): string | null {
    return this.said.message ?? FAILURE_KINDS[this.type].message;
  }
}

export interface FailureDetails {
  readonly message?: string | undefined;
  readonly status?: number | undefined;
  readonly errorType?: string | undefined;
  /** The whole answer, as plain text: no API can put it in other words. */
  readonly plain?: string | undefined;
  /** `$context.error.validationErrorString`. */
  readonly validation?: string | undefined;
  /** The line of the execution's log, where AWS has one of its own for it. */
  readonly logged?: string | undefined;
}

/** A configuration that cannot work, and whatever goes wrong between the request and the response. */
export function internalFailure(reason: string): GatewayFailure {
  return new GatewayFailure('API_CONFIGURATION_ERROR', reason);
}

/** A proxy integration's function that failed or answered in another form (recorded: 502). */
export function malformedProxyResponse(
  reason: string,
  logged = 'Execution failed due to configuration error: Malformed Lambda proxy response',
): GatewayFailure {
  return new GatewayFailure('DEFAULT_5XX', reason, { status: 502, logged });
}
