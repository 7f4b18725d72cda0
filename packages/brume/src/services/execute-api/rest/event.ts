/**
 * What functions are told of a request: the event of AWS_PROXY integrations and of REQUEST authorizers.
 * Members and their order are recorded (2023-2025, test_lambda_aws_proxy_integration); what is absent is null.
 */
import { contextVariables } from './context-variables.ts';
import type { OutgoingRequest } from './request-mapping.ts';
import type { Payload, RestExecution } from './rest-execution.ts';
import { isUnseen, lastValues } from './rest-request.ts';

export function proxyEvent(
  execution: RestExecution,
  payload: Payload,
  mapped: OutgoingRequest,
): object {
  const isText = typeof payload === 'string';
  return {
    ...eventOf(execution, null, mapped),
    body: payload.length === 0 ? null : isText ? payload : payload.toString('base64'),
    isBase64Encoded: !isText && payload.length > 0,
  };
}

/**
 * What a REQUEST authorizer is told: no body, and what is empty is an empty object (developer guide, "Input
 * to an API Gateway Lambda authorizer", where `pathParameters` are).
 */
export function authorizerEvent(execution: RestExecution, methodArn: string): object {
  return { type: 'REQUEST', methodArn, ...eventOf(execution, {}) };
}

/** `none` stands for maps without members. */
function eventOf(execution: RestExecution, none: object | null, mapped?: OutgoingRequest) {
  const { request, method, pathParameters, variables } = execution;
  const headers = eventHeaders(execution, mapped);
  const query = [...request.query];
  const hasQuery = query.length > 0;
  return {
    resource: method?.resourcePath,
    path: request.eventPath,
    httpMethod: request.method,
    headers: lastValues(headers),
    multiValueHeaders: ownMembers(headers),
    queryStringParameters: hasQuery ? lastValues(query) : none,
    multiValueQueryStringParameters: hasQuery ? ownMembers(query) : none,
    pathParameters: pathParameters.size > 0 ? ownMembers(pathParameters) : none,
    stageVariables: Object.keys(variables).length > 0 ? variables : none,
    requestContext: contextVariables(execution, authorizerMember(execution)),
  };
}

/** Header mappings of AWS_PROXY add what the client did not send, and could (recorded 2023 and 2025). */
function eventHeaders(execution: RestExecution, mapped: OutgoingRequest | undefined) {
  const { request, traceId } = execution;
  const headers: [string, readonly string[]][] = [];
  for (const { name, values } of request.headers) {
    if (!ADDED.has(name.toLowerCase())) headers.push([name, values]);
  }
  for (const { name, values } of mapped?.headers ?? []) {
    const isAdded = !request.headers.has(name) && !isUnseen(name.toLowerCase());
    if (isAdded) headers.push([name, values]);
  }
  headers.push(['X-Amzn-Trace-Id', [traceId]]);
  headers.push(['X-Forwarded-For', [forwardedFor(execution)]]);
  headers.push(['X-Forwarded-Port', [portOf(execution)]]);
  headers.push(['X-Forwarded-Proto', [request.http.encrypted ? 'https' : 'http']]);
  return headers;
}

const ADDED: ReadonlySet<string> = new Set([
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

function forwardedFor({ request }: RestExecution): string {
  const before = request.header('x-forwarded-for');
  const client = request.http.remoteAddress;
  return before === undefined ? client : `${before}, ${client}`;
}

function portOf({ request }: RestExecution): string {
  const fallback = request.http.encrypted ? '443' : '80';
  return /:(\d+)$/.exec(request.header('host') ?? '')?.[1] ?? fallback;
}

/** Entries as members of an object without a prototype. */
function ownMembers<Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value> {
  const members = Object.create(null) as Record<string, Value>;
  for (const [name, value] of entries) members[name] = value;
  return members;
}

function authorizerMember({ authorizer, authorization }: RestExecution): object | undefined {
  if (!authorizer) return undefined;
  const { claims, context, principalId } = authorizer;
  if (claims) return { claims };
  return { ...context, principalId, integrationLatency: Math.round(authorization?.latencyMs ?? 0) };
}
