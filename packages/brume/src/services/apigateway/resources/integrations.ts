/** Integrations: what a method asks for its answer. */
import type {
  DeleteIntegrationRequest,
  GetIntegrationRequest,
  Integration,
  PutIntegrationRequest,
  UpdateIntegrationRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { resourceNotFound } from '../errors.ts';
import { validateIntegrationUri } from '../integration-uri.ts';
import {
  INTEGRATION_TIMEOUT_DEFAULT_MS,
  INTEGRATION_TIMEOUT_MAX_MS,
  INTEGRATION_TIMEOUT_MIN_MS,
} from '../limits.ts';
import { applyPatch } from '../patching/patch.ts';
import { integrationPatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredMethod } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { findMethod, noResource } from './find.ts';

const PASSTHROUGH = ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'];
const VERBS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'ANY'];

export async function putIntegration(
  { apis, vpcLinks }: RestState,
  input: PutIntegrationRequest,
  context: RequestContext,
): Promise<Integration> {
  const integration = newIntegration(input.resourceId, input);
  // Asked before the resource is (recorded 2024-06).
  validateIntegration(integration);
  const { connectionType, connectionId = '' } = integration;
  // Variables of the stage name a link, too.
  if (connectionType === 'VPC_LINK' && !connectionId.includes('${')) {
    await vpcLinks.get(context, connectionId);
  }
  const put = (document: RestApiDocument) => {
    findMethod(document, input).methodIntegration = integration;
    return integration;
  };
  return apis.update(context, input.restApiId, put, noResource);
}

export async function getIntegration(
  { apis }: RestState,
  input: GetIntegrationRequest,
  context: RequestContext,
): Promise<Integration> {
  const document = await apis.get(context, input.restApiId, noResource);
  return integrationOf(findMethod(document, input));
}

export async function updateIntegration(
  { apis }: RestState,
  input: UpdateIntegrationRequest,
  context: RequestContext,
): Promise<Integration> {
  return apis.update(
    context,
    input.restApiId,
    (document) => {
      const integration = integrationOf(findMethod(document, input));
      applyPatch(integrationPatch, integration, input.patchOperations);
      integration.cacheKeyParameters ??= [];
      validateIntegration(integration);
      return integration;
    },
    noResource,
  );
}

export async function deleteIntegration(
  { apis }: RestState,
  input: DeleteIntegrationRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    const method = findMethod(document, input);
    integrationOf(method);
    method.methodIntegration = undefined;
  };
  await apis.update(context, input.restApiId, remove, noResource);
  return {};
}

export function integrationOf({ methodIntegration }: StoredMethod): Integration {
  if (!methodIntegration) throw resourceNotFound('Integration');
  return methodIntegration;
}

export function newIntegration(
  resourceId: string,
  input: Omit<PutIntegrationRequest, 'restApiId' | 'resourceId' | 'httpMethod'>,
): Integration {
  const { type } = input;
  const isHttp = type === 'HTTP' || type === 'HTTP_PROXY';
  return {
    type,
    httpMethod: input.integrationHttpMethod,
    uri: type === 'MOCK' ? undefined : input.uri,
    connectionType: input.connectionType ?? (isHttp ? 'INTERNET' : undefined),
    connectionId: input.connectionId,
    credentials: input.credentials,
    requestParameters: input.requestParameters,
    requestTemplates: withoutEmpty(input.requestTemplates),
    passthroughBehavior: input.passthroughBehavior ?? 'WHEN_NO_MATCH',
    contentHandling: input.contentHandling,
    timeoutInMillis: input.timeoutInMillis ?? INTEGRATION_TIMEOUT_DEFAULT_MS,
    cacheNamespace: input.cacheNamespace ?? resourceId,
    cacheKeyParameters: input.cacheKeyParameters ?? [],
    tlsConfig: input.tlsConfig,
    responseTransferMode: input.responseTransferMode,
    integrationTarget: input.integrationTarget,
  };
}

export function validateIntegration(integration: Integration): void {
  const { connectionType, httpMethod, timeoutInMillis: ms, passthroughBehavior } = integration;
  validateIntegrationUri(integration);
  if (httpMethod && !VERBS.includes(httpMethod)) {
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${VERBS.join(',')}`);
  }
  if (connectionType === 'VPC_LINK' && !integration.connectionId) {
    // Wording unverified.
    throw badRequest('A connection ID must be specified for the connection type VPC_LINK');
  }
  if (!PASSTHROUGH.includes(passthroughBehavior ?? '')) {
    // Wording unverified.
    throw badRequest(
      `Invalid passthrough behavior specified. Valid options are ${PASSTHROUGH.join(', ')}`,
    );
  }
  if (!ms || ms < INTEGRATION_TIMEOUT_MIN_MS || ms > INTEGRATION_TIMEOUT_MAX_MS) {
    throw badRequest(
      `Timeout should be between ${INTEGRATION_TIMEOUT_MIN_MS} ms and ${INTEGRATION_TIMEOUT_MAX_MS} ms`,
    );
  }
  validateContentTypes(integration.requestTemplates);
  for (const [name, expression] of Object.entries(integration.requestParameters ?? {})) {
    validateMapping(name, /^integration\.request\.(querystring|header|path)\.\S+$/);
    validateMapping(
      expression,
      /^(method\.request\.(querystring|multivaluequerystring|header|multivalueheader|path|body)\b\S*|stageVariables\.\S+|context\.\S+|'.*')$/s,
    );
  }
}

/** Empty templates are none (recorded 2026-02). */
export function withoutEmpty(
  templates: Readonly<Record<string, string | null>> | undefined,
): Record<string, string | null> | undefined {
  if (!templates) return undefined;
  const entries = Object.entries(templates).map(([type, text]) => [type, text || null] as const);
  return Object.fromEntries(entries);
}

/** Recorded 2025-06. */
export function validateContentTypes(
  templates: Readonly<Record<string, string | null>> = {},
): void {
  for (const type of Object.keys(templates)) {
    if (!/^[^\s/]+\/[^\s/]+/.test(type) && type !== '$default') {
      throw badRequest(
        `Validation Result: warnings : [], errors : [Invalid content type specified: ${type}]`,
      );
    }
  }
}

/** Recorded 2024-12 for a method's parameters. */
export function validateMapping(expression: string, allowed: RegExp): void {
  if (!allowed.test(expression)) {
    throw badRequest(
      `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${expression}]`,
    );
  }
}
