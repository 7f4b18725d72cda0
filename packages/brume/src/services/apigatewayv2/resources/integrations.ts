/** Integrations: what answers a request. For HTTP APIs a Lambda function or an HTTP endpoint. */
import type {
  CreateIntegrationRequest,
  DeleteIntegrationRequest,
  GetIntegrationRequest,
  GetIntegrationsRequest,
  Integration,
  UpdateIntegrationRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, conflict, noIntegrationUri, notSupported } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument, StoredIntegration } from '../api-document.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { INTEGRATION_ID_LENGTH } from '../identifiers.ts';
import { refuseSubtype } from '../integration-subtype.ts';
import { parseFunctionUri, parseHttpUri } from '../integration-uri.ts';
import {
  INTEGRATIONS_MAX,
  INTEGRATION_TIMEOUT_DEFAULT_MS,
  INTEGRATION_TIMEOUT_MAX_MS,
  INTEGRATION_TIMEOUT_MIN_MS,
} from '../limits.ts';
import { pageOf } from '../pagination.ts';
import { parseRequestMappings, parseResponseMappings } from '../parameter-mapping.ts';
import { targetIntegrationId } from '../route-key.ts';
import type { GatewayState } from '../state.ts';
import { changeWebSocketIntegration, newWebSocketIntegration } from '../websocket-integrations.ts';
import { isWebSocket } from '../websocket-routes.ts';

export async function createIntegration(
  { apis, vpcLinks }: GatewayState,
  input: CreateIntegrationRequest,
  context: RequestContext,
): Promise<Integration> {
  const id = apis.newId(INTEGRATION_ID_LENGTH);
  await checkLink(vpcLinks, input, context);
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    if (document.integrations.length >= INTEGRATIONS_MAX) throw limitReached('Integrations');
    const integration = isWebSocket(document)
      ? changeWebSocketIntegration(newWebSocketIntegration(id), input)
      : newIntegration(id, input);
    document.integrations.push(integration);
    return integration;
  });
}

function newIntegration(id: string, input: CreateIntegrationRequest): StoredIntegration {
  refuseWebSocketSettings(input);
  const integration: StoredIntegration = {
    ConnectionId: input.ConnectionId,
    ConnectionType: input.ConnectionType ?? 'INTERNET',
    CredentialsArn: input.CredentialsArn,
    Description: input.Description,
    IntegrationId: id,
    IntegrationMethod: input.IntegrationMethod ?? defaultMethod(input),
    IntegrationType: input.IntegrationType,
    IntegrationUri: input.IntegrationUri,
    PayloadFormatVersion: input.PayloadFormatVersion ?? '1.0',
    RequestParameters: input.RequestParameters,
    ResponseParameters: input.ResponseParameters,
    TimeoutInMillis: input.TimeoutInMillis ?? INTEGRATION_TIMEOUT_DEFAULT_MS,
  };
  validateIntegration(integration);
  return integration;
}

export async function getIntegration(
  { apis }: GatewayState,
  { ApiId, IntegrationId }: GetIntegrationRequest,
  context: RequestContext,
): Promise<Integration> {
  return findIntegration(await apis.get(context, ApiId), IntegrationId);
}

export async function getIntegrations(
  { apis }: GatewayState,
  input: GetIntegrationsRequest,
  context: RequestContext,
): Promise<{ Items: Integration[]; NextToken: string | undefined }> {
  const { integrations } = await apis.get(context, input.ApiId);
  return pageOf(integrations, input, (integration) => integration.IntegrationId);
}

const UPDATABLE = [
  'ConnectionId',
  'ConnectionType',
  'CredentialsArn',
  'Description',
  'IntegrationMethod',
  'IntegrationType',
  'IntegrationUri',
  'PayloadFormatVersion',
  'TimeoutInMillis',
] as const;

export async function updateIntegration(
  { apis, vpcLinks }: GatewayState,
  input: UpdateIntegrationRequest,
  context: RequestContext,
): Promise<Integration> {
  await checkLink(vpcLinks, input, context);
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const integration = findIntegration(document, input.IntegrationId);
    if (isWebSocket(document)) return changeWebSocketIntegration(integration, input);
    refuseWebSocketSettings(input);
    for (const name of UPDATABLE) {
      if (input[name] !== undefined) Object.assign(integration, { [name]: input[name] });
    }
    integration.RequestParameters = merged(
      integration.RequestParameters,
      input.RequestParameters,
      (value) => value === '',
    );
    integration.ResponseParameters = merged(
      integration.ResponseParameters,
      input.ResponseParameters,
      (value) => Object.keys(value).length === 0,
    );
    validateIntegration(integration);
    return integration;
  });
}

export async function deleteIntegration(
  { apis }: GatewayState,
  { ApiId, IntegrationId }: DeleteIntegrationRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'configuration', (document) => {
    const integration = findIntegration(document, IntegrationId);
    const routes = document.routes.filter(
      (route) => targetIntegrationId(route.Target) === IntegrationId,
    );
    if (routes.length > 0) {
      const ids = routes.map((route) => route.RouteId).join(', ');
      // Seen from AWS (terraform-aws-next-js#247, 2021-11).
      throw conflict(
        `Cannot delete Integration because it is referenced by the following Routes with Ids: [${ids}]`,
      );
    }
    document.integrations = document.integrations.filter((each) => each !== integration);
    document.integrationResponses = document.integrationResponses.filter(
      (each) => each.IntegrationId !== IntegrationId,
    );
  });
  return {};
}

