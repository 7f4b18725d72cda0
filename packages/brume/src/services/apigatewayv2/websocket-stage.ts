/** A stage of a WebSocket API and the snapshot that it serves, in the form that the data plane compiles. */
import type { StageFeed as Feed } from '../gateway/port.ts';
import type {
  ApiDocument,
  Snapshot,
  StoredIntegration,
  StoredIntegrationResponse,
  StoredRoute,
  StoredStage,
} from './api-document.ts';
import { parseFunctionUri } from './integration-uri.ts';
import type {
  Expression,
  PublishedStage,
  StageFeed,
  WebSocketFeed,
  WebSocketIntegration,
  WebSocketIntegrationResponse,
  WebSocketRoute,
  WebSocketStage,
  WebSocketTemplates,
} from './port.ts';
import { targetIntegrationId } from './route-key.ts';
import { accessLogOf, telemetryOf } from './telemetry.ts';
import { throttle, throttles } from './throttle.ts';
import {
  parseResponseSelection,
  parseSelection,
  parseWebSocketIdentity,
} from './websocket-expression.ts';
import {
  webSocketParameters,
  serviceAction,
  webSocketUri,
  WEBSOCKET_TIMEOUT_MAX_MS,
} from './websocket-integrations.ts';
import { requiredParameters } from './websocket-routes.ts';

export type AnyStage = PublishedStage | WebSocketStage;

export function webSocketStage(
  { accountId, region, api }: ApiDocument,
  stage: StoredStage,
  snapshot: Snapshot,
): WebSocketStage {
  return {
    apiId: api.ApiId,
    stageName: stage.StageName,
    accountId,
    region,
    deploymentId: stage.DeploymentId ?? '',
    stageVariables: new Map(Object.entries(stage.StageVariables ?? {})),
    throttles: throttles(stage),
    defaultThrottle: throttle(stage.DefaultRouteSettings),
    accessLog: accessLogOf(stage),
    telemetry: telemetryOf(stage),
    endpointDisabled: snapshot.disableExecuteApiEndpoint,
    routeSelection: parseSelection(snapshot.routeSelection),
    apiKeySource: snapshot.apiKeySelection.startsWith('$context') ? 'authorizer' : 'header',
    routes: new Map(
      snapshot.routes.map((route) => [route.RouteKey, publishedRoute(route, snapshot, stage)]),
    ),
    models: new Map((snapshot.models ?? []).map(({ Name, Schema }) => [Name, Schema])),
  };
}

/** The stages of one kind of APIs and of the other. */
export function feedsByKind(feed: Feed<AnyStage>): {
  stages: StageFeed;
  webSockets: WebSocketFeed;
} {
  const stages: StageFeed = {
    subscribe: (listener) =>
      feed.subscribe({
        published: (stage) => void ('routeSelection' in stage || listener.published(stage)),
        withdrawn: (apiId, stageName) => listener.withdrawn(apiId, stageName),
      }),
  };
  const webSockets: WebSocketFeed = {
    subscribe: (listener) =>
      feed.subscribe({
        published: (stage) => void ('routeSelection' in stage && listener.published(stage)),
        withdrawn: (apiId, stageName) => listener.withdrawn(apiId, stageName),
      }),
  };
  return { stages, webSockets };
}

function publishedRoute(
  route: StoredRoute,
  snapshot: Snapshot,
  stage: StoredStage,
): WebSocketRoute {
  const id = targetIntegrationId(route.Target);
  const integration = snapshot.integrations.find((each) => each.IntegrationId === id);
  const answers = snapshot.routeResponses.some(
    ({ RouteId, RouteResponseKey }) => RouteId === route.RouteId && RouteResponseKey === '$default',
  );
  return {
    routeKey: route.RouteKey,
    telemetry: telemetryOf(stage, route.RouteKey),
    authorization: authorization(route, snapshot),
    apiKeyRequired: route.ApiKeyRequired ?? false,
    models: {
      selection: parseSelection(route.ModelSelectionExpression ?? '$default'),
      byKey: new Map(Object.entries(route.RequestModels ?? {})),
    },
    requiredParameters: requiredParameters(route),
    integration: integration && publishedIntegration(integration, snapshot),
    answers: answers && route.RouteResponseSelectionExpression !== undefined,
  };
}

function authorization(
  { AuthorizationType: type = 'NONE', AuthorizerId: id, RouteKey: key }: StoredRoute,
  { authorizers }: Snapshot,
): WebSocketRoute['authorization'] {
  if (type === 'NONE') return { type: 'none' };
  if (type === 'AWS_IAM') return { type: 'iam' };
  const authorizer = authorizers.find((each) => each.AuthorizerId === id);
  // The control plane keeps an authorizer as long as a route names it.
  if (!authorizer) throw new Error(`route ${key} names an authorizer that is not there`);
  return {
    type: 'lambda',
    authorizerId: authorizer.AuthorizerId,
    identitySources: (authorizer.IdentitySource ?? []).map(parseWebSocketIdentity),
    functionArn: parseFunctionUri(authorizer.AuthorizerUri),
    credentialsArn: authorizer.AuthorizerCredentialsArn,
  };
}

function publishedIntegration(
  integration: StoredIntegration,
  { integrationResponses }: Snapshot,
): WebSocketIntegration {
  const { IntegrationId: integrationId } = integration;
  const own = integrationResponses.filter((each) => each.IntegrationId === integrationId);
  return {
    integrationId,
    type: integration.IntegrationType ?? 'MOCK',
    timeoutMs: integration.TimeoutInMillis ?? WEBSOCKET_TIMEOUT_MAX_MS,
    uri: webSocketUri(integration),
    service: serviceAction(integration),
    credentialsArn: integration.CredentialsArn,
    method: integration.IntegrationMethod ?? 'POST',
    passthrough: integration.PassthroughBehavior ?? 'WHEN_NO_MATCH',
    contentHandling: integration.ContentHandlingStrategy,
    templates: templates(
      integration.RequestTemplates,
      integration.TemplateSelectionExpression,
      parseSelection,
    ),
    parameters: webSocketParameters(integration),
    responses: own.map(publishedResponse),
  };
}

function publishedResponse(response: StoredIntegrationResponse): WebSocketIntegrationResponse {
  return {
    key: response.IntegrationResponseKey,
    contentHandling: response.ContentHandlingStrategy,
    templates: templates(
      response.ResponseTemplates,
      response.TemplateSelectionExpression,
      parseResponseSelection,
    ),
  };
}

function templates(
  byKey: Readonly<Record<string, string>> = {},
  selection: string | undefined,
  parse: (text: string) => Expression,
): WebSocketTemplates {
  return { selection: parse(selection ?? '$default'), byKey: new Map(Object.entries(byKey)) };
}
