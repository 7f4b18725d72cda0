/** Step: whether the request may be made. What is not understood is not let through. */
import { GatewayFailure } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';

export function authorize({ matched }: RestExecution): void {
  if (matched.authorizationType === 'NONE' && !matched.apiKeyRequired) return;
  throw new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR', 'authorization is not there yet');
}
