/** What a stage says of the logs and metrics of its routes. */
import type { StoredStage } from './api-document.ts';
import type { PublishedAccessLog, RouteTelemetry } from './port.ts';

/** What a route says nothing of is as the stage's default says. */
export function telemetryOf(
  { DefaultRouteSettings: all = {}, RouteSettings: byKey = {} }: StoredStage,
  routeKey?: string,
): RouteTelemetry {
  const hasOwn = routeKey !== undefined && Object.hasOwn(byKey, routeKey);
  const own = (hasOwn ? byKey[routeKey] : undefined) ?? {};
  return {
    loggingLevel: own.LoggingLevel ?? all.LoggingLevel ?? 'OFF',
    dataTraceEnabled: own.DataTraceEnabled ?? all.DataTraceEnabled ?? false,
    detailedMetrics: own.DetailedMetricsEnabled ?? all.DetailedMetricsEnabled ?? false,
  };
}

export function accessLogOf({ AccessLogSettings }: StoredStage): PublishedAccessLog | undefined {
  const { DestinationArn: destinationArn, Format: format } = AccessLogSettings ?? {};
  return destinationArn && format ? { destinationArn, format } : undefined;
}
