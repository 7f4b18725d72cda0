/**
 * Events of payload format 2.0. The members and their order are AWS's (developer guide, "Create AWS
 * Lambda proxy integrations for HTTP APIs"); what is absent is left out, not null.
 */
import type { AuthorizerContext } from '../authorizer-context.ts';
import { eventBody } from './event-body.ts';
import type { Execution } from './execution.ts';
import { eventHeaders } from './forwarded-headers.ts';
import { accessLogTime } from '../request-time.ts';

/** What a Lambda integration is told. */
export function integrationEvent2(execution: Execution): object {
  const { body, isBase64Encoded } = eventBody(execution);
  return {
    version: '2.0',
    ...requestMembers(execution),
    requestContext: requestContext(execution),
    ...parameters(execution),
    body,
    isBase64Encoded,
  };
}

/** What a Lambda authorizer is told: no body, but its identity sources. */
export function authorizerEvent2(
  execution: Execution,
  routeArn: string,
  identitySource: readonly string[],
): object {
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn,
    identitySource: identitySource.length > 0 ? identitySource : null,
    ...requestMembers(execution),
    requestContext: requestContext(execution),
    ...parameters(execution),
  };
}

function requestMembers(execution: Execution) {
  const { outgoing, matched } = execution;
  const headers = record();
  let cookies: string[] | undefined;
  for (const [name, values] of eventHeaders(execution)) {
    if (name === 'cookie') cookies = values.flatMap((value) => value.split(/;\s*/));
    else headers[name] = values.join(',');
  }
  return {
    routeKey: matched.routeKey,
    rawPath: outgoing.path,
    rawQueryString: outgoing.rawQuery,
    cookies,
    headers,
    queryStringParameters: queryStringParameters(outgoing.query),
  };
}

function queryStringParameters(query: readonly (readonly [string, string])[]) {
  if (query.length === 0) return undefined;
  const parameters = record();
  for (const [name, value] of query) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : `${before},${value}`;
  }
  return parameters;
}

function requestContext(execution: Execution) {
  const { stage, request, outgoing, requestId, domainName, timeMs, matched } = execution;
  return {
    accountId: stage.accountId,
    apiId: stage.apiId,
    authentication: execution.client && { clientCert: execution.client },
    authorizer: execution.authorizer && authorizerMember(execution.authorizer),
    domainName,
    domainPrefix: domainName.split('.')[0],
    http: {
      method: request.method,
      path: outgoing.path,
      protocol: 'HTTP/1.1',
      sourceIp: request.http.remoteAddress,
      userAgent: request.header('user-agent') ?? '',
    },
    requestId,
    routeKey: matched.routeKey,
    stage: stage.stageName,
    time: accessLogTime(timeMs),
    timeEpoch: timeMs,
  };
}

function authorizerMember(authorizer: AuthorizerContext): object {
  switch (authorizer.type) {
    case 'jwt': {
      const { claims, scopes } = authorizer;
      return { jwt: { claims: Object.fromEntries(claims), scopes } };
    }
    case 'lambda':
      return { lambda: authorizer.context };
    case 'iam': {
      const { accessKey, accountId, callerId, userArn, userId } = authorizer.identity;
      const cognitoIdentity = null;
      const principalOrgId = null;
      return {
        iam: { accessKey, accountId, callerId, cognitoIdentity, principalOrgId, userArn, userId },
      };
    }
  }
}

function parameters({ pathParameters, stage }: Execution) {
  return {
    pathParameters: pathParameters.size > 0 ? Object.fromEntries(pathParameters) : undefined,
    stageVariables:
      stage.stageVariables.size > 0 ? Object.fromEntries(stage.stageVariables) : undefined,
  };
}

/** For names that clients choose. */
function record(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}
