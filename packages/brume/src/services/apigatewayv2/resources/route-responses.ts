/** Route responses: that what an integration answers goes back to the client that sent the message. */
import type {
  CreateRouteResponseRequest,
  DeleteRouteResponseRequest,
  GetRouteResponseRequest,
  GetRouteResponsesRequest,
  RouteResponse,
  UpdateRouteResponseRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument, StoredRouteResponse } from '../api-document.ts';
import { resourceNotFound } from '../errors.ts';
import { ROUTE_ID_LENGTH } from '../identifiers.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { isWebSocket } from '../websocket-routes.ts';
import { findRoute } from './routes.ts';

const SETTINGS = [
  'ModelSelectionExpression',
  'ResponseModels',
  'ResponseParameters',
  'RouteResponseKey',
] as const;

export async function createRouteResponse(
  { apis }: GatewayState,
  input: CreateRouteResponseRequest,
  context: RequestContext,
): Promise<RouteResponse> {
  const RouteResponseId = apis.newId(ROUTE_ID_LENGTH);
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const { RouteKey, RouteId } = findRoute(document, input.RouteId);
    if (!isWebSocket(document)) {
      throw badRequest('Route responses are not supported on protocolType HTTP');
    }
    if (RouteKey === '$disconnect') throw badRequest('$disconnect has nobody to answer to');
    if (document.routeResponses.some((each) => each.RouteId === RouteId)) {
      throw conflict(`A response with the key ${input.RouteResponseKey} exists already`);
    }
    const response: StoredRouteResponse = {
      RouteId,
      RouteResponseId,
      RouteResponseKey: input.RouteResponseKey,
    };
    change(response, input);
    document.routeResponses.push(response);
    return response;
  });
}

export async function getRouteResponse(
  { apis }: GatewayState,
  { ApiId, RouteId, RouteResponseId }: GetRouteResponseRequest,
  context: RequestContext,
): Promise<RouteResponse> {
  return find(await apis.get(context, ApiId), RouteId, RouteResponseId);
}

export async function getRouteResponses(
  { apis }: GatewayState,
  input: GetRouteResponsesRequest,
  context: RequestContext,
): Promise<{ Items: RouteResponse[]; NextToken: string | undefined }> {
  const document = await apis.get(context, input.ApiId);
  findRoute(document, input.RouteId);
  const own = document.routeResponses.filter(({ RouteId }) => RouteId === input.RouteId);
  return pageOf(own, input, ({ RouteResponseId }) => RouteResponseId);
}

export async function updateRouteResponse(
  { apis }: GatewayState,
  input: UpdateRouteResponseRequest,
  context: RequestContext,
): Promise<RouteResponse> {
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const response = find(document, input.RouteId, input.RouteResponseId);
    change(response, input);
    return response;
  });
}

export async function deleteRouteResponse(
  { apis }: GatewayState,
  { ApiId, RouteId, RouteResponseId }: DeleteRouteResponseRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'configuration', (document) => {
    const response = find(document, RouteId, RouteResponseId);
    document.routeResponses = document.routeResponses.filter((each) => each !== response);
  });
  return {};
}

function change(
  response: StoredRouteResponse,
  input: CreateRouteResponseRequest | UpdateRouteResponseRequest,
): void {
  for (const name of SETTINGS) {
    if (input[name] !== undefined) Object.assign(response, { [name]: input[name] });
  }
  // "You can only define the $default route response for a WebSocket API" (developer guide, 2023-04).
  if (response.RouteResponseKey !== '$default') {
    throw badRequest('Only $default is supported as RouteResponseKey');
  }
}

function find(document: ApiDocument, routeId: string, responseId: string): StoredRouteResponse {
  findRoute(document, routeId);
  const response = document.routeResponses.find(
    (each) => each.RouteId === routeId && each.RouteResponseId === responseId,
  );
  if (!response) throw resourceNotFound('RouteResponse');
  return response;
}
