/** Documentation parts: text about an API and what it consists of. */
import type {
  CreateDocumentationPartRequest,
  DeleteDocumentationPartRequest,
  DocumentationPart,
  DocumentationPartIds,
  GetDocumentationPartRequest,
  GetDocumentationPartsRequest,
  ImportDocumentationPartsRequest,
  UpdateDocumentationPartRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import { parseDocument } from '../../gateway/openapi/parse-document.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { DOCUMENTATION_PARTS_MAX } from '../limits.ts';
import { readDocumentation } from '../openapi/read-documentation.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { documentationPartPatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredPart } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';

const missing = () => resourceNotFound('Documentation part');

export async function createDocumentationPart(
  { apis, newId }: RestState,
  { restApiId, location, properties }: CreateDocumentationPartRequest,
  context: RequestContext,
): Promise<DocumentationPart> {
  const part: StoredPart = { id: newId(SHORT_ID_LENGTH), location, properties };
  validatePart(part);
  return apis.update(context, restApiId, ({ parts }) => {
    const key = locationKey(part);
    // Wording unverified.
    if (parts.some((each) => locationKey(each) === key)) {
      throw conflict('Documentation part already exists for the specified location');
    }
    if (parts.length >= DOCUMENTATION_PARTS_MAX) {
      throw limitReached('documentation parts', DOCUMENTATION_PARTS_MAX);
    }
    parts.push(part);
    return part;
  });
}

/** Recorded 2025-11, JSON and YAML alike. */
const NO_DOCUMENT = 'Unable to build importer with provided input.';

/** From the extension of an OpenAPI document; without it there are none. */
export async function importDocumentationParts(
  { apis, newId }: RestState,
  { restApiId, mode, body }: ImportDocumentationPartsRequest,
  context: RequestContext,
): Promise<DocumentationPartIds> {
  const root = parseDocument(body, NO_DOCUMENT);
  const parts = readDocumentation(root, () => newId(SHORT_ID_LENGTH));
  return apis.update(context, restApiId, (document) => {
    if (mode === 'overwrite') document.parts = [];
    const added = addParts(document, parts);
    return { ids: added.map(({ id }) => id), warnings: [] };
  });
}

/** Parts about the same thing are replaced, and keep their ids. */
export function addParts(document: RestApiDocument, parts: readonly StoredPart[]): StoredPart[] {
  return parts.map((part) => {
    validatePart(part);
    const key = locationKey(part);
    const at = document.parts.findIndex((each) => locationKey(each) === key);
    const kept = { ...part, id: document.parts[at]?.id ?? part.id };
    document.parts = at < 0 ? [...document.parts, kept] : document.parts.with(at, kept);
    if (document.parts.length > DOCUMENTATION_PARTS_MAX) {
      throw limitReached('documentation parts', DOCUMENTATION_PARTS_MAX);
    }
    return kept;
  });
}

export async function getDocumentationPart(
  { apis }: RestState,
  { restApiId, documentationPartId }: GetDocumentationPartRequest,
  context: RequestContext,
): Promise<DocumentationPart> {
  return find(await apis.get(context, restApiId, missing), documentationPartId);
}

export async function getDocumentationParts(
  { apis }: RestState,
  input: GetDocumentationPartsRequest,
  context: RequestContext,
): Promise<Page<DocumentationPart>> {
  const { parts } = await apis.get(context, input.restApiId);
  const { type, path, nameQuery, locationStatus } = input;
  // What is undocumented is not listed: only parts that exist are.
  const chosen = parts.filter(
    ({ location }) =>
      locationStatus !== 'UNDOCUMENTED' &&
      (type === undefined || location?.type === type) &&
      (path === undefined || location?.path === path) &&
      (nameQuery === undefined || (location?.name ?? '').includes(nameQuery)),
  );
  return pageOf(chosen, input, ({ id }) => id);
}

export async function updateDocumentationPart(
  { apis }: RestState,
  { restApiId, documentationPartId, patchOperations }: UpdateDocumentationPartRequest,
  context: RequestContext,
): Promise<DocumentationPart> {
  const update = (document: RestApiDocument) => {
    const part = find(document, documentationPartId);
    applyPatch(documentationPartPatch, part, patchOperations);
    validatePart(part);
    return part;
  };
  return apis.update(context, restApiId, update, missing);
}

export async function deleteDocumentationPart(
  { apis }: RestState,
  { restApiId, documentationPartId }: DeleteDocumentationPartRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    const part = find(document, documentationPartId);
    document.parts = document.parts.filter((each) => each !== part);
  };
  await apis.update(context, restApiId, remove, missing);
  return {};
}

function find({ parts }: RestApiDocument, id: string): StoredPart {
  const part = parts.find((each) => each.id === id);
  if (!part) throw missing();
  return part;
}

function locationKey({ location }: StoredPart): string {
  const { type, path, method, statusCode, name } = location ?? {};
  return JSON.stringify([type, path, method, statusCode, name]);
}

/** The text is AWS's by LocalStack's code (2026-03). */
function validatePart({ properties }: StoredPart): void {
  if (!properties) throw badRequest('Documentation part properties must be non-empty');
}
