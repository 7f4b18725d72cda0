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
  const { payloadFormatVersion: version } = integration;
  const event = version === '2.0' ? integrationEvent2(execution) : integrationEvent1(execution);
  const { stage, request, matched } = execution;
  // The path as the route has it, with its parameters' names: `GET /notes/{id}`, `$default`.
  const [key = '', path] = matched.routeKey.split(' ');
  const part = `${stage.stageName}/${path === undefined ? key : `${request.method}${path}`}`;
  const payload = await invokeFunction(execution, runtime, { ...integration, part }, event);
  return lambdaResponse(payload, version);
}
