/** Documentation versions: an API's documentation parts as they were. */
import type {
  CreateDocumentationVersionRequest,
  DeleteDocumentationVersionRequest,
  DocumentationVersion,
  GetDocumentationVersionRequest,
  GetDocumentationVersionsRequest,
  UpdateDocumentationVersionRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { DOCUMENTATION_VERSIONS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { descriptionPatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredVersion } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { findStage } from './stages.ts';

export async function createDocumentationVersion(
  { apis, now }: RestState,
  input: CreateDocumentationVersionRequest,
  context: RequestContext,
): Promise<DocumentationVersion> {
  const { restApiId, documentationVersion: version, stageName, description } = input;
  const createdDate = now();
  if (version === '') throw badRequest('Documentation version must be non-empty');
  return apis.update(context, restApiId, (document) => {
    const { parts, versions } = document;
    if (versions.some((each) => each.version === version)) {
      throw conflict('Documentation version already exists');
    }
    if (versions.length >= DOCUMENTATION_VERSIONS_MAX) {
      throw limitReached('documentation versions', DOCUMENTATION_VERSIONS_MAX);
    }
    const created: StoredVersion = { version, createdDate, description, parts };
    versions.push(created);
    if (stageName !== undefined) findStage(document, stageName).documentationVersion = version;
    return created;
  });
}

export async function getDocumentationVersion(
  { apis }: RestState,
  { restApiId, documentationVersion }: GetDocumentationVersionRequest,
  context: RequestContext,
): Promise<DocumentationVersion> {
  return find(await apis.get(context, restApiId), documentationVersion);
}

export async function getDocumentationVersions(
  { apis }: RestState,
  input: GetDocumentationVersionsRequest,
  context: RequestContext,
): Promise<Page<DocumentationVersion>> {
  const { versions } = await apis.get(context, input.restApiId);
  return pageOf(versions, input, ({ version }) => version);
}

export async function updateDocumentationVersion(
  { apis }: RestState,
  { restApiId, documentationVersion, patchOperations }: UpdateDocumentationVersionRequest,
  context: RequestContext,
): Promise<DocumentationVersion> {
  return apis.update(context, restApiId, (document) => {
    const version = find(document, documentationVersion);
    applyPatch(descriptionPatch, version, patchOperations);
    return version;
  });
}

export async function deleteDocumentationVersion(
  { apis }: RestState,
  { restApiId, documentationVersion }: DeleteDocumentationVersionRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, restApiId, (document) => {
    const version = find(document, documentationVersion);
    document.versions = document.versions.filter((each) => each !== version);
  });
  return {};
}

function find({ versions }: RestApiDocument, name: string): StoredVersion {
  const version = versions.find((each) => each.version === name);
  if (!version) throw resourceNotFound('Documentation version');
  return version;
}
