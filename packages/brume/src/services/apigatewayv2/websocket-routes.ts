/** What routes of WebSocket APIs may be, and what their responses are for. */
import type {
  CreateRouteRequest,
  UpdateRouteRequest,
} from '../../model/generated/apigatewayv2.types.ts';
import { badRequest, conflict } from '../gateway/errors.ts';
import type { ApiDocument, StoredRoute } from './api-document.ts';

import { resourceNotFound } from './errors.ts';
import { MAPPINGS_MAX, ROUTE_KEY_LENGTH_MAX } from './limits.ts';
import type { WebSocketVariable } from './port.ts';
import { validateTarget } from './route-target.ts';
import { parseSelection, parseWebSocketIdentity } from './websocket-expression.ts';

const CONNECT = '$connect';
const OWN_KEYS = [CONNECT, '$disconnect', '$default'];

export function isWebSocket({ api }: Pick<ApiDocument, 'api'>): boolean {
  return api.ProtocolType === 'WEBSOCKET';
}

const SETTINGS = [
  'ApiKeyRequired',
  'AuthorizationType',
  'AuthorizerId',
  'ModelSelectionExpression',
  'OperationName',
  'RequestModels',
  'RouteKey',
  'RouteResponseSelectionExpression',
  'Target',
] as const;

/** Sets what the request says, and checks the whole. */
export function changeWebSocketRoute(
  document: ApiDocument,
  route: StoredRoute,
  input: CreateRouteRequest | UpdateRouteRequest,
): StoredRoute {
  for (const name of SETTINGS) {
    if (input[name] !== undefined) Object.assign(route, { [name]: input[name] });
  }
  if (input.AuthorizationType !== undefined && input.AuthorizationType !== 'CUSTOM') {
    route.AuthorizerId = input.AuthorizerId;
  }
  if (input.RequestParameters) {
    route.RequestParameters = { ...route.RequestParameters, ...input.RequestParameters };
  }
  validate(document, route, input);
  return route;
}

function validate(
  document: ApiDocument,
  route: StoredRoute,
  { AuthorizationScopes: scopes }: CreateRouteRequest | UpdateRouteRequest,
): void {
  const { RouteKey: key } = route;
  const isOwn = OWN_KEYS.includes(key);
  if (key === '' || key.length > ROUTE_KEY_LENGTH_MAX || (key.startsWith('$') && !isOwn)) {
    throw badRequest(`The provided route key is not valid for WEBSOCKET protocol: ${key}`);
  }
  const others = document.routes.filter(({ RouteId }) => RouteId !== route.RouteId);
  if (others.some(({ RouteKey }) => RouteKey === key)) {
    // Seen from AWS (architect, plugin for WebSocket routes, 2020).
    throw conflict(`Route with key ${key} already exists for this API`);
  }
  if ((route.RouteResponseSelectionExpression ?? '$default').replace('\\', '') !== '$default') {
    throw badRequest('Only $default is supported as RouteResponseSelectionExpression');
  }
  if ((scopes?.length ?? 0) > 0) {
    throw badRequest('Authorization scopes are only supported for JWT authorizers');
  }
  requiredParameters(route);
  validateModels(document, route);
  validateTarget(document, route);
  validateAuthorization(document, route);
}

function validateModels({ models }: ApiDocument, route: StoredRoute): void {
  const { RequestModels: named = {}, ModelSelectionExpression: selection } = route;
  if (selection !== undefined) parseSelection(selection);
  for (const name of Object.values(named)) {
    if (!models.some(({ Name }) => Name === name)) throw resourceNotFound('Model');
  }
  if (Object.keys(named).length > 0 && ['$connect', '$disconnect'].includes(route.RouteKey)) {
    throw badRequest('RequestModels are only supported on routes of messages');
  }
}

/** AWS takes an authorizer on any route and asks it on `$connect` alone; that would be no protection. */
function validateAuthorization({ authorizers }: ApiDocument, route: StoredRoute): void {
  const { AuthorizationType: type = 'NONE', AuthorizerId: id } = route;
  const isGuarded = type !== 'NONE' || route.ApiKeyRequired === true;
  if (isGuarded && route.RouteKey !== CONNECT) {
    throw badRequest('Authorization and API keys are only supported on the $connect route');
  }
  if (type === 'JWT') {
    throw badRequest('Authorization type JWT is not supported on protocolType WEBSOCKET');
  }
  if (type === 'CUSTOM' && !authorizers.some(({ AuthorizerId }) => AuthorizerId === id)) {
    // Seen from AWS for JWT (sst#4097, 2024-09).
    throw badRequest(
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM requires a valid authorizer.',
    );
  }
  if (type !== 'CUSTOM' && id !== undefined) {
    throw badRequest('An authorizer needs the authorization type CUSTOM');
  }
}

/** What a request to connect must carry: `route.request.querystring.name`. */
export function requiredParameters({
  RequestParameters: all = {},
}: StoredRoute): WebSocketVariable[] {
  const entries = Object.entries(all);
  if (entries.length > MAPPINGS_MAX) {
    throw badRequest(`A route can have at most ${MAPPINGS_MAX} request parameters`);
  }
  const parsed = entries.map(([key, { Required }]) => ({
    variable: parseWebSocketIdentity(key),
    isRequired: Required === true,
  }));
  return parsed.filter(({ isRequired }) => isRequired).map(({ variable }) => variable);
}
