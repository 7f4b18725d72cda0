/** Integration responses: how what an integration answers becomes a method's response. */
import type {
  DeleteIntegrationResponseRequest,
  GetIntegrationResponseRequest,
  Integration,
  IntegrationResponse,
  PutIntegrationResponseRequest,
  UpdateIntegrationResponseRequest,
} from '../../../model/generated/apigateway.types.ts';
import type { RequestContext } from '../../service.ts';
import { resourceNotFound, statusNotFound } from '../errors.ts';
import { applyPatch } from '../patching/patch.ts';
import { integrationResponsePatch } from '../patching/tables.ts';
import type { RestApiDocument } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { findMethod, findResource, methodOf, noResource } from './find.ts';
import {
  integrationOf,
  validateContentTypes,
  validateMapping,
  withoutEmpty,
} from './integrations.ts';

export async function putIntegrationResponse(
  { apis }: RestState,
  input: PutIntegrationResponseRequest,
  context: RequestContext,
): Promise<IntegrationResponse> {
  const { statusCode, selectionPattern, responseParameters, responseTemplates } = input;
  const { contentHandling } = input;
  const response: IntegrationResponse = {
    statusCode,
    selectionPattern,
    responseParameters,
    responseTemplates: withoutEmpty(responseTemplates),
    contentHandling,
  };
  return apis.update(
    context,
    input.restApiId,
    (document) => {
      const integration = integrationOf(findMethod(document, input));
      validateIntegrationResponse(response);
      integration.integrationResponses = {
        ...integration.integrationResponses,
        [statusCode]: response,
      };
      return response;
    },
    noResource,
  );
}

export async function getIntegrationResponse(
  { apis }: RestState,
  input: GetIntegrationResponseRequest,
  context: RequestContext,
): Promise<IntegrationResponse> {
  const document = await apis.get(context, input.restApiId, noResource);
  return find(integrationOf(findMethod(document, input)), input.statusCode);
}

export async function updateIntegrationResponse(
  { apis }: RestState,
  input: UpdateIntegrationResponseRequest,
  context: RequestContext,
): Promise<IntegrationResponse> {
  return apis.update(
    context,
    input.restApiId,
    (document) => {
      const response = find(integrationOf(findMethod(document, input)), input.statusCode);
      applyPatch(integrationResponsePatch, response, input.patchOperations);
      validateIntegrationResponse(response);
      return response;
    },
    noResource,
  );
}

export async function deleteIntegrationResponse(
  { apis }: RestState,
  input: DeleteIntegrationResponseRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    // A method that is not there has no integration either (recorded 2025-08).
    const method = methodOf(findResource(document, input.resourceId), input.httpMethod);
    if (!method) throw resourceNotFound('Integration');
    const integration = integrationOf(method);
    find(integration, input.statusCode);
    const { [input.statusCode]: _, ...others } = integration.integrationResponses ?? {};
    integration.integrationResponses = Object.keys(others).length === 0 ? undefined : others;
  };
  await apis.update(context, input.restApiId, remove, noResource);
  return {};
}

/** A status is three digits by the model: it cannot be the name of anything else. */
function find({ integrationResponses }: Integration, statusCode: string): IntegrationResponse {
  const response = integrationResponses?.[statusCode];
  if (!response) throw statusNotFound();
  return response;
}

export function validateIntegrationResponse({
  responseParameters = {},
  responseTemplates,
}: IntegrationResponse): void {
  validateContentTypes(responseTemplates);
  for (const [name, expression] of Object.entries(responseParameters)) {
    validateMapping(name, /^method\.response\.header\.\S+$/);
    validateMapping(
      expression,
      /^(integration\.response\.(header|multivalueheader|body)\b\S*|stageVariables\.\S+|context\.\S+|'.*')$/s,
    );
  }
}
