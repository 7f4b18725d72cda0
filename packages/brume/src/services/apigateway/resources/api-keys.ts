/** API keys: what callers show where a method asks for a key. */
import type {
  ApiKey,
  ApiKeys,
  CreateApiKeyRequest,
  DeleteApiKeyRequest,
  GetApiKeyRequest,
  GetApiKeysRequest,
  UpdateApiKeyRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import type { StoredApiKey } from '../collections.ts';
import { ID_LENGTH, newApiKeyValue } from '../identifiers.ts';
import {
  API_KEY_DESCRIPTION_LENGTH_MAX,
  API_KEY_NAME_LENGTH_MAX,
  API_KEY_VALUE_LENGTH_MAX,
  API_KEY_VALUE_LENGTH_MIN,
} from '../limits.ts';
import { pageOf } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { apiKeyPatch } from '../patching/tables.ts';
import type { RestState } from '../state.ts';
import { forgetUsage } from './usage.ts';

export async function createApiKey(
  { apiKeys, newId, now, random }: RestState,
  input: CreateApiKeyRequest,
  context: RequestContext,
): Promise<ApiKey> {
  const createdDate = now();
  const key: StoredApiKey = {
    id: newId(ID_LENGTH),
    value: input.value || newApiKeyValue(random),
    name: input.name || undefined,
    customerId: input.customerId,
    description: input.description,
    enabled: input.enabled ?? false,
    createdDate,
    lastUpdatedDate: createdDate,
    stageKeys: (input.stageKeys ?? []).map(
      ({ restApiId = '', stageName = '' }) => `${restApiId}/${stageName}`,
    ),
    tags: validTags(input.tags),
  };
  validateApiKey(key);
  const others = await apiKeys.list(context);
  // The text is AWS's by several reports (terraform-provider-aws#3226, 2018).
  if (others.some(({ value }) => value === key.value)) throw conflict('API Key already exists');
  await apiKeys.create(context, key.id, key);
  return key;
}

export async function getApiKey(
  { apiKeys }: RestState,
  { apiKey, includeValue }: GetApiKeyRequest,
  context: RequestContext,
): Promise<ApiKey> {
  const key = withAllTags(await apiKeys.get(context, apiKey));
  return includeValue ? key : withoutValue(key);
}

export async function getApiKeys(
  { apiKeys }: RestState,
  input: GetApiKeysRequest,
  context: RequestContext,
): Promise<ApiKeys> {
  const { nameQuery = '', customerId, includeValues } = input;
  const keys = await apiKeys.list(context);
  const chosen = keys.filter(
    (key) =>
      (key.name ?? '').startsWith(nameQuery) &&
      (customerId === undefined || key.customerId === customerId),
  );
  const page = pageOf(chosen, input, ({ id }) => id);
  return includeValues ? page : { ...page, items: page.items.map(withoutValue) };
}

export async function updateApiKey(
  { apiKeys, now }: RestState,
  { apiKey, patchOperations }: UpdateApiKeyRequest,
  context: RequestContext,
): Promise<ApiKey> {
  const lastUpdatedDate = now();
  return apiKeys.update(context, apiKey, (key) => {
    applyPatch(apiKeyPatch, key, patchOperations);
    key.stageKeys ??= [];
    key.lastUpdatedDate = lastUpdatedDate;
    validateApiKey(key);
    return withoutValue(withAllTags(key));
  });
}

/** Plans that it subscribed to list it no more: they ask for the keys by their ids. */
export async function deleteApiKey(
  state: RestState,
  { apiKey }: DeleteApiKeyRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await state.apiKeys.remove(context, apiKey);
  for (const { id, keyIds } of await state.usagePlans.list(context)) {
    if (keyIds.includes(apiKey)) await forgetUsage(state, context, id, apiKey);
  }
  return {};
}

/** Recorded 2023-07: an updated key has tags, even if none, and does not show its value. */
function withAllTags(key: StoredApiKey): StoredApiKey {
  return { ...key, tags: key.tags ?? {} };
}

function withoutValue(key: StoredApiKey): ApiKey {
  return { ...key, value: undefined };
}

/** Texts recorded 2025-07. */
export function validateApiKey({ name = '', description = '', value }: StoredApiKey): void {
  if (name.length > API_KEY_NAME_LENGTH_MAX) {
    throw badRequest(`Invalid API Key name, can be at most ${API_KEY_NAME_LENGTH_MAX} characters.`);
  }
  if (description.length > API_KEY_DESCRIPTION_LENGTH_MAX) {
    throw badRequest('Invalid API Key description specified.');
  }
  if (value.length < API_KEY_VALUE_LENGTH_MIN) {
    throw badRequest(`API Key value should be at least ${API_KEY_VALUE_LENGTH_MIN} characters`);
  }
  if (value.length > API_KEY_VALUE_LENGTH_MAX) {
    throw badRequest(
      `API Key value exceeds maximum size of ${API_KEY_VALUE_LENGTH_MAX} characters`,
    );
  }
}
