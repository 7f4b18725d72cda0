/** API keys from a file: a row each, under a row with the names of the columns. */
import type { ApiKeyIds, ImportApiKeysRequest } from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { StoredApiKey } from '../collections.ts';
import { parseCsv } from '../csv.ts';
import { ID_LENGTH } from '../identifiers.ts';
import { API_KEYS_MAX, USAGE_PLAN_KEYS_MAX } from '../limits.ts';
import type { RestState } from '../state.ts';
import { validateApiKey } from './api-keys.ts';

interface ImportedKey {
  readonly key: StoredApiKey;
  readonly usagePlanIds: readonly string[];
}

/** Columns by AWS's developer guide, "API Gateway API key file format", in whatever case. */
export async function importApiKeys(
  state: RestState,
  { body, failOnWarnings }: ImportApiKeysRequest,
  context: RequestContext,
): Promise<ApiKeyIds> {
  const present = await state.apiKeys.list(context);
  const values = new Set(present.map(({ value }) => value));
  const plans = new Map((await state.usagePlans.list(context)).map((plan) => [plan.id, plan]));
  const warnings: string[] = [];
  const imported = readKeys(state, Buffer.from(body).toString('utf8')).filter((each) => {
    const { value, name = '' } = each.key;
    // Wordings unverified.
    if (values.has(value)) warnings.push(`API Key '${name}' already exists`);
    for (const id of each.usagePlanIds) {
      if (!plans.has(id)) warnings.push(`Usage plan '${id}' of API Key '${name}' does not exist`);
    }
    const isNew = !values.has(value);
    values.add(value);
    return isNew;
  });
  if (failOnWarnings && warnings.length > 0) throw badRequest(warnings.join('\n'));
  const keys = imported.map(({ key }) => [key.id, key] as const);
  await state.apiKeys.createAll(context, keys);
  await subscribe(state, imported, context);
  return { ids: imported.map(({ key }) => key.id), warnings };
}

async function subscribe(
  { usagePlans }: RestState,
  imported: readonly ImportedKey[],
  context: RequestContext,
): Promise<void> {
  const named = new Set(imported.flatMap(({ usagePlanIds }) => usagePlanIds));
  for (const id of named) {
    if (!(await usagePlans.find(context, id))) continue;
    await usagePlans.update(context, id, (plan) => {
      const added = imported.filter(({ usagePlanIds }) => usagePlanIds.includes(id));
      plan.keyIds = [...plan.keyIds, ...added.map(({ key }) => key.id)];
      if (plan.keyIds.length > USAGE_PLAN_KEYS_MAX) {
        throw badRequest(`A usage plan has at most ${USAGE_PLAN_KEYS_MAX} keys`);
      }
    });
  }
}

function readKeys({ newId, now }: RestState, text: string): ImportedKey[] {
  const [columns, ...rows] = parseCsv(text, API_KEYS_MAX + 1);
  const names = columns?.map((name) => name.toLowerCase()) ?? [];
  if (!names.includes('key') || !names.includes('name')) {
    throw badRequest("The file must have the columns 'name' and 'key'");
  }
  const createdDate = now();
  return rows.map((row) => {
    const field = (name: string) => row[names.indexOf(name)] || undefined;
    const key: StoredApiKey = {
      id: newId(ID_LENGTH),
      value: field('key') ?? '',
      name: field('name'),
      description: field('description'),
      enabled: field('enabled')?.toLowerCase() === 'true',
      createdDate,
      lastUpdatedDate: createdDate,
      stageKeys: [],
    };
    validateApiKey(key);
    const usagePlanIds = field('usageplanids')?.split(/\s*,\s*/) ?? [];
    return { key, usagePlanIds: [...new Set(usagePlanIds)] };
  });
}
