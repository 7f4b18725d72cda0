/**
 * The way of a request through an HTTP API, as two lists. Steps run until one has an answer; whatever
 * is thrown becomes the answer. Then the second list shapes it on its way back.
 */
import { isUtf8 } from 'node:buffer';
import type { HttpResponse } from '../../../http/message.ts';
import { authorize } from './authorize.ts';
import { checkHeaders } from './check-headers.ts';
import { addCorsHeaders, answerPreflight } from './cors.ts';
import type { Execution, GatewayResponse } from './execution.ts';
import { forbidden, GatewayError } from './gateway-error.ts';
import { integrate } from './integrate.ts';
import { mapRequest, mapResponse } from './parameter-mapping.ts';
import { receiveBody } from './receive-body.ts';
import { matchRoute } from './route.ts';
import type { GatewayRuntime } from '../runtime.ts';
import { throttle } from './throttle.ts';

type Step = (execution: Execution, runtime: GatewayRuntime) => void | Promise<void>;

const REQUEST_STEPS: readonly Step[] = [
  checkHeaders,
  answerPreflight,
  matchRoute,
  throttle,
  authorize,
  receiveBody,
  mapRequest,
  integrate,
  mapResponse,
];

const RESPONSE_STEPS: readonly Step[] = [addCorsHeaders];

/**
 * Answers one request, or refuses it for a reason that the client is not told. Rejects only for a defect
 * of ours.
 */
export async function run(
  execution: Execution,
  runtime: GatewayRuntime,
  refusal?: string,
): Promise<HttpResponse> {
  try {
    if (refusal !== undefined) throw forbidden(refusal);
    await runSteps(REQUEST_STEPS, execution, runtime);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    execution.errorReason = error.reason;
    execution.response = errorResponse(error);
  }
  await runSteps(RESPONSE_STEPS, execution, runtime);
  return written(execution);
}

async function runSteps(
  steps: readonly Step[],
  execution: Execution,
  runtime: GatewayRuntime,
): Promise<void> {
  for (const step of steps) {
    const startedMs = runtime.clock.monotonicMs();
    try {
      const pending = step(execution, runtime);
      if (pending) await pending;
    } finally {
      const durationMs = runtime.clock.monotonicMs() - startedMs;
      execution.timings.push({ step: step.name, durationMs });
    }
    if (step === answerPreflight && execution.response) return;
  }
}

function errorResponse(error: GatewayError): GatewayResponse {
  const headers = new Map([['content-type', ['application/json']]]);
  for (const [name, value] of Object.entries(error.headers)) headers.set(name, [value]);
  return { status: error.status, headers, body: JSON.stringify({ message: error.message }) };
}

function written({ response, requestId }: Execution): HttpResponse {
  if (!response) throw new Error('no step answered');
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, values] of response.headers) {
    const [only = ''] = values;
    if (values.length === 1) headers[name] = only;
    else headers[name] = name === 'set-cookie' ? values : values.join(',');
  }
  headers['apigw-requestid'] = requestId;
  return { status: response.status, headers, body: asText(response.body) };
}

/** Small answers that are text go out as text: Node sends them with their headers, in one write. */
const ONE_WRITE_BYTES_MAX = 16 * 1024;

function asText(body: string | Uint8Array): string | Uint8Array {
  if (typeof body === 'string' || body.length > ONE_WRITE_BYTES_MAX || !isUtf8(body)) return body;
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
}
