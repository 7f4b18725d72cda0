/** What the keys of a usage plan have used, day by day, and what is left to them. */
import type {
  GetUsageRequest,
  UpdateUsageRequest,
  Usage,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { resourceNotFound } from '../errors.ts';
import { USAGE_DAYS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { usagePatch } from '../patching/tables.ts';
import type { KeptUsage, Quota } from '../port.ts';
import { publishedQuota } from '../rest-api-feed.ts';
import type { RestState } from '../state.ts';
import { dayAt, dayText, parseDay } from '../usage-period.ts';

export async function getUsage(
  { usagePlans, usage, usageRecords }: RestState,
  input: GetUsageRequest,
  context: RequestContext,
): Promise<Usage> {
  const { usagePlanId, keyId, startDate, endDate } = input;
  const days = daysBetween(startDate, endDate);
  const { quota, keyIds } = await usagePlans.get(context, usagePlanId);
  if (keyId !== undefined && !keyIds.includes(keyId)) throw resourceNotFound('API Key');
  const keys = keyId === undefined ? keyIds : [keyId];
  const page = pageOf(keys, input, (id) => id);
  await (await usage()).flush();
  const items = new Map<string, number[][]>();
  for (const id of page.items) {
    const kept = await usageRecords.days(context, usagePlanId, id);
    items.set(id, pairs(kept, days, quota && publishedQuota(quota)));
  }
  const { position } = page;
  return { usagePlanId, startDate, endDate, position, items: Object.fromEntries(items) };
}

/** Today's usage, with what is left changed for the period that is now. */
export async function updateUsage(
  state: RestState,
  { usagePlanId, keyId, patchOperations }: UpdateUsageRequest,
  context: RequestContext,
): Promise<Usage> {
  const { quota, keyIds } = await state.usagePlans.get(context, usagePlanId);
  if (!keyIds.includes(keyId)) throw resourceNotFound('API Key');
  const changed: { remaining?: number } = {};
  applyPatch(usagePatch, changed, patchOperations);
  const { remaining } = changed;
  // Wordings unverified.
  if (remaining !== undefined && remaining < 0)
    throw badRequest('Invalid remaining quota specified');
  if (!quota) throw badRequest(`Usage plan ${usagePlanId} has no quota`);
  if (remaining !== undefined) {
    const { accountId, region } = context;
    const key = { accountId, region, planId: usagePlanId, keyId };
    const kept = await state.usageRecords.find(context, usagePlanId, keyId);
    const plane = await state.usage();
    await plane.setRemaining(key, kept, publishedQuota(quota), remaining);
  }
  const day = dayText(dayAt(state.now().getTime()));
  return getUsage(state, { usagePlanId, keyId, startDate: day, endDate: day }, context);
}

/** Of a plan that is gone, or of a key that may use it no more. */
export async function forgetUsage(
  { usage, usageRecords }: RestState,
  context: RequestContext,
  ...names: [planId: string, keyId?: string]
): Promise<void> {
  // What was counted until now would come after.
  await (await usage()).flush();
  await usageRecords.remove(context, ...names);
}

/** `[used, left]` of each day; without a quota nothing is ever left to say. */
function pairs(
  kept: readonly KeptUsage[],
  days: readonly number[],
  quota: Quota | undefined,
): number[][] {
  const byDay = new Map(kept.map((each) => [each.day, each]));
  return days.map((day) => {
    const requests = byDay.get(day)?.requests ?? 0;
    if (!quota) return [requests, 0];
    const before = kept.findLast((each) => each.day <= day);
    const used = before?.period === quota.periodOf(day) ? before.used : 0;
    return [requests, Math.max(0, quota.limit - used)];
  });
}

/** Wordings unverified. */
function daysBetween(startDate: string, endDate: string): number[] {
  const start = parseDay(startDate);
  const end = parseDay(endDate);
  if (start === undefined) throw badRequest(`Invalid date specified: ${startDate}`);
  if (end === undefined) throw badRequest(`Invalid date specified: ${endDate}`);
  const count = end - start + 1;
  if (count < 1) throw badRequest('The end date must not be before the start date');
  if (count > USAGE_DAYS_MAX) throw badRequest(`At most ${USAGE_DAYS_MAX} days can be asked for`);
  return Array.from({ length: count }, (_, at) => start + at);
}
