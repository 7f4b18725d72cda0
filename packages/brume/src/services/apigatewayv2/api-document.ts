/** An API as it is stored: one document with all that belongs to it. */
import type {
  Api,
  Authorizer,
  Deployment,
  Integration,
  Route,
  Stage,
} from '../../model/generated/apigatewayv2.types.ts';
import { reviveDate, toJson } from '../gateway/document-store.ts';
import type { DocumentFormat, Scope } from '../gateway/document-store.ts';

export type StoredApi = Api & { ApiId: string };
export type StoredRoute = Route & { RouteId: string };
export type StoredIntegration = Integration & { IntegrationId: string };
export type StoredAuthorizer = Authorizer & { AuthorizerId: string };
export type StoredDeployment = Deployment & { DeploymentId: string };
export type StoredStage = Stage & { StageName: string };

export interface ApiDocument extends Scope {
  api: StoredApi;
  routes: StoredRoute[];
  integrations: StoredIntegration[];
  authorizers: StoredAuthorizer[];
  deployments: StoredDeployment[];
  stages: StoredStage[];
}

/** What a deployment freezes: the configuration that its stages serve. */
export interface Snapshot {
  readonly routes: readonly StoredRoute[];
  readonly integrations: readonly StoredIntegration[];
  readonly authorizers: readonly StoredAuthorizer[];
  readonly cors: Api['CorsConfiguration'];
  readonly disableExecuteApiEndpoint: boolean;
}

export function newDocument(scope: Scope, api: StoredApi): ApiDocument {
  const { accountId, region } = scope;
  const lists = { routes: [], integrations: [], authorizers: [], deployments: [], stages: [] };
  return { accountId, region, api, ...lists };
}

export function snapshotOf({ api, routes, integrations, authorizers }: ApiDocument): Snapshot {
  const disableExecuteApiEndpoint = api.DisableExecuteApiEndpoint ?? false;
  return {
    routes,
    integrations,
    authorizers,
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
  reviveDocument({ api, deployments, stages }) {
    for (const dated of [api, ...deployments, ...stages]) reviveDate(dated, 'CreatedDate');
    for (const stage of stages) reviveDate(stage, 'LastUpdatedDate');
  },
  reviveSnapshot() {},
};
