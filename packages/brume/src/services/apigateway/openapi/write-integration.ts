/** An integration as `x-amazon-apigateway-integration`; what is as AWS has it by itself is left out. */
import type {
  Integration,
  IntegrationResponse,
} from '../../../model/generated/apigateway.types.ts';
import { INTEGRATION_TIMEOUT_DEFAULT_MS } from '../limits.ts';

type Json = Record<string, unknown>;

export function writeIntegration(integration: Integration, resourceId: string): Json {
  const { cacheKeyParameters = [], cacheNamespace, connectionType, timeoutInMillis } = integration;
  const responses = Object.values(integration.integrationResponses ?? {});
  return {
    type: integration.type?.toLowerCase(),
    httpMethod: integration.httpMethod,
    uri: integration.uri,
    credentials: integration.credentials,
    responses:
      responses.length === 0
        ? undefined
        : Object.fromEntries(
            responses.map((each) => [each.selectionPattern || 'default', writeResponse(each)]),
          ),
    requestParameters: integration.requestParameters,
    requestTemplates: integration.requestTemplates,
    passthroughBehavior: integration.passthroughBehavior?.toLowerCase(),
    contentHandling: integration.contentHandling,
    timeoutInMillis:
      timeoutInMillis === INTEGRATION_TIMEOUT_DEFAULT_MS ? undefined : timeoutInMillis,
    connectionType: connectionType === 'INTERNET' ? undefined : connectionType,
    connectionId: integration.connectionId,
    cacheNamespace: cacheNamespace === resourceId ? undefined : cacheNamespace,
    cacheKeyParameters: cacheKeyParameters.length === 0 ? undefined : cacheKeyParameters,
    tlsConfig: integration.tlsConfig,
    responseTransferMode: integration.responseTransferMode,
    integrationTarget: integration.integrationTarget,
  };
}

function writeResponse(response: IntegrationResponse): Json {
  const { statusCode, responseParameters, responseTemplates, contentHandling } = response;
  return { statusCode, responseParameters, responseTemplates, contentHandling };
}
