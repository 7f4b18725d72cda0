/** REST APIs as OpenAPI documents: import, put and export. */
import type {
  ExportResponse,
  GetExportRequest,
  ImportRestApiRequest,
  PutRestApiRequest,
  RestApi,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { idFromTags } from '../../gateway/identifiers.ts';
import { parseDocument, toYaml } from '../../gateway/openapi/parse-document.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { ID_LENGTH, SHORT_ID_LENGTH } from '../identifiers.ts';
import { applyImport } from '../openapi/apply-import.ts';
import type { ImportedApi } from '../openapi/imported-api.ts';
import { readDocument, readTags } from '../openapi/read-document.ts';
import { writeDocument } from '../openapi/write-document.ts';
import type { Extension } from '../openapi/write-document.ts';
import type { StoredApi } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { newDocument, newEndpoint, withAllTags } from './rest-apis.ts';
import { findStage } from './stages.ts';

export async function importRestApi(
  state: RestState,
  input: ImportRestApiRequest,
  context: RequestContext,
): Promise<RestApi> {
  const { apis, newId, now } = state;
  const root = parseDocument(input.body);
  const tags = validTags(readTags(root));
  const id = idFromTags(tags) ?? newId(ID_LENGTH);
  const imported = read(state, root, { ...input, restApiId: id });
  const types = parameter(input, 'endpointConfigurationTypes')?.split(',');
  const api: StoredApi = {
    id,
    name: imported.settings.name,
    createdDate: now(),
    apiKeySource: 'HEADER',
    endpointConfiguration: newEndpoint(
      types && { types: types as NonNullable<RestApi['endpointConfiguration']>['types'] },
    ),
    tags,
    disableExecuteApiEndpoint: false,
    rootResourceId: newId(ID_LENGTH),
  };
  const document = newDocument(context, api);
  applyImport(document, imported, 'overwrite');
  await apis.create(document);
  return { ...document.api, warnings: warningsOf(imported) };
}

export async function putRestApi(
  state: RestState,
  input: PutRestApiRequest,
  context: RequestContext,
): Promise<RestApi> {
  const imported = read(state, parseDocument(input.body), input);
  return state.apis.update(context, input.restApiId, (document) => {
    applyImport(document, imported, input.mode ?? 'merge');
    return { ...withAllTags(document.api), warnings: warningsOf(imported) };
  });
}

const EXPORT_TYPES = ['swagger', 'oas30'];
const EXTENSIONS = new Set<Extension>([
  'apigateway',
  'integrations',
  'authorizers',
  'documentation',
]);

/** What the stage serves, as AWS hands it out: a file to save (recorded 2025-05). */
export async function getExport(
  { apis }: RestState,
  input: GetExportRequest,
  context: RequestContext,
): Promise<ExportResponse> {
  const { restApiId, stageName, exportType, accepts = '' } = input;
  const document = await apis.get(context, restApiId);
  const { deploymentId, documentationVersion } = findStage(document, stageName);
  // Wording unverified.
  if (!EXPORT_TYPES.includes(exportType)) {
    throw badRequest(`Invalid export type specified. Valid options are ${EXPORT_TYPES.join(',')}`);
  }
  const snapshot = await apis.snapshot(context, restApiId, deploymentId);
  if (!snapshot) throw badRequest('Deployment id does not exist');
  const version = document.versions.find((each) => each.version === documentationVersion);
  const written = writeDocument(snapshot, {
    isSwagger: exportType === 'swagger',
    extensions: extensionsOf(input),
    region: context.region,
    stageName,
    parts: version?.parts ?? [],
    documentationVersion,
  });
  const isYaml = /^application\/(x-)?yaml/.test(accepts);
  const text = isYaml ? toYaml(written) : JSON.stringify(written, undefined, 2);
  const { version: named } = written['info'] as { version: string };
  const file = `${exportType}_${named}.${isYaml ? 'yaml' : 'json'}`;
  return {
    contentType: 'application/octet-stream',
    contentDisposition: `attachment; filename="${file.replaceAll(/[^\w.:-]/g, '_')}"`,
    body: Buffer.from(text),
  };
}

function extensionsOf(input: GetExportRequest): Set<Extension> {
  const named = parameter(input, 'extensions')?.split(/\s*,\s*/) ?? [];
  const extensions = new Set<Extension>();
  for (const name of named) {
    const extension = [...EXTENSIONS].find((each) => each === name);
    if (!extension) throw badRequest(`Brume writes no extensions for '${name}'`);
    extensions.add(extension);
  }
  if (extensions.has('apigateway')) extensions.add('integrations').add('authorizers');
  return extensions;
}

function read(
  { newId }: RestState,
  root: Fields,
  input: Pick<PutRestApiRequest, 'restApiId' | 'failOnWarnings' | 'parameters'>,
): ImportedApi {
  const imported = readDocument(root, {
    apiId: input.restApiId,
    basePath: parameter(input, 'basepath'),
    newResourceId: () => newId(ID_LENGTH),
    newId: () => newId(SHORT_ID_LENGTH),
  });
  const { warnings } = imported;
  if (input.failOnWarnings && warnings.length > 0) {
    // Wording unverified.
    throw badRequest(`Warnings found during import:\n\t${warnings.join('\n\t')}`);
  }
  const ignored = parameter(input, 'ignore')?.split(',') ?? [];
  return ignored.includes('documentation') ? { ...imported, parts: [] } : imported;
}

/** AWS's own pages write `basepath` and `basePath`. */
function parameter(
  { parameters = {} }: Pick<ImportRestApiRequest, 'parameters'>,
  name: string,
): string | undefined {
  return Object.entries(parameters).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function warningsOf({ warnings }: ImportedApi): string[] | undefined {
  return warnings.length === 0 ? undefined : [...warnings];
}
