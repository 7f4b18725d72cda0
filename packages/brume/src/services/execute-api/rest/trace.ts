/** What happened to one request, step by step, for `/_brume/requests`. Texts are cut: traces are kept. */
import type { HttpResponse } from '../../../http/message.ts';
import type { PlaneNote } from '../../data-plane.ts';
import type { HeaderFields } from './header-fields.ts';
import type { Payload, RestExecution } from './rest-execution.ts';

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
      authorizer: authorization && {
        id: authorization.id,
        cached: authorization.cached,
        event: authorization.event,
        answer: cutText(authorization.answer),
        latencyMs: authorization.latencyMs,
      },
      cache: execution.cache,
      renderedRequest: cutText(execution.renderedRequest),
      renderedResponse: cutText(execution.renderedResponse),
      integration: integration && {
        type: method?.integration.type,
        uri: integration.uri,
        requestHeaders: headersOf(integration.requestHeaders),
        requestBody: cut(integration.requestBody),
        status: integration.status,
        latencyMs: integration.latencyMs,
        responseHeaders: headersOf(integration.responseHeaders),
        responseBody: cut(integration.responseBody),
      },
      gatewayResponse: execution.failure?.type,
      status: response.status,
      timeMs: execution.timeMs,
      steps: execution.timings,
    },
  };
}

function cutText(text: string | undefined): string | undefined {
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
