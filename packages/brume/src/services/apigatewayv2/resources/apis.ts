/** APIs themselves: the operations on `/v2/apis`, with quick create. */
import type {
  Api,
  CreateApiRequest,
  UpdateApiRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { idFromTags } from '../../gateway/identifiers.ts';
import { tokenOf } from '../../gateway/paging.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { newDocument } from '../api-document.ts';
import type { ApiDocument, StoredApi } from '../api-document.ts';
import { validateCors } from '../cors-configuration.ts';
import { API_ID_LENGTH } from '../identifiers.ts';
import { afterKey, pageSize } from '../pagination.ts';
import type { PageInput } from '../pagination.ts';
import { addQuickCreate, updateQuickCreate } from '../quick-create.ts';
import type { GatewayState } from '../state.ts';
import { requiredSelection, validateWebSocketApi } from '../websocket-apis.ts';

/** The only expression that HTTP APIs have, and what AWS answers for API keys, which they lack. */
const ROUTE_SELECTION = '$request.method $request.path';
const API_KEY_SELECTION = '$request.header.x-api-key';

export async function createApi(
  { apis }: GatewayState,
  input: CreateApiRequest,
  context: RequestContext,
): Promise<Api> {
  validTags(input.Tags);
  const isWebSocket = input.ProtocolType === 'WEBSOCKET';
  if (isWebSocket) validateWebSocketApi(input);
  else validateSettings(input);
  if (input.Target === undefined && (input.RouteKey ?? input.CredentialsArn) !== undefined) {
    throw badRequest('RouteKey and CredentialsArn are only supported with a Target');
  }
  const api = newApi({
    ApiId: idFromTags(input.Tags) ?? apis.newId(API_ID_LENGTH),
    CorsConfiguration: input.CorsConfiguration,
    CreatedDate: apis.now(),
    Description: input.Description,
    DisableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false,
    IpAddressType: input.IpAddressType ?? 'ipv4',
    Name: input.Name,
    Tags: input.Tags ?? {},
    Version: input.Version,
    ...(isWebSocket && {
      ApiKeySelectionExpression: input.ApiKeySelectionExpression ?? API_KEY_SELECTION,
      DisableSchemaValidation: input.DisableSchemaValidation,
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: requiredSelection(input),
    }),
  });
  const document = newDocument(context, api);
  if (input.Target !== undefined) {
    addQuickCreate(document, apis, {
      target: input.Target,
      routeKey: input.RouteKey,
      credentialsArn: input.CredentialsArn,
    });
  }
  await apis.create(document);
  return described(document, context);
}

/** An API, of HTTP where the settings do not say otherwise, with what all of them have in common. */
export function newApi(
  settings: Omit<StoredApi, 'ProtocolType' | 'RouteSelectionExpression'> & Partial<StoredApi>,
): StoredApi {
  return {
    ApiKeySelectionExpression: API_KEY_SELECTION,
    DisableExecuteApiEndpoint: false,
    IpAddressType: 'ipv4',
    ProtocolType: 'HTTP',
    RouteSelectionExpression: ROUTE_SELECTION,
    ...settings,
  };
}

export async function getApi(
  { apis }: GatewayState,
  { ApiId }: { ApiId: string },
  context: RequestContext,
): Promise<Api> {
  return described(await apis.get(context, ApiId), context);
}

export async function getApis(
  { apis }: GatewayState,
  input: PageInput,
  context: RequestContext,
): Promise<{ Items: Api[]; NextToken: string | undefined }> {
  const size = pageSize(input);
  const found = await apis.list(context, afterKey(input), size + 1);
  const page = found.slice(0, size);
  const last = page.at(-1);
  return {
    Items: page.map((document) => described(document, context)),
    NextToken: last && found.length > size ? tokenOf(last.api.ApiId) : undefined,
  };
}

export async function updateApi(
  { apis }: GatewayState,
  input: UpdateApiRequest,
  context: RequestContext,
): Promise<Api> {
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const { api } = document;
    if (api.ProtocolType === 'WEBSOCKET') {
      validateWebSocketApi(input);
      api.RouteSelectionExpression = input.RouteSelectionExpression ?? api.RouteSelectionExpression;
      const { ApiKeySelectionExpression: apiKey } = input;
      api.ApiKeySelectionExpression = apiKey ?? api.ApiKeySelectionExpression;
      api.DisableSchemaValidation = input.DisableSchemaValidation ?? api.DisableSchemaValidation;
    } else validateSettings(input);
    if (input.CorsConfiguration) api.CorsConfiguration = input.CorsConfiguration;
    if (input.Description !== undefined) api.Description = input.Description;
    if (input.DisableExecuteApiEndpoint !== undefined) {
      api.DisableExecuteApiEndpoint = input.DisableExecuteApiEndpoint;
    }
    if (input.IpAddressType !== undefined) api.IpAddressType = input.IpAddressType;
    if (input.Name !== undefined) api.Name = input.Name;
    if (input.Version !== undefined) api.Version = input.Version;
    updateQuickCreate(document, {
      target: input.Target,
      routeKey: input.RouteKey,
      credentialsArn: input.CredentialsArn,
    });
    return described(document, context);
  });
}

export async function deleteApi(
  { apis, domainNames }: GatewayState,
  { ApiId }: { ApiId: string },
  context: RequestContext,
): Promise<Record<string, never>> {
  const domains = await (await domainNames()).list(context);
  if (domains.some(({ mappings }) => mappings.some(({ restApiId }) => restApiId === ApiId))) {
    // Seen from AWS (cloud-nuke#370, 2022-10).
    throw badRequest(
      `Deleting API ${ApiId} failed. Please remove all API mappings for the API from your custom domain names.`,
    );
  }
  await apis.remove(context, ApiId);
  return {};
}

export async function deleteCorsConfiguration(
  { apis }: GatewayState,
  { ApiId }: { ApiId: string },
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'configuration', ({ api }) => {
    api.CorsConfiguration = undefined;
  });
  return {};
}

function validateSettings(input: CreateApiRequest | UpdateApiRequest): void {
  if ((input.RouteSelectionExpression ?? ROUTE_SELECTION) !== ROUTE_SELECTION) {
    throw badRequest(`Only '${ROUTE_SELECTION}' is supported as the route selection of HTTP APIs`);
  }
  if (input.DisableSchemaValidation) {
    throw badRequest('DisableSchemaValidation is not supported on protocolType HTTP');
  }
  const { ApiKeySelectionExpression: apiKey } = input;
  if ((apiKey ?? API_KEY_SELECTION) !== API_KEY_SELECTION) {
    throw badRequest('ApiKeySelectionExpression is not supported on protocolType HTTP');
  }
  if (input.CorsConfiguration) validateCors(input.CorsConfiguration);
}

/** Why the address has this form: docs/decisions/0004-api-endpoints.md. */
export function described({ api }: ApiDocument, { baseUrl }: RequestContext): Api {
  const base = api.ProtocolType === 'WEBSOCKET' ? baseUrl.replace(/^http/, 'ws') : baseUrl;
  return { ...api, ApiEndpoint: `${base}/_aws/execute-api/${api.ApiId}` };
}
