/** Variables that only the access logs of HTTP APIs have (developer guide, "Logging variables"). */
import type { HttpResponse } from '../../../http/message.ts';
import { contextVariable } from './context-variables.ts';
import type { Execution } from './execution.ts';

type LogVariable = (execution: Execution, response: HttpResponse) => string | undefined;

const integrationStatus: LogVariable = (execution) => execution.integrationStatus?.toString();
const integrationLatency: LogVariable = ({ timings }) =>
  timings.find(({ step }) => step === 'integrate')?.durationMs.toFixed(0);
const errorMessage: LogVariable = ({ errorReason, integrationStatus: status }) =>
  status === undefined ? undefined : errorReason;

const VARIABLES: Readonly<Record<string, LogVariable>> = {
  dataProcessed: (_, response) => lengthOf(response),
  'error.message': ({ errorReason }) => errorReason,
  'error.messageString': ({ errorReason }) => errorReason && JSON.stringify(errorReason),
  'integration.error': errorMessage,
  'integration.integrationStatus': integrationStatus,
  'integration.latency': integrationLatency,
  'integration.status': integrationStatus,
  integrationErrorMessage: errorMessage,
  integrationLatency,
  integrationStatus,
  responseLatency: ({ timings }) =>
    timings.reduce((sum, { durationMs }) => sum + durationMs, 0).toFixed(0),
  responseLength: (_, response) => lengthOf(response),
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

/** Of what is at hand whole. */
function lengthOf({ body }: HttpResponse): string | undefined {
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  return isWhole ? String(Buffer.byteLength(body)) : undefined;
}
