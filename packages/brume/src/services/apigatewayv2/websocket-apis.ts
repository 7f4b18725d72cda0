/** What WebSocket APIs may say of themselves. */
import type {
  CreateApiRequest,
  UpdateApiRequest,
} from '../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../gateway/errors.ts';
import { parseSelection } from './websocket-expression.ts';

/** Where API keys are: the two that AWS has (developer guide, "API key selection expressions"). */
const API_KEY_SELECTIONS = ['$request.header.x-api-key', '$context.authorizer.usageIdentifierKey'];

export function validateWebSocketApi(input: CreateApiRequest | UpdateApiRequest): void {
  const { RouteSelectionExpression: selection, ApiKeySelectionExpression: apiKey } = input;
  if (selection !== undefined) parseSelection(selection);
  if (apiKey !== undefined && !API_KEY_SELECTIONS.includes(apiKey)) {
    const allowed = API_KEY_SELECTIONS.join(', ');
    throw badRequest(`ApiKeySelectionExpression must be one of [${allowed}]`);
  }
  if (input.CorsConfiguration) {
    throw badRequest('CorsConfiguration is not supported on protocolType WEBSOCKET');
  }
  if ((input.Target ?? input.RouteKey ?? input.CredentialsArn) !== undefined) {
    throw badRequest('Quick create is not supported on protocolType WEBSOCKET');
  }
}

/** Every message takes the route that this names, so there is no API without it. */
export function requiredSelection({
  RouteSelectionExpression: selection = '',
}: CreateApiRequest): string {
  if (selection === '') {
    throw badRequest('RouteSelectionExpression is required for protocolType WEBSOCKET');
  }
  return selection;
}
