/**
 * What is left of one event of a connection: a line in the access log and some in the execution log, metrics
 * under AWS's names, and what `/_brume/requests` shows.
 */
import type { ServiceMetrics } from '../../../telemetry/service-metrics.ts';
import type { PlaneEvent } from '../../data-plane.ts';
import { variableText } from '../rest/context-variables.ts';
import { logExecution } from '../rest/execution-log.ts';
import { shownAuthorizer, shownIntegration, shownText } from '../rest/trace.ts';
import type { CompiledStage } from './compiled-stage.ts';
import type { MessageBody } from './connection.ts';
import { requestContext } from './event.ts';
import type { Occasion } from './event.ts';
import { executionLog } from './execution-log.ts';
import type { WebSocketFailure } from './failure.ts';
import type { WebSocketRuntime } from './runtime.ts';

export interface Outcome {
  readonly status: number;
  readonly failure?: WebSocketFailure | undefined;
  /** What goes back to the client. */
  readonly answer?: MessageBody | undefined;
}

export interface EventRecord {
  readonly occasion: Occasion;
  /** The message; empty for `$connect` and `$disconnect`. */
  readonly body: MessageBody;
  readonly outcome: Outcome;
}

export function recordEvent(
  compiled: CompiledStage,
  record: EventRecord,
  { logs, metrics }: WebSocketRuntime,
): void {
  const { occasion, outcome } = record;
  const { timeMs, requestId, routeKey } = occasion;
  if (logs && compiled.accessLog) {
    const variables = logVariables(record);
    compiled.accessLog.write(logs, timeMs, (name) => variableText(variables, name));
  }
  const { settings, dimensions } = compiled.telemetryOf(routeKey);
  if (logs) {
    const failed = outcome.failure !== undefined;
    const execution = { requestId, timeMs, failed, lines: () => executionLog(record) };
    logExecution(logs, compiled.executionLog, settings, execution);
  }
  if (!metrics) return;
  for (const [metric, value] of metricsOf(record)) {
    for (const each of dimensions) metrics.add('AWS/ApiGateway', metric, each, value);
  }
}

/** A message that a backend has sent by `@connections`. */
export function countCallback(compiled: CompiledStage, metrics: ServiceMetrics | undefined): void {
  for (const each of compiled.telemetryOf('').dimensions) {
    metrics?.add('AWS/ApiGateway', 'MessageCount', each);
  }
}

/** Variables of access logs (developer guide, "Configure logging for WebSocket APIs", 2026-11). */
function logVariables({ occasion, outcome }: EventRecord): Readonly<Record<string, unknown>> {
  const { identity, apiKey, authorizer, authorization, integration, elapsedMs } = occasion.findings;
  const { failure, status } = outcome;
  const context = requestContext(occasion);
  const error = failure && {
    message: failure.message,
    messageString: JSON.stringify(failure.message),
    responseType: failure.type,
    validationErrorString: failure.type === 'BAD_REQUEST_BODY' ? failure.reason : undefined,
  };
  const latency = integration && Math.round(integration.latencyMs);
  const authorizerLatency = authorization && Math.round(authorization.latencyMs);
  const integrationError = integration && failure?.message;
  return {
    ...context,
    accountId: occasion.stage.accountId,
    authorizer: {
      ...(occasion.connection.authorizer ?? authorizer),
      latency: authorizerLatency,
      status: authorization && (failure?.status ?? 200),
      error: authorization && !integration ? failure?.message : undefined,
    },
    error,
    identity: {
      ...(context['identity'] as object),
      accountId: identity?.accountId,
      apiKey: apiKey?.value,
      apiKeyId: apiKey?.id,
      caller: identity?.callerId,
      user: identity?.userId,
      userArn: identity?.userArn,
    },
    integration: integration && {
      error: integrationError,
      integrationStatus: integration.status,
      latency,
      status: integration.status,
    },
    integrationErrorMessage: integrationError,
    integrationLatency: latency,
    integrationStatus: integration?.status,
    responseLatency: Math.round(elapsedMs),
    status,
  };
}

/** Metrics of WebSocket APIs and what they count (developer guide, "Monitor WebSocket API execution"). */
function* metricsOf({ occasion, outcome }: EventRecord): Generator<[string, number]> {
  const { eventType, findings } = occasion;
  const { status, failure, answer } = outcome;
  // "The number of messages sent to the $connect route integration."
  if (eventType === 'CONNECT' && (!failure || findings.integration)) yield ['ConnectCount', 1];
  // "… sent to the WebSocket API, either from or to the client."
  if (eventType === 'MESSAGE') yield ['MessageCount', answer === undefined ? 1 : 2];
  // "Suppressed for callbacks and mock integrations."
  if (findings.integration) yield ['IntegrationLatency', findings.integration.latencyMs];
  if (!failure && status >= 400) yield ['IntegrationError', 1];
  if (failure) yield [failure.status < 500 ? 'ClientError' : 'ExecutionError', 1];
}

/** As `/_brume/requests` shows it. */
export function observed({ occasion, body, outcome }: EventRecord): PlaneEvent {
  const { stage, eventType, routeKey, requestId, findings } = occasion;
  const { status, failure, answer } = outcome;
  return {
    plane: 'execute-api',
    requestId,
    accountId: stage.accountId,
    region: stage.region,
    operation: routeKey === '' ? `${eventType} (no route)` : routeKey,
    errorReason: failure?.reason,
    method: eventType,
    target: `/${stage.stageName}`,
    status,
    durationMs: findings.elapsedMs,
    requestBody: body,
    responseBody: answer ?? '',
    details: detailsOf(occasion, outcome),
  };
}

export function detailsOf(occasion: Occasion, { status, failure }: Outcome): object {
  const { connection, stage, eventType, routeKey, messageId, closing, findings } = occasion;
  const route = stage.routes.get(routeKey);
  const type = route?.integration?.type;
  return {
    apiId: stage.apiId,
    stageName: stage.stageName,
    deploymentId: stage.deploymentId,
    connectionId: connection.connectionId,
    eventType,
    routeKey,
    messageId,
    ...(closing && { disconnectStatusCode: closing.code, disconnectReason: closing.reason }),
    authorization: eventType === 'CONNECT' ? route?.authorization.type : undefined,
    authorizer: shownAuthorizer(findings.authorization),
    renderedRequest: shownText(findings.renderedRequest),
    renderedResponse: shownText(findings.renderedResponse),
    integration: shownIntegration(findings.integration, type) ?? (type && { type }),
    gatewayResponse: failure?.type,
    status,
    timeMs: occasion.timeMs,
    steps: findings.steps,
  };
}
