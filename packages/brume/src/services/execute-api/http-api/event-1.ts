/**
 * Events of payload format 1.0, which resemble those of REST APIs: maps with one value and with all,
 * `null` for what is absent (developer guide, "Create AWS Lambda proxy integrations for HTTP APIs").
 */
import type { AuthorizerContext } from '../authorizer-context.ts';
import { eventBody } from './event-body.ts';
import type { Execution } from './execution.ts';
import { eventHeaders } from './forwarded-headers.ts';
import { accessLogTime } from '../request-time.ts';

/** What a Lambda integration is told. */
export function integrationEvent1(execution: Execution): object {
  const { body, isBase64Encoded } = eventBody(execution);
  return { version: '1.0', ...members(execution), body: body ?? null, isBase64Encoded };
}

/** What a Lambda authorizer is told: no body, but its identity sources. */
export function authorizerEvent1(
  execution: Execution,
  methodArn: string,
  identity: readonly string[],
): object {
  const identitySource = identity.join(',');
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn,
    identitySource,
    authorizationToken: identitySource,
    ...members(execution),
  };
}

function members(execution: Execution) {
  const { request, outgoing, matched, stage, pathParameters } = execution;
  const headers = singleAndMulti(namedHeaders(execution));
  const query = singleAndMulti(outgoing.query.map(([name, value]) => [name, [value]]));
  return {
    resource: resourceOf(matched.routeKey),
    path: outgoing.path,
    httpMethod: request.method,
    headers: headers.single,
    multiValueHeaders: headers.multi,
    queryStringParameters: outgoing.query.length > 0 ? query.single : null,
    multiValueQueryStringParameters: outgoing.query.length > 0 ? query.multi : null,
    requestContext: requestContext(execution),
    pathParameters: pathParameters.size > 0 ? Object.fromEntries(pathParameters) : null,
    stageVariables: stage.stageVariables.size > 0 ? Object.fromEntries(stage.stageVariables) : null,
  };
}

/** The names that AWS writes in its own way (milliHQ/terraform-aws-next-js#31, 2021-01). */
const WRITTEN_BY_AWS: ReadonlyMap<string, string> = new Map([
  ['authorization', 'Authorization'],
  ['content-length', 'Content-Length'],
  ['host', 'Host'],
  ['user-agent', 'User-Agent'],
  ['x-amzn-trace-id', 'X-Amzn-Trace-Id'],
  ['x-forwarded-for', 'X-Forwarded-For'],
  ['x-forwarded-port', 'X-Forwarded-Port'],
  ['x-forwarded-proto', 'X-Forwarded-Proto'],
]);

/** Names as the client wrote them, but for those above. */
function* namedHeaders(execution: Execution): Generator<[string, readonly string[]]> {
  const { raw } = execution.request.http.headers;
  const asSent = new Map<string, string>();
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (!asSent.has(name.toLowerCase())) asSent.set(name.toLowerCase(), name);
  }
  for (const [name, values] of eventHeaders(execution)) {
    yield [WRITTEN_BY_AWS.get(name) ?? asSent.get(name) ?? name, values];
  }
}

/** Where there is room for one value, it is the last. */
function singleAndMulti(entries: Iterable<readonly [string, readonly string[]]>) {
  const single = Object.create(null) as Record<string, string>;
  const multi = Object.create(null) as Record<string, string[]>;
  for (const [name, values] of entries) {
    (multi[name] ??= []).push(...values);
    single[name] = values.at(-1) ?? '';
  }
  return { single, multi };
}

function resourceOf(routeKey: string): string {
  return routeKey.slice(routeKey.indexOf(' ') + 1);
}

function requestContext(execution: Execution) {
  const { stage, request, outgoing, requestId, domainName, timeMs, matched } = execution;
  const { authorizer } = execution;
  return {
    accountId: stage.accountId,
    apiId: stage.apiId,
    authorizer: authorizer && authorizerMember(authorizer),
    domainName,
    domainPrefix: domainName.split('.')[0],
    extendedRequestId: requestId,
    httpMethod: request.method,
    identity: {
      accessKey: authorizer?.type === 'iam' ? authorizer.identity.accessKey : null,
      accountId: authorizer?.type === 'iam' ? authorizer.identity.accountId : null,
      caller: authorizer?.type === 'iam' ? authorizer.identity.callerId : null,
      clientCert: execution.client,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.http.remoteAddress,
      user: authorizer?.type === 'iam' ? authorizer.identity.userId : null,
      userAgent: request.header('user-agent') ?? '',
      userArn: authorizer?.type === 'iam' ? authorizer.identity.userArn : null,
    },
    path: outgoing.path,
    protocol: 'HTTP/1.1',
    requestId,
    requestTime: accessLogTime(timeMs),
    requestTimeEpoch: timeMs,
    resourceId: matched.routeKey,
    resourcePath: resourceOf(matched.routeKey),
    stage: stage.stageName,
  };
}

/** Undefined for IAM, which 1.0 tells in `identity`. */
function authorizerMember(authorizer: AuthorizerContext): object | undefined {
  if (authorizer.type === 'jwt') {
    return { claims: Object.fromEntries(authorizer.claims), scopes: authorizer.scopes };
  }
  if (authorizer.type === 'iam') return undefined;
  return { principalId: authorizer.principalId, ...authorizer.context };
}
