/**
 * Every request enters here. The data planes (Brume's own pages among them) claim theirs by address;
 * the rest are AWS requests and go through the pipeline. Each is timed, counted, logged and traced.
 */
import type { Clock, Random } from '../environment/environment.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/message.ts';
import { AwsError } from '../model/aws-error.ts';
import type { DataPlane, PlaneEvent, PlaneHandler, PlaneNote } from '../services/data-plane.ts';
import type { Logger, RequestLine } from '../telemetry/log.ts';
import type { RequestMetrics } from '../telemetry/metrics.ts';
import { tracedBody } from '../telemetry/traces.ts';
import type { RequestTraces, TracedBody } from '../telemetry/traces.ts';
import { compressAnswer } from './answer-compression.ts';
import { exposeAnswer } from './cors.ts';
import { Exchange } from './exchange.ts';
import { run } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { recordBody } from './recorded-body.ts';

export interface DispatcherOptions {
  readonly pipeline: Pipeline;
  readonly dataPlanes: readonly DataPlane[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger & { request(line: RequestLine): void };
  readonly metrics: RequestMetrics;
  readonly traces: RequestTraces;
}

export function createDispatcher(options: DispatcherOptions): HttpHandler {
  return (request) => {
    const startedMs = options.clock.monotonicMs();
    for (const plane of options.dataPlanes) {
      const handler = plane.claim(request);
      if (handler) return answerPlane(options, plane, handler, request, startedMs);
    }
    return answerOperation(options, request, startedMs);
  };
}

async function answerOperation(
  options: DispatcherOptions,
  request: HttpRequest,
  startedMs: number,
): Promise<HttpResponse> {
  const exchange = new Exchange(request, options.random.uuid());
  const response = await run(options.pipeline, exchange);
  exposeAnswer(request, response);
  record(options, request, startedMs, {
    service: exchange.target?.entry.name ?? 'unknown',
    operation: exchange.match?.operation.name ?? 'Unknown',
    requestId: exchange.requestId,
    accountId: exchange.accountId,
    region: exchange.region,
    response,
    requestBody: tracedBody(exchange.body),
    errorCode: exchange.error?.code,
  });
  return compressAnswer(request, response);
}

async function answerPlane(
  options: DispatcherOptions,
  plane: DataPlane,
  handler: PlaneHandler,
  request: HttpRequest,
  startedMs: number,
): Promise<HttpResponse> {
  const recorded = recordBody(request);
  let noted: PlaneNote | undefined;
  const response = await handler(recorded.request, (note) => {
    noted = note;
  }).catch((error: unknown) => planeFailure(options, plane, error));
  if (!plane.unrecorded) {
    record(options, request, startedMs, {
      service: plane.name,
      operation: noted?.operation ?? request.method,
      requestId: noted?.requestId ?? options.random.uuid(),
      accountId: noted?.accountId ?? '',
      region: noted?.region ?? '',
      response,
      requestBody: recorded.body(),
      errorCode: noted?.errorReason,
      details: noted?.details,
    });
  }
  return response;
}

/** A plane answers its own errors; what it throws all the same is a defect of ours. */
function planeFailure(options: DispatcherOptions, plane: DataPlane, thrown: unknown): HttpResponse {
  if (!(thrown instanceof AwsError)) {
    options.log.log('error', 'A request failed by a defect of Brume', {
      service: plane.name,
      error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    });
  }
  const known = thrown instanceof AwsError ? thrown : undefined;
  return {
    status: known?.status ?? 500,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: known?.message ?? 'Internal server error' }),
  };
}

/** What telemetry keeps of something that happened without a request. */
export function recordEvent(
  { clock, log, metrics, traces }: Pick<DispatcherOptions, 'clock' | 'log' | 'metrics' | 'traces'>,
  event: PlaneEvent,
): void {
  const { plane: service, operation, status, durationMs, requestId } = event;
  const errorCode = event.errorReason;
  metrics.record(service, operation, status, durationMs);
  log.request({ service, operation, status, durationMs, requestId, errorCode });
  const { accountId, region, method, target, details, requestBody, responseBody } = event;
  traces.record({
    ...{ service, operation, status, durationMs, requestId, errorCode },
    ...{ accountId, region, method, target, details },
    timeMs: clock.nowMs() - durationMs,
    requestHeaders: [],
    requestBody: tracedBody(requestBody),
    responseBody: tracedBody(responseBody),
  });
}

/** What telemetry keeps of an answered request. */
interface Answered {
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly region: string;
  readonly response: HttpResponse;
  readonly requestBody: TracedBody;
  readonly errorCode?: string | undefined;
  readonly details?: object | undefined;
}

function record(
  { clock, log, metrics, traces }: DispatcherOptions,
  request: HttpRequest,
  startedMs: number,
  answered: Answered,
): void {
  const { response, ...known } = answered;
  const durationMs = clock.monotonicMs() - startedMs;
  metrics.record(known.service, known.operation, response.status, durationMs);
  log.request({
    service: known.service,
    operation: known.operation,
    status: response.status,
    durationMs,
    requestId: known.requestId,
    errorCode: known.errorCode,
  });
  traces.record({
    ...known,
    timeMs: clock.nowMs() - durationMs,
    method: request.method,
    target: request.target,
    requestHeaders: request.headers.raw,
    status: response.status,
    responseBody: tracedBody(response.body),
    durationMs,
  });
}
