/** What happened to one request, step by step, for `/_brume/requests`. Texts are cut: traces are kept. */
import type { HttpResponse } from '../../../http/message.ts';
import type { PlaneNote } from '../../data-plane.ts';
import type { HeaderFields } from './header-fields.ts';
import type {
  AuthorizerRecord,
  IntegrationRecord,
  Payload,
  RestExecution,
} from './rest-execution.ts';

const TEXT_LENGTH_MAX = 4_096;

export function traceOf(execution: RestExecution, response: HttpResponse): PlaneNote {
  const { stage, request, method, served, authorization, integration } = execution;
  const operation = method
    ? `${method.httpMethod} ${method.resourcePath}`
    : `${request.method} (no method)`;
  return {
    requestId: execution.requestId,
    accountId: stage.accountId,
    region: stage.region,
    operation,
    errorReason: execution.failure?.reason,
    details: {
      apiId: stage.apiId,
      stageName: stage.stageName,
      deploymentId: served.deploymentId,
      isCanary: execution.isCanary,
      method: request.method,
      path: request.path,
      resource: method?.resourcePath,
      authorization: method?.authorizationType,
      authorizer: shownAuthorizer(authorization),
      cache: execution.cache,
      renderedRequest: shownText(execution.renderedRequest),
      renderedResponse: shownText(execution.renderedResponse),
      integration: shownIntegration(integration, method?.integration.type),
      gatewayResponse: execution.failure?.type,
      status: response.status,
      timeMs: execution.timeMs,
      steps: execution.timings,
    },
  };
}

export function shownAuthorizer(record: AuthorizerRecord | undefined): object | undefined {
  return record && { ...record, answer: shownText(record.answer) };
}

export function shownIntegration(
  record: IntegrationRecord | undefined,
  type: string | undefined,
): object | undefined {
  if (!record) return undefined;
  return {
    type,
    uri: record.uri,
    requestHeaders: headersOf(record.requestHeaders),
    requestBody: cut(record.requestBody),
    status: record.status,
    latencyMs: record.latencyMs,
    responseHeaders: headersOf(record.responseHeaders),
    responseBody: cut(record.responseBody),
  };
}

export function shownText(text: string | undefined): string | undefined {
  return text?.slice(0, TEXT_LENGTH_MAX);
}

function cut(payload: Payload): string {
  if (typeof payload === 'string') return payload.slice(0, TEXT_LENGTH_MAX);
  return payload.toString('utf8', 0, TEXT_LENGTH_MAX);
}

/** Credentials are not kept: the same that traces of requests leave out. */
const SECRET = new Set(['authorization', 'cookie', 'x-api-key', 'x-amz-security-token']);

function headersOf(headers: HeaderFields | undefined): Record<string, string> | undefined {
  if (!headers) return undefined;
  const shown = Object.create(null) as Record<string, string>;
  for (const { name, values } of headers) {
    shown[name] = SECRET.has(name.toLowerCase()) ? '(removed)' : values.join(', ');
  }
  return shown;
}
