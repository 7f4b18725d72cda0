/** What is left of an execution: lines in CloudWatch Logs, and metrics under AWS's names. */
import type { HttpResponse } from '../../../http/message.ts';
import { contextVariables, errorVariables, variableText } from './context-variables.ts';
import type { Variables } from './context-variables.ts';
import { logExecution } from './execution-log.ts';
import { FAILURE_KINDS } from './gateway-failure.ts';
import type { GatewayFailure } from './gateway-failure.ts';
import type { AuthorizerRecord, RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { stageLog } from './stage-log.ts';

export function recordExecution(
  execution: RestExecution,
  response: HttpResponse,
  runtime: RestRuntime,
  latencyMs: number,
): void {
  const { stage, timeMs } = execution;
  const { logs } = runtime;
  if (logs && stage.accessLog) {
    const variables = logVariables(execution, response, latencyMs);
    stage.accessLog.write(logs, timeMs, (name) => variableText(variables, name));
  }
  const settings = execution.method?.settings;
  if (logs && settings) {
    const failed = execution.failure !== undefined;
    const { requestId } = execution;
    const lines = () => stageLog(execution);
    logExecution(logs, stage.executionLog, settings, { requestId, timeMs, failed, lines });
  }
  if (runtime.metrics) count(execution, response, runtime, latencyMs);
}

/** Variables that only logs have (developer guide, "Variables for access logging"). */
function logVariables(
  execution: RestExecution,
  response: HttpResponse,
  latencyMs: number,
): Variables {
  const { integration, authorization, failure, method, request, traceId } = execution;
  const error = errorVariables(execution);
  const variables = contextVariables(execution);
  const known = variables['authorizer'] as object | undefined;
  const { body } = response;
  const basePath = request.eventPath.slice(1, -request.path.length);
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  const answered = integration && {
    latency: Math.round(integration.latencyMs),
    integrationStatus: integration.status,
    // What a function of AWS_PROXY said; Lambda's own status is the other one.
    status:
      method?.integration.type === 'AWS_PROXY' && !failure ? response.status : integration.status,
    error: error?.['message'],
  };
  return {
    ...variables,
    error,
    status: response.status,
    responseLength: isWhole ? Buffer.byteLength(body) : undefined,
    responseLatency: Math.round(latencyMs),
    integration: answered,
    integrationLatency: answered?.latency,
    integrationStatus: answered?.integrationStatus,
    integrationErrorMessage: integration && error?.['message'],
    authorize: authorization && { latency: Math.round(authorization.latencyMs) },
    authorizer: authorization
      ? { ...known, ...authorizerVariables(authorization, failure) }
      : known,
    customDomain: basePath === '' ? undefined : { basePathMatched: basePath },
    xrayTraceId: traceId,
  };
}

function authorizerVariables(
  { latencyMs }: AuthorizerRecord,
  failure: GatewayFailure | undefined,
): Variables {
  const latency = Math.round(latencyMs);
  const isItsFault = failure !== undefined && /^AUTHORIZER_|^UNAUTHORIZED$/.test(failure.type);
  const status = isItsFault ? FAILURE_KINDS[failure.type].status : 200;
  const error = isItsFault ? (failure.text ?? undefined) : undefined;
  return { latency, integrationLatency: latency, status, integrationStatus: status, error };
}

function count(
  { stage, method, integration, cache }: RestExecution,
  { status }: HttpResponse,
  { metrics }: RestRuntime,
  latencyMs: number,
): void {
  // "Detailed metrics" are of methods.
  const detailed = method?.settings?.metricsEnabled ? method.dimensions : undefined;
  const add = (metric: string, value?: number) => {
    metrics?.add('AWS/ApiGateway', metric, stage.dimensions, value);
    if (detailed) metrics?.add('AWS/ApiGateway', metric, detailed, value);
  };
  add('Count');
  add('4XXError', status >= 400 && status < 500 ? 1 : 0);
  add('5XXError', status >= 500 ? 1 : 0);
  add('Latency', latencyMs);
  if (integration) add('IntegrationLatency', integration.latencyMs);
  if (cache) add(cache === 'hit' ? 'CacheHitCount' : 'CacheMissCount');
}
