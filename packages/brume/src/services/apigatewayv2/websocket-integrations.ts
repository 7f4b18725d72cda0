/** What integrations of WebSocket APIs may be: all five types, with templates both ways. */
import type {
  CreateIntegrationRequest,
  IntegrationResponse,
  UpdateIntegrationRequest,
} from '../../model/generated/apigatewayv2.types.ts';
import { badRequest, notSupported } from '../gateway/errors.ts';
import type { StoredIntegration } from './api-document.ts';

import { isFunctionUri, parseFunctionUri, parseHttpUri } from './integration-uri.ts';
import {
  INTEGRATION_TIMEOUT_MIN_MS,
  MAPPINGS_MAX,
  TEMPLATE_LENGTH_MAX,
  TEMPLATES_MAX,
} from './limits.ts';
import type { ServiceAction, Template, WebSocketParameter } from './port.ts';
import {
  parseMappedValue,
  parseResponseSelection,
  parseSelection,
} from './websocket-expression.ts';

/** Quotas, "WebSocket API": integration timeout 50 milliseconds – 29 seconds. */
export const WEBSOCKET_TIMEOUT_MAX_MS = 29_000;

const SETTINGS = [
  'ContentHandlingStrategy',
  'CredentialsArn',
  'Description',
  'IntegrationMethod',
  'IntegrationType',
  'IntegrationUri',
  'PassthroughBehavior',
  'PayloadFormatVersion',
  'RequestParameters',
  'RequestTemplates',
  'TemplateSelectionExpression',
  'TimeoutInMillis',
] as const;

/** Sets what the request says, and checks the whole. */
export function changeWebSocketIntegration(
  integration: StoredIntegration,
  input: CreateIntegrationRequest | UpdateIntegrationRequest,
): StoredIntegration {
  refuseWithoutEffect(input);
  for (const name of SETTINGS) {
    if (input[name] !== undefined) Object.assign(integration, { [name]: input[name] });
  }
  integration.IntegrationResponseSelectionExpression = responseSelection(integration);
  validate(integration);
  return integration;
}

export function newWebSocketIntegration(id: string): StoredIntegration {
  return {
    ConnectionType: 'INTERNET',
    IntegrationId: id,
    PassthroughBehavior: 'WHEN_NO_MATCH',
    PayloadFormatVersion: '1.0',
    TimeoutInMillis: WEBSOCKET_TIMEOUT_MAX_MS,
  };
}

/** What integration responses are chosen by; AWS has no operation that sets it. */
function responseSelection({ IntegrationType: type }: StoredIntegration): string | undefined {
  if (type === 'AWS_PROXY' || type === 'HTTP_PROXY') return undefined;
  return type === 'AWS'
    ? '${integration.response.body.errorMessage}'
    : '${integration.response.statuscode}';
}

function validate(integration: StoredIntegration): void {
  const { TimeoutInMillis: timeoutMs = 0, PayloadFormatVersion: version } = integration;
  if (timeoutMs < INTEGRATION_TIMEOUT_MIN_MS || timeoutMs > WEBSOCKET_TIMEOUT_MAX_MS) {
    throw badRequest(
      `Timeout should be between ${INTEGRATION_TIMEOUT_MIN_MS} ms and ${WEBSOCKET_TIMEOUT_MAX_MS} ms`,
    );
  }
  if (version !== '1.0') {
    throw badRequest('PayloadFormatVersion must be 1.0 on protocolType WEBSOCKET');
  }
  webSocketUri(integration);
  serviceAction(integration);
  webSocketParameters(integration);
  validateTemplates(integration.RequestTemplates, integration.TemplateSelectionExpression);
}

/** Where an integration points to; nothing for `MOCK`. */
export function webSocketUri({
  IntegrationType: type,
  IntegrationUri: uri,
}: StoredIntegration): Template {
  if (type === 'MOCK') return [];
  if (type === 'HTTP' || type === 'HTTP_PROXY') return parseHttpUri(uri);
  return type === 'AWS' && !isFunctionUri(uri) ? [] : parseFunctionUri(uri);
}

const ACTION = /^arn:[\w-]+:apigateway:([\w-]*):([\w-]+):action\/(\w+)$/;
/** Those that Brume has and the data plane can call. */
const SERVICES = ['dynamodb', 'logs'];

/** The operation of another service that an integration calls; undefined where it calls none. */
export function serviceAction(integration: StoredIntegration): ServiceAction | undefined {
  const { IntegrationType: type, IntegrationUri: uri } = integration;
  if (type !== 'AWS' || isFunctionUri(uri)) return undefined;
  const [, region = '', name = '', action = ''] = ACTION.exec(uri ?? '') ?? [];
  if (!SERVICES.includes(name)) {
    throw notSupported(`WebSocket integrations with other services than ${SERVICES.join(', ')}`);
  }
  return { name, region, action };
}

/** `integration.request.header.name` → where its value is. */
export function webSocketParameters({
  RequestParameters: parameters = {},
}: StoredIntegration): WebSocketParameter[] {
  const entries = Object.entries(parameters);
  if (entries.length > MAPPINGS_MAX) {
    throw badRequest(`An integration can have at most ${MAPPINGS_MAX} mappings of a kind`);
  }
  return entries.map(([target, value]) => {
    const [, place, name] =
      /^integration\.request\.(header|querystring|path)\.([!#$%&'*+.^_`|~\w-]+)$/.exec(target) ??
      [];
    if (name === undefined || (place !== 'header' && place !== 'querystring' && place !== 'path')) {
      throw badRequest(`Invalid mapping expression specified: ${target}`);
    }
    return { place, name, value: parseMappedValue(value) };
  });
}

export function validateIntegrationResponse(response: IntegrationResponse): void {
  const { IntegrationResponseKey: key } = response;
  if (key === '') throw badRequest('IntegrationResponseKey must not be empty');
  const { ResponseTemplates: templates, TemplateSelectionExpression: selection } = response;
  validateTemplates(templates, undefined);
  if (selection !== undefined) parseResponseSelection(selection);
}

function validateTemplates(
  templates: Readonly<Record<string, string>> = {},
  selection: string | undefined,
): void {
  const entries = Object.values(templates);
  if (entries.length > TEMPLATES_MAX) {
    throw badRequest(`There can be at most ${TEMPLATES_MAX} templates`);
  }
  if (entries.some((text) => text.length > TEMPLATE_LENGTH_MAX)) {
    throw badRequest(`A template can have at most ${TEMPLATE_LENGTH_MAX} characters`);
  }
  if (selection !== undefined) parseSelection(selection);
}

function refuseWithoutEffect(input: CreateIntegrationRequest | UpdateIntegrationRequest): void {
  if (input.IntegrationSubtype !== undefined) {
    throw badRequest('IntegrationSubtype is not supported on protocolType WEBSOCKET');
  }
  if (input.ConnectionType === 'VPC_LINK' || input.ConnectionId !== undefined) {
    throw notSupported('private integrations (VPC_LINK)');
  }
  if (input.TlsConfig) throw notSupported('the TlsConfig of private integrations');
  if (input.ResponseParameters) {
    throw badRequest('ResponseParameters are not supported on protocolType WEBSOCKET');
  }
}
