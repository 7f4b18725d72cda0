/**
 * Quick create: an API with a target comes with an integration, a route and a `$default` stage that
 * deploys by itself, all marked as managed by API Gateway.
 */
import type { ApiDocument, StoredIntegration } from './api-document.ts';
import type { ApiStore } from './api-store.ts';
import { badRequest } from '../gateway/errors.ts';
import { INTEGRATION_ID_LENGTH, ROUTE_ID_LENGTH } from './identifiers.ts';
import { isFunctionUri, parseHttpUri } from './integration-uri.ts';
import { INTEGRATION_TIMEOUT_DEFAULT_MS } from './limits.ts';
import { DEFAULT_ROUTE_KEY, parseRouteKey } from './route-key.ts';

interface QuickCreate {
  readonly target: string | undefined;
  readonly routeKey: string | undefined;
  readonly credentialsArn: string | undefined;
}

export function addQuickCreate(
  document: ApiDocument,
  apis: ApiStore,
  { target = '', routeKey = DEFAULT_ROUTE_KEY, credentialsArn }: QuickCreate,
): void {
  parseRouteKey(routeKey);
  const IntegrationId = apis.newId(INTEGRATION_ID_LENGTH);
  document.integrations.push({
    ApiGatewayManaged: true,
    ConnectionType: 'INTERNET',
    CredentialsArn: credentialsArn,
    IntegrationId,
    TimeoutInMillis: INTEGRATION_TIMEOUT_DEFAULT_MS,
    ...targetSettings(target),
  });
  document.routes.push({
    ApiGatewayManaged: true,
    ApiKeyRequired: false,
    AuthorizationType: 'NONE',
    RouteId: apis.newId(ROUTE_ID_LENGTH),
    RouteKey: routeKey,
    Target: `integrations/${IntegrationId}`,
  });
  document.stages.push({
    ApiGatewayManaged: true,
    AutoDeploy: true,
    CreatedDate: apis.now(),
    DefaultRouteSettings: { DetailedMetricsEnabled: false },
    LastUpdatedDate: apis.now(),
    RouteSettings: {},
    StageName: '$default',
    StageVariables: {},
    Tags: {},
  });
}

/** Changes what quick create made; for other APIs there is nothing that could be changed. */
export function updateQuickCreate(document: ApiDocument, change: QuickCreate): void {
  const { target, routeKey, credentialsArn } = change;
  if ((target ?? routeKey ?? credentialsArn) === undefined) return;
  const integration = document.integrations.find((each) => each.ApiGatewayManaged);
  const route = document.routes.find((each) => each.ApiGatewayManaged);
  if (!integration || !route) {
    throw badRequest('Target, RouteKey and CredentialsArn are only supported on quick create APIs');
  }
  if (target !== undefined) Object.assign(integration, targetSettings(target));
  if (credentialsArn !== undefined) integration.CredentialsArn = credentialsArn;
  if (routeKey !== undefined) {
    parseRouteKey(routeKey);
    route.RouteKey = routeKey;
  }
}

function targetSettings(target: string): Omit<StoredIntegration, 'IntegrationId'> {
  if (isFunctionUri(target)) {
    return {
      IntegrationMethod: 'POST',
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: target,
      PayloadFormatVersion: '2.0',
    };
  }
  parseHttpUri(target);
  return {
    IntegrationMethod: 'ANY',
    IntegrationType: 'HTTP_PROXY',
    IntegrationUri: target,
    PayloadFormatVersion: '1.0',
  };
}
