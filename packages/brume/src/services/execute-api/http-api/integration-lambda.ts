/** Lambda proxy integrations: the request as an event, the function's answer as the response. */
import type { LambdaIntegration } from '../../apigatewayv2/port.ts';
import { integrationEvent1 } from './event-1.ts';
import { integrationEvent2 } from './event-2.ts';
import type { Execution, GatewayResponse } from './execution.ts';
import { invokeFunction } from './invoke-function.ts';
import { lambdaResponse } from './lambda-response.ts';
import type { GatewayRuntime } from '../runtime.ts';

export async function callLambda(
  execution: Execution,
  integration: LambdaIntegration,
  runtime: GatewayRuntime,
): Promise<GatewayResponse> {
  const { payloadFormatVersion: version, functionArn, timeoutMs } = integration;
  const event = version === '2.0' ? integrationEvent2(execution) : integrationEvent1(execution);
  const payload = await invokeFunction(execution, runtime, functionArn, event, timeoutMs);
  return lambdaResponse(payload, version);
}
