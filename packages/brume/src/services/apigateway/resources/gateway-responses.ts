/** Gateway responses: what an API itself answers where there is no integration's answer. */
import type {
  DeleteGatewayResponseRequest,
  GatewayResponse,
  GatewayResponseType,
  GetGatewayResponseRequest,
  GetGatewayResponsesRequest,
  PutGatewayResponseRequest,
  UpdateGatewayResponseRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, notFound } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { gatewayResponsePatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredGatewayResponse } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';

/** The statuses that AWS has for each; the two that stand in for others have none (recorded 2024-04). */
const STATUSES: Readonly<Record<GatewayResponseType, string | undefined>> = {
  ACCESS_DENIED: '403',
  API_CONFIGURATION_ERROR: '500',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  AUTHORIZER_FAILURE: '500',
  BAD_REQUEST_BODY: '400',
  BAD_REQUEST_PARAMETERS: '400',
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: '403',
  INTEGRATION_FAILURE: '504',
  INTEGRATION_TIMEOUT: '504',
  INVALID_API_KEY: '403',
  INVALID_SIGNATURE: '403',
  MISSING_AUTHENTICATION_TOKEN: '403',
  QUOTA_EXCEEDED: '429',
  REQUEST_TOO_LARGE: '413',
  RESOURCE_NOT_FOUND: '404',
  THROTTLED: '429',
  UNAUTHORIZED: '401',
  UNSUPPORTED_MEDIA_TYPE: '415',
  WAF_FILTERED: '403',
};
const TYPES = Object.keys(STATUSES) as GatewayResponseType[];
const TEMPLATES = { 'application/json': '{"message":$context.error.messageString}' };

export async function putGatewayResponse(
  { apis }: RestState,
  input: PutGatewayResponseRequest,
  context: RequestContext,
): Promise<GatewayResponse> {
  const { responseType, statusCode, responseParameters, responseTemplates } = input;
  const response = { responseType, statusCode, responseParameters, responseTemplates };
  validateGatewayResponse(response);
  return apis.update(context, input.restApiId, (document) => {
    put(document, response);
    return describe(document, responseType);
  });
}

export async function getGatewayResponse(
  { apis }: RestState,
  { restApiId, responseType }: GetGatewayResponseRequest,
  context: RequestContext,
): Promise<GatewayResponse> {
  return describe(await apis.get(context, restApiId), responseType);
}

export async function getGatewayResponses(
  { apis }: RestState,
  input: GetGatewayResponsesRequest,
  context: RequestContext,
): Promise<Page<GatewayResponse>> {
  const document = await apis.get(context, input.restApiId);
  const described = TYPES.map((type) => describe(document, type));
  return pageOf(described, input, ({ responseType }) => responseType ?? '');
}

export async function updateGatewayResponse(
  { apis }: RestState,
  { restApiId, responseType, patchOperations }: UpdateGatewayResponseRequest,
  context: RequestContext,
): Promise<GatewayResponse> {
  return apis.update(context, restApiId, (document) => {
    const { defaultResponse: _, ...described } = describe(document, responseType);
    const response = { ...described, responseType };
    applyPatch(gatewayResponsePatch, response, patchOperations);
    validateGatewayResponse(response);
    put(document, response);
    return describe(document, responseType);
  });
}

export async function deleteGatewayResponse(
  { apis }: RestState,
  { restApiId, responseType }: DeleteGatewayResponseRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, restApiId, (document) => {
    if (!own(document, responseType)) throw notFound('Gateway response type not defined on api');
    withdraw(document, responseType);
  });
  return {};
}

/**
 * A type that the API did not set is as the API's default for its class of statuses, where that is set
 * (recorded 2024-06); members that a put leaves out are as AWS defines them.
 */
function describe(document: RestApiDocument, responseType: GatewayResponseType): GatewayResponse {
  const set = own(document, responseType);
  const status = STATUSES[responseType];
  const inherited = status && own(document, status.startsWith('5') ? 'DEFAULT_5XX' : 'DEFAULT_4XX');
  const from = set ?? (inherited || undefined);
  return {
    responseType,
    statusCode: from?.statusCode ?? status,
    responseParameters: from?.responseParameters ?? {},
    responseTemplates: from?.responseTemplates ?? TEMPLATES,
    defaultResponse: set === undefined,
  };
}

function own({ gatewayResponses }: RestApiDocument, type: GatewayResponseType) {
  return gatewayResponses.find(({ responseType }) => responseType === type);
}

function put(document: RestApiDocument, response: StoredGatewayResponse): void {
  withdraw(document, response.responseType);
  document.gatewayResponses.push(response);
}

function withdraw(document: RestApiDocument, type: string): void {
  document.gatewayResponses = document.gatewayResponses.filter(
    (each) => each.responseType !== type,
  );
}

/** Wordings unverified; the model checks type and status of a put, and neither elsewhere. */
export function validateGatewayResponse({
  responseType = 'DEFAULT_4XX',
  statusCode,
  responseParameters = {},
}: GatewayResponse): void {
  if (!TYPES.includes(responseType)) {
    throw badRequest(`Invalid gateway response type specified: ${responseType}`);
  }
  if (statusCode !== undefined && !/^[1-5]\d\d$/.test(statusCode)) {
    throw badRequest(`Invalid status code specified: ${statusCode}`);
  }
  for (const name of Object.keys(responseParameters)) {
    if (!/^gatewayresponse\.header\.\S+$/.test(name)) {
      throw badRequest(`Invalid mapping expression specified: ${name}`);
    }
  }
}
