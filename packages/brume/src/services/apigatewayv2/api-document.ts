/**
 * An API as it is stored: one document with all that belongs to it, so that what its parts promise
 * each other (a route's integration exists, a stage's deployment exists) is kept by one atomic write.
 * The snapshots that deployments hold are stored beside it, one key each: see `deploymentKey`.
 */
import type {
  Api,
  Authorizer,
  Deployment,
  Integration,
  Route,
  Stage,
} from '../../model/generated/apigatewayv2.types.ts';
import { encodeKey, prefixRange } from '../../storage/key-encoding.ts';

export type StoredApi = Api & { ApiId: string };
export type StoredRoute = Route & { RouteId: string };
export type StoredIntegration = Integration & { IntegrationId: string };
export type StoredAuthorizer = Authorizer & { AuthorizerId: string };
export type StoredDeployment = Deployment & { DeploymentId: string };
export type StoredStage = Stage & { StageName: string };

export interface ApiDocument {
  readonly accountId: string;
  readonly region: string;
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

export interface Scope {
  readonly accountId: string;
  readonly region: string;
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

const SERVICE = 'apigatewayv2';
const API = 'api';
const DEPLOYMENT = 'deployment';

export function apiKey({ accountId, region }: Scope, apiId: string): Buffer {
  return encodeKey([SERVICE, accountId, region, API, apiId]);
}

export function apiRange({ accountId, region }: Scope): { start: Buffer; end: Buffer } {
  return prefixRange([SERVICE, accountId, region, API]);
}

export function deploymentKey(scope: Scope, apiId: string, deploymentId: string): Buffer {
  return encodeKey([SERVICE, scope.accountId, scope.region, DEPLOYMENT, apiId, deploymentId]);
}

export function deploymentRange(scope: Scope, apiId: string): { start: Buffer; end: Buffer } {
  return prefixRange([SERVICE, scope.accountId, scope.region, DEPLOYMENT, apiId]);
}

/**
 * Where an API is, by its id alone, which is all that a request to it carries: ids are unique among
 * all accounts and regions. `ids` can be no account's number.
 */
export function apiIdKey(apiId: string): Buffer {
  return encodeKey([SERVICE, 'ids', apiId]);
}

export function apiIdRange(): { start: Buffer; end: Buffer } {
  return prefixRange([SERVICE, 'ids']);
}

export function encodeJson(value: ApiDocument | Snapshot | (Scope & { apiId: string })): Buffer {
  return Buffer.from(JSON.stringify(value));
}

export function decodeDocument(value: Uint8Array): ApiDocument {
  const document = parse(value) as ApiDocument;
  for (const dated of [document.api, ...document.deployments, ...document.stages]) {
    if (dated.CreatedDate) dated.CreatedDate = new Date(dated.CreatedDate);
  }
  for (const stage of document.stages) {
    if (stage.LastUpdatedDate) stage.LastUpdatedDate = new Date(stage.LastUpdatedDate);
  }
  return document;
}

export function decodeSnapshot(value: Uint8Array): Snapshot {
  return parse(value) as Snapshot;
}

export function decodeLocation(value: Uint8Array): Scope & { apiId: string } {
  return parse(value) as Scope & { apiId: string };
}

function parse(value: Uint8Array): unknown {
  return JSON.parse(Buffer.from(value).toString('utf8'));
}
