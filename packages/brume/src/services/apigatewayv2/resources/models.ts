/** Models: schemas that an API keeps for those who write its clients. */
import type {
  CreateModelRequest,
  DeleteModelRequest,
  GetModelRequest,
  GetModelTemplateRequest,
  GetModelTemplateResponse,
  GetModelsRequest,
  Model,
  UpdateModelRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import { sampleTemplate } from '../../gateway/sample-template.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument, StoredModel } from '../api-document.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { MODEL_ID_LENGTH } from '../identifiers.ts';
import { MODELS_MAX, SCHEMA_LENGTH_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { isWebSocket } from '../websocket-routes.ts';

const SETTINGS = ['ContentType', 'Description', 'Name', 'Schema'] as const;

export async function createModel(
  { apis }: GatewayState,
  input: CreateModelRequest,
  context: RequestContext,
): Promise<Model> {
  const ModelId = apis.newId(MODEL_ID_LENGTH);
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    if (!isWebSocket(document)) throw badRequest('Models are not supported on protocolType HTTP');
    if (document.models.length >= MODELS_MAX) throw limitReached('Models');
    const { Name, Schema } = input;
    const model: StoredModel = { ContentType: 'application/json', ModelId, Name, Schema };
    change(document, model, input);
    document.models.push(model);
    return model;
  });
}

export async function getModel(
  { apis }: GatewayState,
  { ApiId, ModelId }: GetModelRequest,
  context: RequestContext,
): Promise<Model> {
  return find(await apis.get(context, ApiId), ModelId);
}

export async function getModelTemplate(
  { apis }: GatewayState,
  { ApiId, ModelId }: GetModelTemplateRequest,
  context: RequestContext,
): Promise<GetModelTemplateResponse> {
  const { Schema } = find(await apis.get(context, ApiId), ModelId);
  return { Value: sampleTemplate(Schema) };
}

export async function getModels(
  { apis }: GatewayState,
  input: GetModelsRequest,
  context: RequestContext,
): Promise<{ Items: Model[]; NextToken: string | undefined }> {
  const { models } = await apis.get(context, input.ApiId);
  return pageOf(models, input, ({ ModelId }) => ModelId);
}

export async function updateModel(
  { apis }: GatewayState,
  input: UpdateModelRequest,
  context: RequestContext,
): Promise<Model> {
  return apis.update(context, input.ApiId, 'configuration', (document) => {
    const model = find(document, input.ModelId);
    change(document, model, input);
    return model;
  });
}

export async function deleteModel(
  { apis }: GatewayState,
  { ApiId, ModelId }: DeleteModelRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'configuration', (document) => {
    const model = find(document, ModelId);
    const isUsed = document.routes.some(({ RequestModels = {} }) =>
      Object.values(RequestModels).includes(model.Name),
    );
    // No message may pass unchecked because the model is gone.
    if (isUsed) throw conflict(`Cannot delete Model ${model.Name} because routes reference it`);
    document.models = document.models.filter((each) => each !== model);
  });
  return {};
}

function change(
  { models }: ApiDocument,
  model: StoredModel,
  input: CreateModelRequest | UpdateModelRequest,
): void {
  for (const name of SETTINGS) {
    if (input[name] !== undefined) Object.assign(model, { [name]: input[name] });
  }
  const { Name: name, Schema: schema } = model;
  if (!/^[A-Za-z0-9]{1,128}$/.test(name)) {
    throw badRequest(`Model name must be alphanumeric: ${name}`);
  }
  if (schema.length > SCHEMA_LENGTH_MAX || !isJsonObject(schema)) {
    throw badRequest('Invalid model specified: the schema must be a JSON object');
  }
  if (models.some((each) => each !== model && each.Name === name)) {
    throw conflict(`A model with the name ${name} exists already for this API`);
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function find({ models }: ApiDocument, modelId: string): StoredModel {
  const model = models.find((each) => each.ModelId === modelId);
  if (!model) throw resourceNotFound('Model');
  return model;
}
