/** Routes: which requests go to which integration, and who may make them. */
import type {
  CreateRouteRequest,
  DeleteRouteRequest,
  DeleteRouteRequestParameterRequest,
  GetRouteRequest,
  GetRoutesRequest,
  Route,
  UpdateRouteRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, conflict, notFound } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument, StoredRoute } from '../api-document.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { ROUTE_ID_LENGTH } from '../identifiers.ts';
import { ROUTES_MAX, SCOPES_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import { conflicts, parseRouteKey } from '../route-key.ts';
import { validateTarget } from '../route-target.ts';
import type { GatewayState } from '../state.ts';
import { changeWebSocketRoute, isWebSocket } from '../websocket-routes.ts';

export async function createRoute(
  { apis }: GatewayState,
  input: CreateRouteRequest,
  context: RequestContext,
): Promise<Route> {
  const RouteId = apis.newId(ROUTE_ID_LENGTH);
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    if (document.routes.length >= ROUTES_MAX) throw limitReached('Routes');
    if (isWebSocket(document)) {
      const { RouteKey } = input;
      const fresh = {
        ApiKeyRequired: false,
        AuthorizationType: 'NONE',
        RouteId,
        RouteKey,
      } as const;
      const route = changeWebSocketRoute(document, { ...fresh }, input);
      document.routes.push(route);
      return route;
    }
    refuseWebSocketSettings(input);
    const route: StoredRoute = {
      ApiKeyRequired: false,
      AuthorizationScopes: input.AuthorizationScopes,
      AuthorizationType: input.AuthorizationType ?? 'NONE',
      AuthorizerId: input.AuthorizerId,
      OperationName: input.OperationName,
      RouteId,
      RouteKey: input.RouteKey,
      Target: input.Target,
    };
    validateRoute(document, route);
    document.routes.push(route);
    return route;
  });
}

export async function getRoute(
  { apis }: GatewayState,
  { ApiId, RouteId }: GetRouteRequest,
  context: RequestContext,
): Promise<Route> {
  return findRoute(await apis.get(context, ApiId), RouteId);
}

export async function getRoutes(
  { apis }: GatewayState,
  input: GetRoutesRequest,
  context: RequestContext,
): Promise<{ Items: Route[]; NextToken: string | undefined }> {
  const { routes } = await apis.get(context, input.ApiId);
  return pageOf(routes, input, (route) => route.RouteId);
}

export async function updateRoute(
  { apis }: GatewayState,
  input: UpdateRouteRequest,
  context: RequestContext,
): Promise<Route> {
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const route = findRoute(document, input.RouteId);
    const before = route.RouteKey;
    if (isWebSocket(document)) {
      changeWebSocketRoute(document, route, input);
      if (route.RouteKey !== before) renameSettings(document, before, route.RouteKey);
      return route;
    }
    refuseWebSocketSettings(input);
    route.AuthorizationScopes = input.AuthorizationScopes ?? route.AuthorizationScopes;
    route.AuthorizerId = input.AuthorizerId ?? route.AuthorizerId;
    route.OperationName = input.OperationName ?? route.OperationName;
    route.RouteKey = input.RouteKey ?? route.RouteKey;
    route.Target = input.Target ?? route.Target;
    if (input.AuthorizationType !== undefined) {
      route.AuthorizationType = input.AuthorizationType;
      if (!usesAuthorizer(route)) route.AuthorizerId = input.AuthorizerId;
      if (route.AuthorizationType !== 'JWT') route.AuthorizationScopes = input.AuthorizationScopes;
    }
    validateRoute(document, route);
    if (route.RouteKey !== before) renameSettings(document, before, route.RouteKey);
    return route;
  });
}

export async function deleteRoute(
  { apis }: GatewayState,
  { ApiId, RouteId }: DeleteRouteRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'configuration', (document) => {
    const route = findRoute(document, RouteId);
    document.routes = document.routes.filter((each) => each !== route);
    document.routeResponses = document.routeResponses.filter((each) => each.RouteId !== RouteId);
  });
  return {};
}

