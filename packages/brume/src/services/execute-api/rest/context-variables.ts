/**
 * `$context` of REST APIs, for templates, mappings and access logs (developer guide, "Variables for data
 * models, authorizers, mapping templates, and CloudWatch access logging").
 */
import { accessLogTime } from '../request-time.ts';
import { FAILURE_KINDS } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';

export type Variables = Record<string, unknown>;

/** With what events, or templates, are told of the authorizer; undefined members are not there. */
export function contextVariables(
  execution: RestExecution,
  authorizer: object | undefined = authorizerVariables(execution),
): Variables {
  const { stage, served, request, method, domainName } = execution;
  return {
    accountId: stage.accountId,
    apiId: stage.apiId,
    authorizer,
    deploymentId: served.deploymentId,
    domainName,
    domainPrefix: domainPrefix(domainName),
    extendedRequestId: execution.extendedRequestId,
    httpMethod: request.method,
    identity: identityVariables(execution),
    isCanaryRequest: execution.isCanary,
    operationName: method?.operationName,
    path: request.fullPath,
    protocol: 'HTTP/1.1',
    requestId: execution.requestId,
    requestTime: accessLogTime(execution.timeMs),
    requestTimeEpoch: execution.timeMs,
    resourceId: method?.resourceId,
    resourcePath: method?.resourcePath,
    stage: stage.stageName,
  };
}

function domainPrefix(domainName: string): string {
  const end = domainName.indexOf('.');
  return end < 0 ? domainName : domainName.slice(0, end);
}

/** Undefined where nobody was asked. */
function authorizerVariables({ authorizer }: RestExecution): Variables | undefined {
  if (!authorizer) return undefined;
  const { principalId, context, claims } = authorizer;
  const variables: Variables = Object.assign(Object.create(null) as Variables, context);
  if (principalId !== undefined) variables['principalId'] = principalId;
  if (claims) variables['claims'] = claims;
  return variables;
}

/**
 * What nobody said is null; an API key is there only where one was shown (recorded 2025-05,
 * test_sqs_amz_json_protocol).
 */
function identityVariables({ request, identity, apiKey }: RestExecution): Variables {
  return {
    accessKey: identity?.accessKey ?? null,
    accountId: identity?.accountId ?? null,
    apiKey: apiKey?.value,
    apiKeyId: apiKey?.id,
    caller: identity?.callerId ?? null,
    clientCert: request.client,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: request.http.remoteAddress,
    user: identity?.userId ?? null,
    userAgent: request.header('user-agent') ?? null,
    userArn: identity?.userArn ?? null,
    vpceId: request.endpointId,
  };
}

/** `$context.error`, for gateway responses and logs. */
export function errorVariables({ failure }: RestExecution): Variables | undefined {
  if (!failure) return undefined;
  const message = failure.text;
  return {
    message: message ?? '',
    messageString: JSON.stringify(message),
    responseType: failure.type,
    validationErrorString: failure.said.validation,
    status: failure.said.status ?? FAILURE_KINDS[failure.type].status,
  };
}

/** What a dotted name leads to, as text; undefined for what is not there. */
export function variableText(variables: Variables, name: string): string | undefined {
  let value: unknown = variables;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Variables)[part];
  }
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
