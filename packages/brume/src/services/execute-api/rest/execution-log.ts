/**
 * An execution as AWS logs it, line by line: what TestInvokeMethod answers (recorded 2024,
 * test_invoke_test_method) and, with the request's id before each line, what stages log. Lines between
 * request and response are AWS's from memory.
 */
import type { HeaderFields } from './header-fields.ts';
import type { Payload, RestExecution } from './rest-execution.ts';

export function executionLog(execution: RestExecution): string[] {
  const { request, requestId, response, failure } = execution;
  const lines = [
    `Starting execution for request: ${requestId}`,
    `HTTP Method: ${request.method}, Resource Path: ${request.path}`,
    `Method request path: ${javaMap(execution.pathParameters)}`,
    `Method request query string: ${javaMap(lastOf(request.query))}`,
    `Method request headers: ${headersText(request.headers)}`,
    `Method request body before transformations: ${text(execution.body)}`,
    ...authorizerLines(execution),
    ...integrationLines(execution),
  ];
  if (failure) {
    lines.push(`Execution failed due to ${failure.type}: ${failure.reason}`);
  } else if (response) {
    const body =
      response.body instanceof Buffer || typeof response.body === 'string' ? response.body : '';
    lines.push(`Method response body after transformations: ${text(body)}`);
    lines.push(`Method response headers: ${headersText(response.headers)}`);
    lines.push('Successfully completed execution');
  }
  lines.push(`Method completed with status: ${response?.status ?? 500}`);
  return lines;
}

export function authorizerLines({ authorization }: RestExecution): string[] {
  if (!authorization) return [];
  if (authorization.cached) return ['Using valid authorizer policy from the cache'];
  return [
    `Sending request to the authorizer ${authorization.id}: ${JSON.stringify(authorization.event)}`,
    `Authorizer result body before parsing: ${authorization.answer ?? ''}`,
  ];
}

/** A mock has no endpoint. */
function integrationLines({ integration }: RestExecution): string[] {
  if (!integration) return [];
  return [
    `Endpoint request URI: ${integration.uri}`,
    `Endpoint request headers: ${headersText(integration.requestHeaders)}`,
    `Endpoint request body after transformations: ${text(integration.requestBody)}`,
    `Sending request to ${integration.uri}`,
    ...(integration.status === undefined
      ? []
      : [
          `Received response. Status: ${integration.status}, Integration latency: ${Math.round(integration.latencyMs)} ms`,
          `Endpoint response headers: ${headersText(integration.responseHeaders)}`,
          `Endpoint response body before transformations: ${text(integration.responseBody)}`,
        ]),
  ];
}

function* lastOf(query: ReadonlyMap<string, readonly string[]>): Generator<[string, string]> {
  for (const [name, values] of query) yield [name, values.at(-1) ?? ''];
}

function headersText(headers: HeaderFields | undefined): string {
  const shown = [...(headers ?? [])].map(
    ({ name, values }) => [name, SECRET.has(name.toLowerCase()) ? MASK : values.join(',')] as const,
  );
  return javaMap(shown);
}

/** AWS masks them, too. */
const SECRET: ReadonlySet<string> = new Set(['authorization', 'x-api-key']);
const MASK = '**********';

/** As Java prints maps. */
function javaMap(entries: Iterable<readonly [string, string]>): string {
  return `{${[...entries].map(([name, value]) => `${name}=${value}`).join(', ')}}`;
}

/** "Bodies are truncated to 1024 bytes" (developer guide, "Set up CloudWatch logging"). */
const BODY_LENGTH_MAX = 1_024;

function text(payload: Payload): string {
  if (typeof payload !== 'string') return text(payload.toString('utf8', 0, BODY_LENGTH_MAX + 4));
  return payload.length > BODY_LENGTH_MAX
    ? `${payload.slice(0, BODY_LENGTH_MAX)} [TRUNCATED]`
    : payload;
}
