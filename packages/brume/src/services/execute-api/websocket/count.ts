/** Metrics of WebSocket APIs under AWS's names (developer guide, "WebSocket API metrics", 2023-04). */
import type { ServiceMetrics } from '../../../telemetry/service-metrics.ts';
import type { WebSocketStage } from '../../apigatewayv2/port.ts';

export interface Counted {
  readonly status: number;
  /** What the gateway said by itself; undefined where the integration answered. */
  readonly failureStatus: number | undefined;
  readonly latencyMs: number;
}

/** `ConnectCount` or `MessageCount`, and what went wrong. */
export function count(
  metrics: ServiceMetrics | undefined,
  { apiId: ApiId, stageName: Stage }: WebSocketStage,
  metric: 'ConnectCount' | 'MessageCount',
  counted?: Counted,
): void {
  if (!metrics) return;
  const add = (name: string, value = 1) => {
    metrics.add('AWS/ApiGateway', name, { ApiId, Stage }, value);
  };
  add(metric);
  if (!counted) return;
  const { status, failureStatus, latencyMs } = counted;
  if (failureStatus === undefined) {
    add('IntegrationLatency', latencyMs);
    if (status >= 400) add('IntegrationError');
  } else if (failureStatus < 500) add('ClientError');
  else add('ExecutionError');
}
