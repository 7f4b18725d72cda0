/** A stage and the snapshot that it serves, in the form that the data plane compiles. */
import type { Cors } from '../../model/generated/apigatewayv2.types.ts';
import type { Publication } from '../gateway/publisher.ts';
import type {
  ApiDocument,
  Snapshot,
  StoredAuthorizer,
  StoredIntegration,
  StoredRoute,
  StoredStage,
} from './api-document.ts';
import { parseIdentitySource } from './identity-source.ts';
import { parseFunctionUri, parseHttpUri } from './integration-uri.ts';
import { parseRequestMappings, parseResponseMappings } from './parameter-mapping.ts';
import type {
  CorsRules,
  PublishedAuthorization,
  PublishedIntegration,
  PublishedRoute,
  PublishedStage,
} from './port.ts';
import { parseRouteKey, targetIntegrationId } from './route-key.ts';
import { INTEGRATION_TIMEOUT_DEFAULT_MS } from './limits.ts';
import { accessLogOf, telemetryOf } from './telemetry.ts';
import { throttle, throttles } from './throttle.ts';
import { isWebSocket } from './websocket-routes.ts';
import { webSocketStage } from './websocket-stage.ts';
import type { AnyStage } from './websocket-stage.ts';

/** Stages without a deployment serve nothing. */
export const publication: Publication<ApiDocument, Snapshot, AnyStage> = {
  servedIds: ({ stages }) => stages.flatMap((stage) => stage.DeploymentId ?? []),
  stagesOf(document, snapshots) {
    const stages = new Map<string, AnyStage>();
    const describe = isWebSocket(document) ? webSocketStage : publishedStage;
    for (const stage of document.stages) {
      const snapshot = snapshots.get(stage.DeploymentId ?? '');
      if (snapshot) stages.set(stage.StageName, describe(document, stage, snapshot));
    }
    return stages;
  },
};

function publishedStage(
  { accountId, region, api }: ApiDocument,
  stage: StoredStage,
  snapshot: Snapshot,
): PublishedStage {
  return {
    apiId: api.ApiId,
    stageName: stage.StageName,
    accountId,
    region,
    stageVariables: new Map(Object.entries(stage.StageVariables ?? {})),
    throttles: throttles(stage),
    defaultThrottle: throttle(stage.DefaultRouteSettings),
    accessLog: accessLogOf(stage),
    cors: corsRules(snapshot.cors),
    endpointDisabled: snapshot.disableExecuteApiEndpoint,
    routes: snapshot.routes.map((route) => publishedRoute(route, snapshot, stage)),
  };
}

function corsRules(cors: Cors | undefined): CorsRules | undefined {
  if (!cors) return undefined;
  return {
    allowOrigins: cors.AllowOrigins ?? [],
    allowMethods: cors.AllowMethods ?? [],
    allowHeaders: cors.AllowHeaders ?? [],
    exposeHeaders: cors.ExposeHeaders ?? [],
    allowCredentials: cors.AllowCredentials ?? false,
    maxAgeSeconds: cors.MaxAge,
  };
}

function publishedRoute(
  route: StoredRoute,
  snapshot: Snapshot,
  stage: StoredStage,
): PublishedRoute {
  const id = targetIntegrationId(route.Target);
  const integration = snapshot.integrations.find((each) => each.IntegrationId === id);
  return {
    routeKey: route.RouteKey,
    telemetry: telemetryOf(stage, route.RouteKey),
    pattern: parseRouteKey(route.RouteKey),
    authorization: authorization(route, snapshot.authorizers),
    integration: integration && publishedIntegration(integration),
  };
}

function authorization(
  route: StoredRoute,
  authorizers: readonly StoredAuthorizer[],
): PublishedAuthorization {
  const type = route.AuthorizationType ?? 'NONE';
  if (type === 'NONE') return { type: 'none' };
  if (type === 'AWS_IAM') return { type: 'iam' };
  const authorizer = authorizers.find((each) => each.AuthorizerId === route.AuthorizerId);
  // The control plane keeps an authorizer as long as a route names it.
  if (!authorizer) throw new Error(`route ${route.RouteId} names an authorizer that is not there`);
  const { AuthorizerId: authorizerId } = authorizer;
  const sources = (authorizer.IdentitySource ?? []).map(parseIdentitySource);
  const [identitySource] = sources;
  if (type === 'JWT') {
    if (!identitySource) throw new Error(`JWT authorizer ${authorizerId} has no identity source`);
    return {
      type: 'jwt',
      authorizerId,
      identitySource,
      issuer: authorizer.JwtConfiguration?.Issuer ?? '',
      audience: authorizer.JwtConfiguration?.Audience ?? [],
      scopes: route.AuthorizationScopes ?? [],
    };
  }
  return {
    type: 'lambda',
    authorizerId,
    identitySources: sources,
    functionArn: parseFunctionUri(authorizer.AuthorizerUri),
    credentialsArn: authorizer.AuthorizerCredentialsArn,
    payloadFormatVersion: authorizer.AuthorizerPayloadFormatVersion === '1.0' ? '1.0' : '2.0',
    simpleResponses: authorizer.EnableSimpleResponses ?? false,
    cacheSeconds: authorizer.AuthorizerResultTtlInSeconds ?? 0,
  };
}

function publishedIntegration(integration: StoredIntegration): PublishedIntegration {
  const base = {
    integrationId: integration.IntegrationId,
    timeoutMs: integration.TimeoutInMillis ?? INTEGRATION_TIMEOUT_DEFAULT_MS,
    requestMappings: parseRequestMappings(integration.RequestParameters),
    responseMappings: parseResponseMappings(integration.ResponseParameters),
  };
  if (integration.IntegrationType === 'HTTP_PROXY') {
    return {
      ...base,
      type: 'http',
      method: integration.IntegrationMethod ?? 'ANY',
      uri: parseHttpUri(integration.IntegrationUri),
    };
  }
  return {
    ...base,
    type: 'lambda',
    functionArn: parseFunctionUri(integration.IntegrationUri),
    credentialsArn: integration.CredentialsArn,
    payloadFormatVersion: integration.PayloadFormatVersion === '2.0' ? '2.0' : '1.0',
  };
}
