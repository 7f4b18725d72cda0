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
  /** Role that the API acts with; without one the function's policy must admit the API. */
  readonly credentialsArn?: string | undefined;
  /** Which part of the API asks, as policies name it: its method, if nothing else. */
  readonly part?: string;
  readonly invocationType?: InvokeRequest['invocationType'];
}

export function runFunction(
  execution: RestExecution,
  { lambda, timers }: RestRuntime,
  { timeoutMs, credentialsArn, part = methodPart(execution), ...call }: FunctionCall,
): Promise<InvokeResult> {
  const { stage, traceId } = execution;
  const { accountId, region, apiId } = stage;
  const arn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${part}`;
  const admitted = { service: 'apigateway.amazonaws.com', arn, accountId };
  const source = credentialsArn === undefined ? admitted : undefined;
  return new Promise((resolve, reject) => {
    // A function that runs on has nobody to answer to, as on AWS.
    const timer = timers.after(timeoutMs, () => reject(timedOut(call.functionName)));
    lambda
      .invoke({ ...call, accountId, region, traceId, source })
      .then(resolve, (error: unknown) => reject(invocationFailure(error, call.functionName)))
      .finally(() => timer.cancel());
  });
}

/** The path as the resource has it, with its parameters' names: `prod/GET/notes/{id}`. */
function methodPart({ stage, request, matched }: RestExecution): string {
  return `${stage.stageName}/${request.method}${matched.resourcePath}`;
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
