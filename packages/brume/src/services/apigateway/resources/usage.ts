/** What the keys of a usage plan have used, day by day, and what is left to them. */
import type {
  GetUsageRequest,
  UpdateUsageRequest,
  Usage,
} from '../../../model/generated/apigateway.types.ts';
import type { KeyUsage } from '../../execute-api/port.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { StoredUsagePlan } from '../collections.ts';
import { resourceNotFound } from '../errors.ts';
import { USAGE_DAYS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { usagePatch } from '../patching/tables.ts';
import { publishedPlan } from '../rest-api-feed.ts';
import type { RestState } from '../state.ts';

const DAY_MS = 24 * 3600 * 1000;

export async function getUsage(
  { usagePlans, usage, now }: RestState,
  input: GetUsageRequest,
  context: RequestContext,
): Promise<Usage> {
  const { usagePlanId, keyId, startDate, endDate } = input;
  const days = daysBetween(startDate, endDate);
  const plan = await usagePlans.get(context, usagePlanId);
  if (keyId !== undefined && !plan.keyIds.includes(keyId)) throw resourceNotFound('API Key');
  const plane = await usage();
  const published = publishedPlan(plan);
  const keys = keyId === undefined ? plan.keyIds : [keyId];
  const { items, position } = pageOf(keys, input, (id) => id);
  const today = dayOf(now().getTime());
  const used = items.map(
    (id) => [id, pairs(plan, plane.usageOf(published, id), days, today)] as const,
  );
  return { usagePlanId, startDate, endDate, position, items: Object.fromEntries(used) };
}

/** Today's usage, with what is left changed for the period that is now. */
export async function updateUsage(
  state: RestState,
  { usagePlanId, keyId, patchOperations }: UpdateUsageRequest,
  context: RequestContext,
): Promise<Usage> {
  const plan = await state.usagePlans.get(context, usagePlanId);
  if (!plan.keyIds.includes(keyId)) throw resourceNotFound('API Key');
  const changed: { remaining?: number } = {};
  applyPatch(usagePatch, changed, patchOperations);
  const { remaining } = changed;
  // Wordings unverified.
  if (remaining !== undefined && remaining < 0)
    throw badRequest('Invalid remaining quota specified');
  if (!plan.quota) throw badRequest(`Usage plan ${usagePlanId} has no quota`);
  const plane = await state.usage();
  if (remaining !== undefined) plane.setRemaining(publishedPlan(plan), keyId, remaining);
  const day = dayOf(state.now().getTime());
  return getUsage(state, { usagePlanId, keyId, startDate: day, endDate: day }, context);
}

/** `[used, left]` of each day; without a quota nothing is ever left to say. */
function pairs(
  { quota }: StoredUsagePlan,
  usage: KeyUsage,
  days: readonly string[],
  today: string,
): number[][] {
  const periodOf = (day: string) => startOfPeriod(day, quota?.period ?? 'DAY');
  return days.map((day) => {
    const used = usage.days.get(day) ?? 0;
    if (!quota) return [used, 0];
    const inPeriod = [...usage.days].filter(
      ([each]) => each <= day && periodOf(each) === periodOf(day),
    );
    const sum = inPeriod.reduce((total, [, count]) => total + count, 0);
    const left = day === today ? usage.remaining : undefined;
    return [used, left ?? Math.max(0, (quota.limit ?? 0) - sum)];
  });
}

/** Weeks begin on Monday. */
function startOfPeriod(day: string, period: string): string {
  if (period === 'DAY') return day;
  if (period === 'MONTH') return day.slice(0, 7);
  const date = new Date(`${day}T00:00:00Z`);
  return dayOf(date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY_MS);
}

function daysBetween(startDate: string, endDate: string): string[] {
  const [start, end] = [startDate, endDate].map((text) => {
    const timeMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
    // Wordings unverified.
    if (Number.isNaN(timeMs)) throw badRequest(`Invalid date specified: ${text}`);
    return timeMs;
  }) as [number, number];
  const count = (end - start) / DAY_MS + 1;
  if (count < 1) throw badRequest('The end date must not be before the start date');
  if (count > USAGE_DAYS_MAX) throw badRequest(`At most ${USAGE_DAYS_MAX} days can be asked for`);
  return Array.from({ length: count }, (_, at) => dayOf(start + at * DAY_MS));
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
