/** Step: the integration answers. */
import type { Execution } from './execution.ts';
import { notFound } from './gateway-error.ts';
import { callEndpoint } from './integration-http.ts';
import { callLambda } from './integration-lambda.ts';
import type { GatewayRuntime } from '../runtime.ts';

export async function integrate(execution: Execution, runtime: GatewayRuntime): Promise<void> {
  const { integration } = execution;
  if (!integration) throw notFound('the route has no integration');
  execution.response =
    integration.type === 'lambda'
      ? await callLambda(execution, integration, runtime)
      : await callEndpoint(execution, integration, runtime);
  execution.integrationStatus = execution.response.status;
}