export function findIntegration(
  { integrations }: ApiDocument,
  integrationId: string,
): StoredIntegration {
  const integration = integrations.find((each) => each.IntegrationId === integrationId);
  if (!integration) throw resourceNotFound('Integration');
  return integration;
}

/** An update adds to the maps; an empty value takes its key out (developer guide, 2023-04). */
function merged<Value>(
  before: Record<string, Value> | undefined,
  change: Record<string, Value> | undefined,
  isRemoval: (value: Value) => boolean,
): Record<string, Value> | undefined {
  if (!change) return before;
  const entries = new Map([...Object.entries(before ?? {}), ...Object.entries(change)]);
  for (const [key, value] of Object.entries(change)) if (isRemoval(value)) entries.delete(key);
  return Object.fromEntries(entries);
}

function defaultMethod({ IntegrationType: type }: CreateIntegrationRequest): string | undefined {
  return type === 'AWS_PROXY' ? 'POST' : undefined;
}

export function validateIntegration(integration: StoredIntegration): void {
  const {
    IntegrationType: type,
    IntegrationUri: uri,
    TimeoutInMillis: timeoutMs = 0,
  } = integration;
  if (timeoutMs < INTEGRATION_TIMEOUT_MIN_MS || timeoutMs > INTEGRATION_TIMEOUT_MAX_MS) {
    throw badRequest(
      `Timeout should be between ${INTEGRATION_TIMEOUT_MIN_MS} ms and ${INTEGRATION_TIMEOUT_MAX_MS} ms`,
    );
  }
  validateConnection(integration);
  if ((type === 'AWS_PROXY' || type === 'HTTP_PROXY') && !uri) throw noIntegrationUri();
  if (type === 'AWS_PROXY') validateFunction(integration);
  else if (type === 'HTTP_PROXY') validateEndpoint(integration, uri);
  else {
    // Seen from AWS (aws-cli#6363, 2021-08).
    throw badRequest(
      'Currently, an API with a protocol type of HTTP may only be associated with proxy ' +
        'integrations (AWS_PROXY, HTTP_PROXY)',
    );
  }
  parseRequestMappings(integration.RequestParameters);
  parseResponseMappings(integration.ResponseParameters);
}

/** Variables of the stage name a link, too. */
async function checkLink(
  vpcLinks: GatewayState['vpcLinks'],
  { ConnectionType: type, ConnectionId: id }: CreateIntegrationRequest | UpdateIntegrationRequest,
  context: RequestContext,
): Promise<void> {
  if (type === 'VPC_LINK' && id !== undefined && !id.includes('${')) {
    await vpcLinks.get(context, id);
  }
}

/** There are no private networks: the URL of an integration through a link says where it goes. */
function validateConnection(integration: StoredIntegration): void {
  const { ConnectionType, ConnectionId, IntegrationType, IntegrationUri = '' } = integration;
  // Wordings unverified.
  if ((ConnectionType === 'VPC_LINK') !== (ConnectionId !== undefined)) {
    throw badRequest(
      'ConnectionId must be given for the ConnectionType VPC_LINK, and for no other',
    );
  }
  if (ConnectionType !== 'VPC_LINK') return;
  if (IntegrationType !== 'HTTP_PROXY') {
    throw badRequest('VPC_LINK is supported for HTTP_PROXY integrations only');
  }
  if (IntegrationUri.startsWith('arn:')) {
    throw notSupported(
      'load balancers and Cloud Map services behind VPC links, but URLs of hosts,',
    );
  }
}

function validateFunction(integration: StoredIntegration): void {
  parseFunctionUri(integration.IntegrationUri);
  if (!['1.0', '2.0'].includes(integration.PayloadFormatVersion ?? '')) {
    throw badRequest('PayloadFormatVersion must be one of [1.0, 2.0]');
  }
}

function validateEndpoint(integration: StoredIntegration, uri: string | undefined): void {
  parseHttpUri(uri);
  if (!/^[A-Z]+$/.test(integration.IntegrationMethod ?? '')) {
    throw badRequest('HTTP_PROXY integrations need an IntegrationMethod');
  }
  if (integration.PayloadFormatVersion !== '1.0') {
    throw badRequest('PayloadFormatVersion must be 1.0 for HTTP_PROXY integrations');
  }
}

function refuseWebSocketSettings(input: CreateIntegrationRequest | UpdateIntegrationRequest): void {
  refuseSubtype(input.IntegrationSubtype);
  if (input.TlsConfig) throw notSupported('the TlsConfig of private integrations');
  const given =
    input.ContentHandlingStrategy ??
    input.PassthroughBehavior ??
    input.RequestTemplates ??
    input.TemplateSelectionExpression;
  if (given !== undefined) {
    throw badRequest(
      'Templates, pass-through behavior and content handling are not supported on protocolType HTTP',
    );
  }
}
