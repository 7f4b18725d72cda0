/** Models: JSON schemas that bodies of requests and responses have. */
import type {
  CreateModelRequest,
  DeleteModelRequest,
  GetModelRequest,
  GetModelTemplateRequest,
  GetModelsRequest,
  Model,
  Template,
  UpdateModelRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import { sampleTemplate } from '../../gateway/sample-template.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached, modelNotFound } from '../errors.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { MODELS_MAX } from '../limits.ts';
import { writeSchemas } from '../openapi/write-schemas.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { modelPatch } from '../patching/tables.ts';
import type { RestApiDocument, StoredModel } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { pathOf } from './find.ts';

const DRAFT_4 = 'http://json-schema.org/draft-04/schema#';

/** What every API has from the start (recorded 2024-10). */
export function defaultModels(newId: () => string): StoredModel[] {
  const empty = { $schema: DRAFT_4, title: 'Empty Schema', type: 'object' };
  const properties = { message: { type: 'string' } };
  const error = { $schema: DRAFT_4, title: 'Error Schema', type: 'object', properties };
  const model = (name: string, kind: string, schema: object): StoredModel => ({
    id: newId(),
    name,
    description: `This is a default ${kind} schema model`,
    schema: JSON.stringify(schema, null, 2),
    contentType: 'application/json',
  });
  return [model('Empty', 'empty', empty), model('Error', 'error', error)];
}

export async function createModel(
  { apis, newId }: RestState,
  input: CreateModelRequest,
  context: RequestContext,
): Promise<Model> {
  const { name, description, schema, contentType } = input;
  const id = newId(SHORT_ID_LENGTH);
  return apis.update(context, input.restApiId, ({ models }) => {
    validateModelName(name);
    if (models.some((model) => model.name === name)) {
      throw conflict('Model name already exists for this REST API');
    }
    if (models.length >= MODELS_MAX) throw limitReached('models', MODELS_MAX);
    const model: StoredModel = {
      id,
      name,
      description: description || undefined,
      schema,
      contentType,
    };
    validateModel(model);
    models.push(model);
    return model;
  });
}

export async function getModel(
  { apis }: RestState,
  { restApiId, modelName, flatten }: GetModelRequest,
  context: RequestContext,
): Promise<Model> {
  const document = await apis.get(context, restApiId, () => modelNotFound(modelName));
  const model = find(document, modelName);
  return flatten ? { ...model, schema: flattened(document, model) } : model;
}

export async function getModelTemplate(
  { apis }: RestState,
  { restApiId, modelName }: GetModelTemplateRequest,
  context: RequestContext,
): Promise<Template> {
  const document = await apis.get(context, restApiId, () => modelNotFound(modelName));
  return { value: sampleTemplate(flattened(document, find(document, modelName))) };
}

/** The schema with all models that it refers to: they refer to each other within it. */
function flattened({ models }: RestApiDocument, { name, schema = '{}' }: StoredModel): string {
  const { [name]: own, ...definitions } = writeSchemas(models, [name], '#/definitions/');
  if (typeof own !== 'object' || own === null) return schema;
  const others = Object.keys(definitions).length === 0 ? {} : { definitions };
  // One that refers to itself stays where the others can find it.
  const isNeeded = JSON.stringify([own, definitions]).includes(`"#/definitions/${name}"`);
  const added = isNeeded ? { definitions: { ...definitions, [name]: own } } : others;
  return JSON.stringify({ ...own, ...added }, undefined, 2);
}

export async function getModels(
  { apis }: RestState,
  input: GetModelsRequest,
  context: RequestContext,
): Promise<Page<Model>> {
  const { models } = await apis.get(context, input.restApiId);
  return pageOf(models, input, ({ name }) => name);
}

export async function updateModel(
  { apis }: RestState,
  { restApiId, modelName, patchOperations }: UpdateModelRequest,
  context: RequestContext,
): Promise<Model> {
  return apis.update(
    context,
    restApiId,
    (document) => {
      const model = find(document, modelName);
      applyPatch(modelPatch, model, patchOperations);
      validateModel(model);
      return model;
    },
    () => modelNotFound(modelName),
  );
}

export async function deleteModel(
  { apis }: RestState,
  { restApiId, modelName }: DeleteModelRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const remove = (document: RestApiDocument) => {
    const model = find(document, modelName);
    refuseUsed(document, modelName);
    document.models = document.models.filter((each) => each !== model);
  };
  await apis.update(context, restApiId, remove, () => modelNotFound(modelName));
  return {};
}

function find({ models }: RestApiDocument, modelName: string): StoredModel {
  const model = models.find(({ name }) => name === modelName);
  if (!model) throw modelNotFound(modelName);
  return model;
}

/** Recorded 2024-04 for requests, the one last made first; for responses unverified. */
function refuseUsed(document: RestApiDocument, modelName: string): void {
  const names = (models: Readonly<Record<string, string>> = {}) =>
    Object.values(models).includes(modelName);
  for (const resource of document.resources.toReversed()) {
    for (const { httpMethod, requestModels, methodResponses } of resource.methods) {
      const responses = Object.values(methodResponses ?? {});
      const used = responses.some(({ responseModels }) => names(responseModels));
      if (!used && !names(requestModels)) continue;
      const where = names(requestModels) ? 'request' : 'response';
      throw conflict(
        `Cannot delete model '${modelName}', is referenced in method ${where}: ${pathOf(document, resource)}/${httpMethod}`,
      );
    }
  }
}

export function validateModelName(name: string): void {
  if (name === '') throw badRequest('Model name must be non-empty');
  // AWS's text by several reports (serverless#6151, 2019).
  if (!/^[a-zA-Z0-9]+$/.test(name)) {
    throw badRequest(`Model name must be alphanumeric: ${name}`);
  }
}

export function validateModel({ schema }: StoredModel): void {
  if (!schema) {
    throw badRequest('Model schema must have at least 1 property or array items defined');
  }
}
