/** Step: a key where the method asks for one, of a plan that has the stage and is not used up. */
import { GatewayFailure } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';

export function checkApiKey(execution: RestExecution, { plans }: RestRuntime): void {
  const { matched, stage, served, request, authorizer } = execution;
  if (!matched.apiKeyRequired) return;
  const keyValue =
    served.apiKeySource === 'AUTHORIZER'
      ? authorizer?.usageIdentifierKey
      : request.headers.get('x-api-key');
  if (keyValue === undefined) throw new GatewayFailure('INVALID_API_KEY', 'no API key');
  const { accountId, region, apiId, stageName } = stage;
  const admission = plans.admit({
    accountId,
    region,
    stage: `${apiId}:${stageName}`,
    method: `${matched.resourcePath}/${matched.httpMethod}`,
    keyValue,
  });
  switch (admission.type) {
    case 'unknown':
      throw new GatewayFailure('INVALID_API_KEY', 'no plan of the stage has the API key');
    case 'throttled':
      throw new GatewayFailure('THROTTLED', 'the usage plan is throttled');
    case 'exhausted':
      throw new GatewayFailure('QUOTA_EXCEEDED', 'the quota of the usage plan is used up');
    case 'admitted':
      execution.apiKey = admission.key;
  }
}
