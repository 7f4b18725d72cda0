/** Runs a function for an API, in time, and turns every way to fail into a failure of the gateway. */
import { AwsError } from '../../../model/aws-error.ts';
import type { InvokeRequest, InvokeResult, StreamedInvocation } from '../../lambda/port.ts';
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
  runtime: RestRuntime,
  call: FunctionCall,
): Promise<InvokeResult> {
  return inTime(runtime.lambda.invoke(requestOf(execution, call)), call, runtime);
}

/** Resolves when the function begins to answer, in time. */
export function streamFunction(
  execution: RestExecution,
  runtime: RestRuntime,
  call: FunctionCall,
): Promise<StreamedInvocation> {
  return inTime(runtime.lambda.invokeStreamed(requestOf(execution, call)), call, runtime);
}

function requestOf(execution: RestExecution, call: FunctionCall): InvokeRequest {
  const { stage, traceId } = execution;
  const { accountId, region, apiId } = stage;
  const {
    functionName,
    payload,
    invocationType,
    credentialsArn,
    part = methodPart(execution),
  } = call;
  const arn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${part}`;
  const admitted = { service: 'apigateway.amazonaws.com', arn, accountId };
  const source = credentialsArn === undefined ? admitted : undefined;
  return { functionName, payload, invocationType, accountId, region, traceId, source };
}

/** A function that runs on has nobody to answer to, as on AWS. */
function inTime<Answer>(
  invocation: Promise<Answer>,
  { timeoutMs, functionName }: FunctionCall,
  { timers }: RestRuntime,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = timers.after(timeoutMs, () => reject(timedOut(functionName)));
    invocation
      .then(resolve, (error: unknown) => reject(invocationFailure(error, functionName)))
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
  if (error.code === 'AccessDeniedException') {
    // AWS's words in its logs (serverless#1913, 2016-08).
    return internalFailure('Invalid permissions on Lambda function');
  }
  const reason = `${functionName}: ${error.code}: ${error.message}`;
  return error.code === 'RequestEntityTooLargeException'
    ? new GatewayFailure('REQUEST_TOO_LARGE', reason)
    : internalFailure(reason);
}
