/** Metrics of HTTP APIs under AWS's names (developer guide, "Monitor CloudWatch metrics for HTTP APIs", 2026-11). */
import type { HttpResponse } from '../../../http/message.ts';
import type { Dimensions, ServiceMetrics } from '../../../telemetry/service-metrics.ts';
import type { PublishedRoute, PublishedStage } from '../../apigatewayv2/port.ts';
import type { Execution } from './execution.ts';
import { integrationLatencyMs, lengthOf, responseLatencyMs } from './log-variables.ts';

export function countExecution(
  execution: Execution,
  response: HttpResponse,
  metrics: ServiceMetrics,
): void {
  const { stage, route, body } = execution;
  const { status } = response;
  const detailed = route?.dimensions;
  const add = (metric: string, value: number) => {
    metrics.add('AWS/ApiGateway', metric, stage.dimensions, value);
    if (detailed) metrics.add('AWS/ApiGateway', metric, detailed, value);
  };
  add('Count', 1);
  add('4xx', status >= 400 && status < 500 ? 1 : 0);
  add('5xx', status >= 500 ? 1 : 0);
  add('Latency', responseLatencyMs(execution));
  const integrationLatency = integrationLatencyMs(execution);
  if (integrationLatency !== undefined) add('IntegrationLatency', integrationLatency);
  add('DataProcessed', body.length + (lengthOf(response) ?? 0));
}

export function stageDimensions({ apiId, stageName }: PublishedStage): Dimensions {
  return { ApiId: apiId, Stage: stageName };
}

/** Undefined where the route has no metrics of its own. What AWS says of `$default` is unverified. */
export function routeDimensions(
  stage: PublishedStage,
  { routeKey, telemetry }: PublishedRoute,
): Dimensions | undefined {
  if (!telemetry.detailedMetrics) return undefined;
  const [Method = '', Resource = Method] = routeKey.split(' ');
  return { ...stageDimensions(stage), Method, Resource };
}
