/** Variables that only the access logs of HTTP APIs have (developer guide, "Logging variables"). */
import type { HttpResponse } from '../../../http/message.ts';
import { contextVariable } from './context-variables.ts';
import type { Execution } from './execution.ts';

type LogVariable = (execution: Execution, response: HttpResponse) => string | undefined;

/** What the integration said; of a function, what its code did. */
const answeredStatus: LogVariable = (execution) => execution.integrationStatus?.toString();
/** Of a function, what Lambda said of it: it is only known where that was 200. */
const integrationStatus: LogVariable = (execution, response) => {
  const answered = answeredStatus(execution, response);
  return answered && execution.integration?.type === 'lambda' ? '200' : answered;
};
const integrationLatency: LogVariable = (execution) => integrationLatencyMs(execution)?.toFixed(0);
const length: LogVariable = (_, response) => lengthOf(response)?.toString();
const errorMessage: LogVariable = ({ errorReason, integrationStatus: status }) =>
  status === undefined ? undefined : errorReason;

const VARIABLES: Readonly<Record<string, LogVariable>> = {
  dataProcessed: length,
  'error.message': ({ errorReason }) => errorReason,
  'error.messageString': ({ errorReason }) => errorReason && JSON.stringify(errorReason),
  'integration.error': errorMessage,
  'integration.integrationStatus': integrationStatus,
  'integration.latency': integrationLatency,
  'integration.status': answeredStatus,
  integrationErrorMessage: errorMessage,
  integrationLatency,
  integrationStatus,
  responseLatency: (execution) => responseLatencyMs(execution).toFixed(0),
  responseLength: length,
  status: (_, { status }) => String(status),
};

export function logVariable(
  execution: Execution,
  response: HttpResponse,
  name: string,
): string | undefined {
  const own = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
  return own ? own(execution, response) : contextVariable(execution, name);
}

/** Undefined where nobody was asked. */
export function integrationLatencyMs({ timings }: Execution): number | undefined {
  return timings.find(({ step }) => step === 'integrate')?.durationMs;
}

export function responseLatencyMs({ timings }: Execution): number {
  return timings.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** Of what is at hand whole. */
export function lengthOf({ body }: HttpResponse): number | undefined {
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  return isWhole ? Buffer.byteLength(body) : undefined;
}