export async function deleteRouteRequestParameter(
  { apis }: GatewayState,
  { ApiId, RouteId, RequestParameterKey }: DeleteRouteRequestParameterRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'configuration', (document) => {
    const route = findRoute(document, RouteId);
    const parameters = Object.entries(route.RequestParameters ?? {});
    const kept = parameters.filter(([key]) => key !== RequestParameterKey);
    if (kept.length === parameters.length) {
      throw notFound(`Invalid request parameter key specified: ${RequestParameterKey}`);
    }
    route.RequestParameters = Object.fromEntries(kept);
  });
  return {};
}

export function findRoute({ routes }: ApiDocument, routeId: string): StoredRoute {
  const route = routes.find((each) => each.RouteId === routeId);
  if (!route) throw resourceNotFound('Route');
  return route;
}

export function validateRoute(document: ApiDocument, route: StoredRoute): void {
  parseRouteKey(route.RouteKey);
  for (const other of document.routes) {
    if (other.RouteId === route.RouteId) continue;
    if (other.RouteKey === route.RouteKey) {
      // Seen from AWS (architect, plugin for WebSocket routes, 2020).
      throw conflict(`Route with key ${route.RouteKey} already exists for this API`);
    }
    if (conflicts(other.RouteKey, route.RouteKey)) {
      // Seen from AWS (plutomi#271, 2021-11).
      throw conflict(
        `The provided route key "${route.RouteKey}" has a conflicting variable on the same ` +
          `hierarchical level as "${other.RouteKey}"`,
      );
    }
  }
  validateTarget(document, route);
  validateAuthorization(document, route);
}

function usesAuthorizer({ AuthorizationType: type }: StoredRoute): boolean {
  return type === 'JWT' || type === 'CUSTOM';
}

/** No route may look protected without being so: what would not be enforced is refused. */
function validateAuthorization({ authorizers }: ApiDocument, route: StoredRoute): void {
  const { AuthorizationType: type, AuthorizerId: id, AuthorizationScopes: scopes } = route;
  if ((scopes?.length ?? 0) > SCOPES_MAX) throw limitReached('Scopes');
  if ((scopes?.length ?? 0) > 0 && type !== 'JWT') {
    throw badRequest('Authorization scopes are only supported for JWT authorizers');
  }
  if (!usesAuthorizer(route)) {
    if (id !== undefined) {
      throw badRequest('An authorizer needs the authorization type CUSTOM or JWT');
    }
    return;
  }
  const needed = type === 'JWT' ? 'JWT' : 'REQUEST';
  if (authorizers.some((each) => each.AuthorizerId === id && each.AuthorizerType === needed)) {
    return;
  }
  // Seen from AWS for JWT (sst#4097, 2024-09).
  const kind = type === 'JWT' ? 'JWT authorizer' : 'authorizer';
  throw badRequest(
    `Invalid authorizer ID specified. Setting the authorization type to ${type} requires a valid ${kind}.`,
  );
}

/** Limits that stages have for a route stay with it. */
function renameSettings(document: ApiDocument, before: string, after: string): void {
  for (const stage of document.stages) {
    const settings = stage.RouteSettings ?? {};
    if (!Object.hasOwn(settings, before)) continue;
    const entries = Object.entries(settings);
    stage.RouteSettings = Object.fromEntries(
      entries.map(([key, value]) => [key === before ? after : key, value]),
    );
  }
}

function refuseWebSocketSettings(input: CreateRouteRequest | UpdateRouteRequest): void {
  if (input.ApiKeyRequired) throw badRequest('API keys are not supported on protocolType HTTP');
  const given =
    input.ModelSelectionExpression ??
    input.RequestModels ??
    input.RequestParameters ??
    input.RouteResponseSelectionExpression;
  if (given !== undefined) {
    throw badRequest(
      'Models, request parameters and route responses are not supported on protocolType HTTP',
    );
  }
}
