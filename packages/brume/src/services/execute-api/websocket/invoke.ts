/** Runs a Lambda function in time, and turns every way to fail into a failure of the gateway. */
import { AwsError } from '../../../model/aws-error.ts';
import type { Template, WebSocketStage } from '../../apigatewayv2/port.ts';
import type { InvokeResult } from '../../lambda/port.ts';
import { integrationFailed, integrationTimedOut, misconfigured } from './failure.ts';
import type { WebSocketFailure } from './failure.ts';
import type { WebSocketRuntime } from './runtime.ts';

export interface FunctionCall {
  readonly functionArn: Template;
  /** A role that calls it; else it must permit the API to. */
  readonly credentialsArn: string | undefined;
  readonly stage: WebSocketStage;
  /** What of the API calls: `dev/$connect`, `authorizers/abc`. */
  readonly caller: string;
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
}

/** A function that runs on has nobody to answer to, as on AWS. */
export function invoke(
  { functionArn, credentialsArn, stage, caller, payload, timeoutMs }: FunctionCall,
  { lambda, timers }: WebSocketRuntime,
): Promise<InvokeResult> {
  const functionName = filled(functionArn, stage);
  const { accountId, region, apiId } = stage;
  const arn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${caller}`;
  const api = { service: 'apigateway.amazonaws.com', arn, accountId };
  const source = credentialsArn === undefined ? api : undefined;
  return new Promise((resolve, reject) => {
    const timer = timers.after(timeoutMs, () => {
      reject(integrationTimedOut(`${functionName}: timed out`));
    });
    lambda
      .invoke({ functionName, payload, accountId, region, source })
      .then(resolve, (error: unknown) => reject(refusal(error, functionName)))
      .finally(() => timer.cancel());
  });
}

function refusal(error: unknown, functionName: string): WebSocketFailure {
  if (!(error instanceof AwsError)) return misconfigured(`${functionName}: ${String(error)}`);
  const reason = `${functionName}: ${error.code}: ${error.message}`;
  const isBusy = error.code === 'TooManyRequestsException';
  return isBusy ? integrationFailed(reason) : misconfigured(reason);
}

/** An address with its stage variables; those that are not there are nothing. */
export function filled(template: Template, { stageVariables }: WebSocketStage): string {
  let text = '';
  for (const part of template) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'stageVariables') text += stageVariables.get(part.name) ?? '';
  }
  return text;
}
