/**
 * An execution as AWS logs it, line by line, as TestInvokeMethod answers it (recorded 2024,
 * test_invoke_test_method). Lines between request and response are AWS's from memory.
 */
import type { GatewayFailure } from './gateway-failure.ts';
import type { LogsPort, LogStreamReference } from '../../logs/port.ts';
import type { HeaderFields } from './header-fields.ts';
import type { Payload, RestExecution } from './rest-execution.ts';

/** `ERROR` logs what failed, `INFO` everything; bodies and headers only where data is traced, too. */
export function logExecution(
  logs: LogsPort,
  stream: LogStreamReference,
  settings: {
    readonly loggingLevel?: string | undefined;
    readonly dataTraceEnabled?: boolean | undefined;
  },
  execution: {
    readonly requestId: string;
    readonly timeMs: number;
    readonly failed: boolean;
    readonly lines: () => string[];
  },
): void {
  const { loggingLevel, dataTraceEnabled = false } = settings;
  const { requestId, timeMs, failed, lines } = execution;
  if (loggingLevel !== 'INFO' && !(loggingLevel === 'ERROR' && failed)) return;
  for (const line of lines()) {
    if (!dataTraceEnabled && DATA.test(line)) continue;
    logs.write(stream, { timestampMs: timeMs, message: `(${requestId}) ${line}` });
  }
}

const DATA = / (?:headers|body|result body)\b.*: /;

/** `more` are lines that follow what was asked for. */
export function executionLog(execution: RestExecution, more: readonly string[] = []): string[] {
  const { request, requestId, response, failure } = execution;
  const lines = [
    `Starting execution for request: ${requestId}`,
    `HTTP Method: ${request.method}, Resource Path: ${request.path}`,
    ...more,
    `Method request path: ${javaMap(execution.pathParameters)}`,
    `Method request query string: ${javaMap(lastOf(request.query))}`,
    `Method request headers: ${headersText(request.headers)}`,
    `Method request body before transformations: ${loggedText(execution.body)}`,
    ...integrationLines(execution),
  ];
  if (failure) {
    lines.push(failureLine(execution, failure));
  } else if (response) {
    const body =
      response.body instanceof Buffer || typeof response.body === 'string' ? response.body : '';
    lines.push(`Method response body after transformations: ${loggedText(body)}`);
    lines.push(`Method response headers: ${headersText(response.headers)}`);
    lines.push('Successfully completed execution');
  }
  lines.push(`Method completed with status: ${response?.status ?? 500}`);
  return lines;
}

/** Of a failure that AWS has no other words for, its reason is told as a configuration's. */
export function failureLine(
  { requestId }: RestExecution,
  { type, reason, said }: GatewayFailure,
): string {
  if (said.logged !== undefined) return said.logged;
  switch (type) {
    case 'API_CONFIGURATION_ERROR':
    case 'DEFAULT_5XX':
      return `Execution failed due to configuration error: ${reason}`;
    case 'INTEGRATION_TIMEOUT':
      return 'Execution failed due to a timeout error';
    case 'INTEGRATION_FAILURE':
      return 'Execution failed due to a network error communicating with endpoint';
    case 'UNAUTHORIZED':
      return `Unauthorized request: ${requestId}`;
    default:
      return reason;
  }
}

export function authorizerLines({ authorization }: Pick<RestExecution, 'authorization'>): string[] {
  if (!authorization) return [];
  if (authorization.cached) return ['Using valid authorizer policy from the cache'];
  return [
    `Endpoint request body after transformations: ${JSON.stringify(authorization.event)}`,
    `Authorizer result body before parsing: ${authorization.answer ?? ''}`,
  ];
}

/** A mock has no endpoint. */
export function integrationLines({ integration }: Pick<RestExecution, 'integration'>): string[] {
  if (!integration) return [];
  const uri = endpointUri(integration.uri);
  return [
    `Endpoint request URI: ${uri}`,
    `Endpoint request headers: ${headersText(integration.requestHeaders)}`,
    `Endpoint request body after transformations: ${loggedText(integration.requestBody)}`,
    `Sending request to ${uri}`,
    ...(integration.status === undefined
      ? []
      : [
          `Received response. Status: ${integration.status}, Integration latency: ${Math.round(integration.latencyMs)} ms`,
          `Endpoint response headers: ${headersText(integration.responseHeaders)}`,
          `Endpoint response body before transformations: ${loggedText(integration.responseBody)}`,
        ]),
  ];
}

/** Functions are asked by Lambda's own address. */
function endpointUri(uri: string): string {
  const [, region] = /^arn:[\w-]+:lambda:([\w-]+):/.exec(uri) ?? [];
  if (region === undefined) return uri;
  return `https://lambda.${region}.amazonaws.com/2015-03-31/functions/${uri}/invocations`;
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

export function loggedText(payload: Payload): string {
  if (typeof payload !== 'string')
    return loggedText(payload.toString('utf8', 0, BODY_LENGTH_MAX + 4));
  return payload.length > BODY_LENGTH_MAX
    ? `${payload.slice(0, BODY_LENGTH_MAX)} [TRUNCATED]`
    : payload;
}
