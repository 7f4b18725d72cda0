/**
 * The way of a request through a REST API. Steps run in AWS's order until one throws; what is thrown
 * becomes the API's gateway response (developer guide, "API Gateway authorization flow").
 */
import type { HttpResponse } from '../../../http/message.ts';
import { authorize } from './authorize.ts';
import { checkApiKey } from './check-api-key.ts';
import { checkHeaders } from './check-headers.ts';
import { GatewayFailure } from './gateway-failure.ts';
import { matchMethod } from './match-method.ts';
import { receiveBody } from './receive-body.ts';
import type { RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { writeResponse } from './write-response.ts';

type Step = (execution: RestExecution, runtime: RestRuntime) => void | Promise<void>;

const STEPS: readonly Step[] = [
  checkHeaders,
  matchMethod,
  authorize,
  checkApiKey,
  throttle,
  receiveBody,
  integrate,
];

/** Answers one request. Rejects only for a defect of ours. */
export async function run(execution: RestExecution, runtime: RestRuntime): Promise<HttpResponse> {
  try {
    await runSteps(STEPS, execution, runtime);
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    execution.failure = error;
    execution.response = execution.served.gatewayResponses.answer(error, execution);
  }
  return writeResponse(execution);
}

async function runSteps(
  steps: readonly Step[],
  execution: RestExecution,
  runtime: RestRuntime,
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
  }
}

function throttle({ matched }: RestExecution): void {
  if (matched.bucket && !matched.bucket.take()) throw new GatewayFailure('THROTTLED', 'throttled');
}

function integrate(execution: RestExecution, runtime: RestRuntime): void | Promise<void> {
  return execution.matched.integration.call(execution, runtime);
}
