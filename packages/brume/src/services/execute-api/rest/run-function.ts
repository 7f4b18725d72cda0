/** Runs a function for an API, in time, and turns every way to fail into a failure of the gateway. */
import { AwsError } from '../../../model/aws-error.ts';
import type { InvokeRequest, InvokeResult } from '../../lambda/port.ts';
import { GatewayFailure, internalFailure } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';

export interface FunctionCall {
  readonly functionName: string;
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
  readonly invocationType?: InvokeRequest['invocationType'];
}

export function runFunction(
  { stage, traceId }: RestExecution,
  { lambda, timers }: RestRuntime,
  { timeoutMs, ...call }: FunctionCall,
): Promise<InvokeResult> {
  const { accountId, region } = stage;
  return new Promise((resolve, reject) => {
    // A function that runs on has nobody to answer to, as on AWS.
    const timer = timers.after(timeoutMs, () => reject(timedOut(call.functionName)));
    lambda
      .invoke({ ...call, accountId, region, traceId })
      .then(resolve, (error: unknown) => reject(invocationFailure(error, call.functionName)))
      .finally(() => timer.cancel());
  });
}

export function timedOut(what: string): GatewayFailure {
  return new GatewayFailure('INTEGRATION_TIMEOUT', `${what}: timed out`);
}

function invocationFailure(error: unknown, functionName: string): unknown {
  if (!(error instanceof AwsError)) return error;
  const reason = `${functionName}: ${error.code}: ${error.message}`;
  return error.code === 'RequestTooLargeException'
    ? new GatewayFailure('REQUEST_TOO_LARGE', reason)
    : internalFailure(reason);
}
