/**
 * The way of a request through a REST API. Steps run in AWS's order until one throws; what is thrown
 * becomes the API's gateway response (developer guide, "API Gateway authorization flow").
 */
import type { HttpResponse } from '../../../http/message.ts';
import { authorize } from './authorize.ts';
import { checkApiKey } from './check-api-key.ts';
import { checkHeaders } from './check-headers.ts';
import { compressResponse } from './compression.ts';
import { GatewayFailure } from './gateway-failure.ts';
import { matchMethod } from './match-method.ts';
import { receiveBody } from './receive-body.ts';
import type { RestExecution, RestResponse } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { validateRequest } from './validate-request.ts';
import { writeResponse } from './write-response.ts';

type Step = (execution: RestExecution, runtime: RestRuntime) => void | Promise<void>;

const STEPS: readonly Step[] = [
  checkHeaders,
  matchMethod,
  authorize,
  checkApiKey,
  throttle,
  receiveBody,
  validateRequest,
  integrate,
];

const TEST_STEPS: readonly Step[] = [validateRequest, integrate];

/**
 * Answers one request, or refuses it for a reason that the client is not told. Rejects only for a defect
 * of ours.
 */
export async function run(
  execution: RestExecution,
  runtime: RestRuntime,
  refusal?: string,
): Promise<HttpResponse> {
  await answer(refusal === undefined ? STEPS : [refusing(refusal)], execution, runtime);
  const compressing = compressResponse(execution);
  if (compressing) await compressing;
  return writeResponse(execution);
}

/** AWS's form by its knowledge center: `ForbiddenException`; of which type it is, is unverified. */
function refusing(reason: string): Step {
  const said = { status: 403, message: 'Forbidden', errorType: 'ForbiddenException' };
  return function admit(execution, runtime) {
    try {
      // Whose logs are to say so.
      matchMethod(execution, runtime);
    } catch (error) {
      // The client is not told that there is no method either.
      if (!(error instanceof GatewayFailure)) throw error;
    }
    throw new GatewayFailure('DEFAULT_4XX', reason, said);
  };
}

/** The same of a method that is only tried, whose request is complete. */
export function runTest(execution: RestExecution, runtime: RestRuntime): Promise<RestResponse> {
  return answer(TEST_STEPS, execution, runtime);
}

async function answer(
  steps: readonly Step[],
  execution: RestExecution,
  runtime: RestRuntime,
): Promise<RestResponse> {
  try {
    await runSteps(steps, execution, runtime);
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    execution.failure = error;
    execution.response = execution.served.gatewayResponses.answer(error, execution);
  }
  if (!execution.response) throw new Error('no step answered');
  return execution.response;
}

async function runSteps(
  steps: readonly Step[],
  execution: RestExecution,
  runtime: RestRuntime,
): Promise<void> {
  let startedMs = runtime.clock.monotonicMs();
  for (const step of steps) {
    try {
      const pending = step(execution, runtime);
      if (pending) await pending;
    } finally {
      const endedMs = runtime.clock.monotonicMs();
      execution.timings.push({ step: step.name, durationMs: endedMs - startedMs });
      startedMs = endedMs;
    }
  }
}

function throttle({ matched }: RestExecution): void {
  if (matched.bucket && !matched.bucket.take()) throw new GatewayFailure('THROTTLED', 'throttled');
}

function integrate(execution: RestExecution, runtime: RestRuntime): void | Promise<void> {
  const { integration, cached } = execution.matched;
  const call = () => integration.call(execution, runtime);
  return cached ? cached(execution, runtime, call) : call();
}
