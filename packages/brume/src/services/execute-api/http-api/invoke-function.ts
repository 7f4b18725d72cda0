/** Runs a Lambda function for the gateway, and turns every way to fail into the gateway's answer. */
import { AwsError } from '../../../model/aws-error.ts';
import type { Template } from '../../apigatewayv2/port.ts';
import type { InvokeResult } from '../../lambda/port.ts';
import type { Execution } from './execution.ts';
import { internalServerError, serviceUnavailable, tooLarge } from './gateway-error.ts';
import type { GatewayError } from './gateway-error.ts';
import type { GatewayRuntime } from '../runtime.ts';
import { render } from './variables.ts';

export interface FunctionCall {
  readonly functionArn: Template;
  /** A role that the API acts with; without one the function's policy must admit the API. */
  readonly credentialsArn: string | undefined;
  /** Which part of the API it is: `{stage}/{method}{path}`, or `authorizers/{id}`. */
  readonly part: string;
  readonly timeoutMs: number;
}

/** The function's answer: JSON text. Throws a `GatewayError` when it failed or took too long. */
export async function invokeFunction(
  execution: Execution,
  { lambda, timers }: GatewayRuntime,
  { functionArn, credentialsArn, part, timeoutMs }: FunctionCall,
  event: object,
): Promise<Buffer> {
  const { accountId, region, apiId } = execution.stage;
  const arn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${part}`;
  const source = { service: 'apigateway.amazonaws.com', arn, accountId };
  const functionName = render(functionArn, execution);
  const invocation = lambda.invoke({
    functionName,
    payload: Buffer.from(JSON.stringify(event)),
    accountId,
    region,
    traceId: execution.traceId,
    source: credentialsArn === undefined ? source : undefined,
  });
  const result = await inTime(invocation, timeoutMs, timers).catch((error: unknown) => {
    throw invocationFailure(error, functionName);
  });
  if (result.functionError !== undefined) {
    throw internalServerError(`${functionName} failed: ${start(result.payload)}`);
  }
  return Buffer.from(result.payload);
}

/** A function that runs on has nobody to answer to, as on AWS. */
function inTime(
  invocation: Promise<InvokeResult>,
  timeoutMs: number,
  timers: GatewayRuntime['timers'],
): Promise<InvokeResult> {
  return new Promise((resolve, reject) => {
    const timer = timers.after(timeoutMs, () => reject(serviceUnavailable('timeout')));
    invocation.then(resolve, reject).finally(() => timer.cancel());
  });
}

function invocationFailure(error: unknown, functionName: string): GatewayError {
  if (error instanceof AwsError) {
    const reason = `${functionName}: ${error.code}: ${error.message}`;
    // Lambda's limit is below the gateway's.
    return error.code === 'RequestEntityTooLargeException'
      ? tooLarge(reason)
      : internalServerError(reason);
  }
  throw error;
}

const REASON_BYTES_MAX = 500;

function start(payload: Uint8Array): string {
  return Buffer.from(payload).toString('utf8', 0, REASON_BYTES_MAX);
}
