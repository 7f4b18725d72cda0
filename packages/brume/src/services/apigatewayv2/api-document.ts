/** An API as it is stored: one document with all that belongs to it. */
import type {
  Api,
  Authorizer,
  Deployment,
  Integration,
  IntegrationResponse,
  Model,
  Route,
  RouteResponse,
  Stage,
} from '../../model/generated/apigatewayv2.types.ts';
import { reviveDate, toJson } from '../gateway/document-store.ts';
import type { DocumentFormat, Scope } from '../gateway/document-store.ts';

export type StoredApi = Api & { ApiId: string };
export type StoredRoute = Route & { RouteId: string };
export type StoredIntegration = Integration & { IntegrationId: string };
export type StoredModel = Model & { ModelId: string; Schema: string };
export type StoredRouteResponse = RouteResponse & { RouteId: string; RouteResponseId: string };
export type StoredIntegrationResponse = IntegrationResponse & {
  IntegrationId: string;
  IntegrationResponseId: string;
};
export type StoredAuthorizer = Authorizer & { AuthorizerId: string };
export type StoredDeployment = Deployment & { DeploymentId: string };
export type StoredStage = Stage & { StageName: string };

export interface ApiDocument extends Scope {
  api: StoredApi;
  routes: StoredRoute[];
  integrations: StoredIntegration[];
  authorizers: StoredAuthorizer[];
  /** These three are of WebSocket APIs alone. */
  models: StoredModel[];
  routeResponses: StoredRouteResponse[];
  integrationResponses: StoredIntegrationResponse[];
  deployments: StoredDeployment[];
  stages: StoredStage[];
}

/** What a deployment freezes: the configuration that its stages serve. */
export interface Snapshot {
  readonly routes: readonly StoredRoute[];
  readonly integrations: readonly StoredIntegration[];
  readonly authorizers: readonly StoredAuthorizer[];
  readonly routeResponses: readonly StoredRouteResponse[];
  readonly integrationResponses: readonly StoredIntegrationResponse[];
  readonly models: readonly StoredModel[];
  readonly routeSelection: string;
  readonly apiKeySelection: string;
  readonly cors: Api['CorsConfiguration'];
  readonly disableExecuteApiEndpoint: boolean;
}

export function newDocument(scope: Scope, api: StoredApi): ApiDocument {
  const { accountId, region } = scope;
  const lists = { routes: [], integrations: [], authorizers: [], deployments: [], stages: [] };
  const ofWebSockets = { models: [], routeResponses: [], integrationResponses: [] };
  return { accountId, region, api, ...lists, ...ofWebSockets };
}

export function snapshotOf({
  api,
  routes,
  integrations,
  authorizers,
  routeResponses,
  integrationResponses,
  models,
}: ApiDocument): Snapshot {
  const disableExecuteApiEndpoint = api.DisableExecuteApiEndpoint ?? false;
  return {
    routes,
    integrations,
    authorizers,
    routeResponses,
    integrationResponses,
    models,
    routeSelection: api.RouteSelectionExpression ?? '',
    apiKeySelection: api.ApiKeySelectionExpression ?? '',
    cors: api.CorsConfiguration,
    disableExecuteApiEndpoint,
  };
}

export const apiFormat: DocumentFormat<ApiDocument, Snapshot> = {
  service: 'apigatewayv2',
  kind: 'api',
  idOf: ({ api }) => api.ApiId,
  deploymentIds: ({ deployments }) => deployments.map(({ DeploymentId }) => DeploymentId),
  snapshotOf,
  encode: toJson,
  reviveDocument(document) {
    const { api, deployments, stages } = document;
    // Documents of HTTP APIs may be older than WebSocket APIs.
    document.models ??= [];
    document.routeResponses ??= [];
    document.integrationResponses ??= [];
    for (const dated of [api, ...deployments, ...stages]) reviveDate(dated, 'CreatedDate');
    for (const stage of stages) reviveDate(stage, 'LastUpdatedDate');
  },
  reviveSnapshot() {},
};
