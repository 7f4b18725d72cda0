/** Integration responses: what becomes of an integration's answer before it goes back to the client. */
import type {
  CreateIntegrationResponseRequest,
  DeleteIntegrationResponseRequest,
  GetIntegrationResponseRequest,
  GetIntegrationResponsesRequest,
  IntegrationResponse,
  UpdateIntegrationResponseRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument, StoredIntegrationResponse } from '../api-document.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { INTEGRATION_ID_LENGTH } from '../identifiers.ts';
import { INTEGRATION_RESPONSES_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { validateIntegrationResponse } from '../websocket-integrations.ts';
import { isWebSocket } from '../websocket-routes.ts';
import { findIntegration } from './integrations.ts';

const SETTINGS = [
  'ContentHandlingStrategy',
  'IntegrationResponseKey',
  'ResponseParameters',
  'ResponseTemplates',
  'TemplateSelectionExpression',
] as const;

export async function createIntegrationResponse(
  { apis }: GatewayState,
  input: CreateIntegrationResponseRequest,
  context: RequestContext,
): Promise<IntegrationResponse> {
  const IntegrationResponseId = apis.newId(INTEGRATION_ID_LENGTH);
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const { IntegrationId } = findIntegration(document, input.IntegrationId);
    if (!isWebSocket(document)) {
      throw badRequest('Integration responses are not supported on protocolType HTTP');
    }
    const own = document.integrationResponses.filter(
      (each) => each.IntegrationId === IntegrationId,
    );
    if (own.length >= INTEGRATION_RESPONSES_MAX) throw limitReached('IntegrationResponses');
    const response: StoredIntegrationResponse = {
      IntegrationId,
      IntegrationResponseId,
      IntegrationResponseKey: input.IntegrationResponseKey,
    };
    change(document, response, input);
    document.integrationResponses.push(response);
    return response;
  });
}

export async function getIntegrationResponse(
  { apis }: GatewayState,
  { ApiId, IntegrationId, IntegrationResponseId }: GetIntegrationResponseRequest,
  context: RequestContext,
): Promise<IntegrationResponse> {
  return find(await apis.get(context, ApiId), IntegrationId, IntegrationResponseId);
}

export async function getIntegrationResponses(
  { apis }: GatewayState,
  input: GetIntegrationResponsesRequest,
  context: RequestContext,
): Promise<{ Items: IntegrationResponse[]; NextToken: string | undefined }> {
  const document = await apis.get(context, input.ApiId);
  findIntegration(document, input.IntegrationId);
  const own = document.integrationResponses.filter(
    ({ IntegrationId }) => IntegrationId === input.IntegrationId,
  );
  return pageOf(own, input, ({ IntegrationResponseId }) => IntegrationResponseId);
}

export async function updateIntegrationResponse(
  { apis }: GatewayState,
  input: UpdateIntegrationResponseRequest,
  context: RequestContext,
): Promise<IntegrationResponse> {
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const response = find(document, input.IntegrationId, input.IntegrationResponseId);
    change(document, response, input);
    return response;
  });
}

export async function deleteIntegrationResponse(
  { apis }: GatewayState,
  { ApiId, IntegrationId, IntegrationResponseId }: DeleteIntegrationResponseRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'configuration', (document) => {
    const response = find(document, IntegrationId, IntegrationResponseId);
    document.integrationResponses = document.integrationResponses.filter(
      (each) => each !== response,
    );
  });
  return {};
}

function change(
  { integrationResponses }: ApiDocument,
  response: StoredIntegrationResponse,
  input: CreateIntegrationResponseRequest | UpdateIntegrationResponseRequest,
): void {
  for (const name of SETTINGS) {
    if (input[name] !== undefined) Object.assign(response, { [name]: input[name] });
  }
  validateIntegrationResponse(response);
  const { IntegrationId, IntegrationResponseKey: key } = response;
  const isTaken = integrationResponses.some(
    (each) =>
      each !== response &&
      each.IntegrationId === IntegrationId &&
      each.IntegrationResponseKey === key,
  );
  if (isTaken) throw conflict(`A response with the key ${key} exists already`);
}

function find(
  document: ApiDocument,
  integrationId: string,
  responseId: string,
): StoredIntegrationResponse {
  findIntegration(document, integrationId);
  const response = document.integrationResponses.find(
    (each) => each.IntegrationId === integrationId && each.IntegrationResponseId === responseId,
  );
  if (!response) throw resourceNotFound('IntegrationResponse');
  return response;
}
