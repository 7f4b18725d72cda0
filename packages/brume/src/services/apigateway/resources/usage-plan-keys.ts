/** Usage plan keys: the API keys that subscribe to a plan. */
import type {
  CreateUsagePlanKeyRequest,
  DeleteUsagePlanKeyRequest,
  GetUsagePlanKeyRequest,
  GetUsagePlanKeysRequest,
  UsagePlanKey,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { StoredApiKey } from '../collections.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { USAGE_PLAN_KEYS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import type { RestState } from '../state.ts';
import { forgetUsage } from './usage.ts';

export async function createUsagePlanKey(
  { apiKeys, usagePlans }: RestState,
  { usagePlanId, keyId, keyType }: CreateUsagePlanKeyRequest,
  context: RequestContext,
): Promise<UsagePlanKey> {
  // Wording unverified.
  if (keyType !== 'API_KEY') throw badRequest('Invalid key type specified. Must be API_KEY');
  const key = await apiKeys.get(context, keyId);
  await usagePlans.update(context, usagePlanId, ({ keyIds }) => {
    if (keyIds.includes(keyId)) {
      throw conflict(`Usage plan ${usagePlanId} already has the API key ${keyId}`);
    }
    if (keyIds.length >= USAGE_PLAN_KEYS_MAX) throw limitReached('keys', USAGE_PLAN_KEYS_MAX);
    keyIds.push(keyId);
  });
  return describe(key);
}

export async function getUsagePlanKey(
  { apiKeys, usagePlans }: RestState,
  { usagePlanId, keyId }: GetUsagePlanKeyRequest,
  context: RequestContext,
): Promise<UsagePlanKey> {
  const { keyIds } = await usagePlans.get(context, usagePlanId);
  if (!keyIds.includes(keyId)) throw resourceNotFound('API Key');
  return describe(await apiKeys.get(context, keyId));
}

/** A plan that is not there has no keys (LocalStack's tests against AWS, `bad-id`). */
export async function getUsagePlanKeys(
  { apiKeys, usagePlans }: RestState,
  input: GetUsagePlanKeysRequest,
  context: RequestContext,
): Promise<Page<UsagePlanKey>> {
  const { nameQuery = '' } = input;
  const plan = await usagePlans.find(context, input.usagePlanId);
  const ids = new Set(plan?.keyIds);
  const keys = ids.size === 0 ? [] : await apiKeys.list(context);
  const chosen = keys.filter(({ id, name = '' }) => ids.has(id) && name.startsWith(nameQuery));
  return pageOf(chosen.map(describe), input, ({ id = '' }) => id);
}

export async function deleteUsagePlanKey(
  state: RestState,
  { usagePlanId, keyId }: DeleteUsagePlanKeyRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await state.usagePlans.update(context, usagePlanId, (plan) => {
    if (!plan.keyIds.includes(keyId)) throw resourceNotFound('API Key');
    plan.keyIds = plan.keyIds.filter((each) => each !== keyId);
  });
  await forgetUsage(state, context, usagePlanId, keyId);
  return {};
}

function describe({ id, value, name }: StoredApiKey): UsagePlanKey {
  return { id, type: 'API_KEY', value, name };
}
