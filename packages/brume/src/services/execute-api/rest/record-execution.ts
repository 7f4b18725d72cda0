/** What is left of an execution: lines in CloudWatch Logs, and metrics under AWS's names. */
import type { HttpResponse } from '../../../http/message.ts';
import { contextVariables, errorVariables, variableText } from './context-variables.ts';
import type { Variables } from './context-variables.ts';
import { logExecution } from './execution-log.ts';
import type { RestExecution } from './rest-execution.ts';
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
  const { integration, authorization, traceId } = execution;
  const error = errorVariables(execution);
  const { body } = response;
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  const answered = integration && {
    latency: Math.round(integration.latencyMs),
    integrationStatus: integration.status,
    status: integration.status,
    error: error?.['message'],
  };
  return {
    ...contextVariables(execution),
    error,
    status: response.status,
    responseLength: isWhole ? Buffer.byteLength(body) : undefined,
    responseLatency: Math.round(latencyMs),
    integration: answered,
    integrationLatency: answered?.latency,
    integrationStatus: answered?.status,
    integrationErrorMessage: integration && error?.['message'],
    authorize: authorization && { latency: Math.round(authorization.latencyMs) },
    xrayTraceId: traceId,
  };
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
