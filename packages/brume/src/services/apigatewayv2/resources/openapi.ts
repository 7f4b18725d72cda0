/** APIs as OpenAPI 3 documents: import, reimport and export. */
import type {
  Api,
  ExportApiRequest,
  ExportApiResponse,
  ImportApiRequest,
  ReimportApiRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { idFromTags } from '../../gateway/identifiers.ts';
import { toYaml } from '../../gateway/openapi/parse-document.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { newDocument, snapshotOf } from '../api-document.ts';
import type { ApiDocument, Snapshot } from '../api-document.ts';
import { validateCors } from '../cors-configuration.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { API_ID_LENGTH } from '../identifiers.ts';
import { AUTHORIZERS_MAX, INTEGRATIONS_MAX, ROUTES_MAX } from '../limits.ts';
import { readDocument } from '../openapi/read-document.ts';
import type { ImportedApi } from '../openapi/read-document.ts';
import { writeDocument } from '../openapi/write-document.ts';
import type { GatewayState } from '../state.ts';
import { isWebSocket } from '../websocket-routes.ts';
import { described, newApi } from './apis.ts';
import { validateAuthorizer } from './authorizers.ts';
import { validateIntegration } from './integrations.ts';
import { validateRoute } from './routes.ts';

export async function importApi(
  { apis }: GatewayState,
  input: ImportApiRequest,
  context: RequestContext,
): Promise<Api> {
  const imported = read(input, (length) => apis.newId(length));
  validTags(imported.tags);
  const ApiId = idFromTags(imported.tags) ?? apis.newId(API_ID_LENGTH);
  const api = newApi({ ApiId, CreatedDate: apis.now(), Name: imported.name, Tags: imported.tags });
  const document = newDocument(context, api);
  replace(document, imported);
  await apis.create(document);
  return { ...described(document, context), Warnings: imported.warnings };
}

/** Replaces all that documents can say; stages, tags and the API's id stay. */
export async function reimportApi(
  { apis }: GatewayState,
  input: ReimportApiRequest,
  context: RequestContext,
): Promise<Api> {
  const imported = read(input, (length) => apis.newId(length));
  const api = await apis.update(context, input.ApiId, 'configuration', (document) => {
    requireHttp(document);
    replace(document, imported);
    return described(document, context);
  });
  return { ...api, Warnings: imported.warnings };
}

export async function exportApi(
  { apis }: GatewayState,
  input: ExportApiRequest,
  context: RequestContext,
): Promise<ExportApiResponse> {
  const document = await apis.get(context, input.ApiId);
  requireHttp(document);
  if ((input.ExportVersion ?? '1.0') !== '1.0') throw badRequest('Invalid export version');
  const { api } = document;
  const { ApiEndpoint = '' } = described(document, context);
  const stage = input.StageName;
  const exported = writeDocument(api, await exportedSnapshot(apis, document, stage), {
    includesExtensions: input.IncludeExtensions ?? true,
    server: stage === undefined || stage === '$default' ? ApiEndpoint : `${ApiEndpoint}/${stage}`,
  });
  const isYaml = input.OutputType === 'YAML';
  return { body: Buffer.from(isYaml ? toYaml(exported) : JSON.stringify(exported, undefined, 2)) };
}

function requireHttp(document: ApiDocument): void {
  if (isWebSocket(document)) {
    throw badRequest('OpenAPI documents are not supported on protocolType WEBSOCKET');
  }
}

/** Of a stage what it serves; else the configuration as it is now. */
async function exportedSnapshot(
  apis: GatewayState['apis'],
  document: ApiDocument,
  stageName: string | undefined,
): Promise<Snapshot> {
  if (stageName === undefined) return snapshotOf(document);
  const stage = document.stages.find((each) => each.StageName === stageName);
  if (!stage) throw resourceNotFound('stage');
  const { DeploymentId: id } = stage;
  const snapshot = id === undefined ? undefined : await apis.snapshot(document, id);
  if (!snapshot) throw badRequest(`The stage ${stageName} has no deployment to export`);
  return snapshot;
}

function read(
  { Body, Basepath, FailOnWarnings }: ImportApiRequest,
  newId: (length: number) => string,
): ImportedApi {
  const imported = readDocument(Body, Basepath, newId);
  if (FailOnWarnings && imported.warnings.length > 0) {
    throw badRequest(`Warnings found during import: ${imported.warnings.join(' ')}`);
  }
  return imported;
}

/** Every part passes the same checks as when it is created by itself. */
function replace(document: ApiDocument, imported: ImportedApi): void {
  const { api } = document;
  api.Name = imported.name;
  api.Version = imported.version;
  api.Description = imported.description;
  api.CorsConfiguration = imported.cors;
  api.DisableExecuteApiEndpoint = imported.endpointDisabled;
  if (imported.cors) validateCors(imported.cors);
  if (imported.routes.length > ROUTES_MAX) throw limitReached('Routes');
  if (imported.integrations.length > INTEGRATIONS_MAX) throw limitReached('Integrations');
  if (imported.authorizers.length > AUTHORIZERS_MAX) throw limitReached('Authorizers');
  document.integrations = imported.integrations.map((each) => ({ ...each }));
  document.integrations.forEach(validateIntegration);
  document.authorizers = [];
  for (const authorizer of imported.authorizers) {
    validateAuthorizer(document, authorizer);
    document.authorizers.push({ ...authorizer });
  }
  document.routes = [];
  for (const route of imported.routes) {
    validateRoute(document, route);
    document.routes.push({ ...route });
  }
}
