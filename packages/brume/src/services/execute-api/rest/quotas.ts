/** How much of each plan's quota each key has used in the period that the clock is in. */
import type { Clock } from '../../../environment/environment.ts';
import type { PublishedUsagePlan, Quota } from '../../apigateway/port.ts';
import type { KeyUsage, UsagePort } from '../port.ts';

interface Usage {
  period: string;
  /** Of the period: below 0 where more than the quota is allowed for. */
  used: number;
  /** Requests that were let through, by day. */
  readonly days: Map<string, number>;
}

/** AWS tells the usage of 90 days at most. */
const DAYS_MAX = 90;

export class Quotas implements UsagePort {
  readonly #clock: Clock;
  /** By plan and key. As many as there are keys of plans, which are limited. */
  readonly #usages = new Map<string, Usage>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when nothing is left. */
  take(plan: PublishedUsagePlan, keyId: string): boolean {
    const usage = this.#now(plan, keyId);
    if (plan.quota && usage.used >= plan.quota.limit) return false;
    usage.used += 1;
    const today = dayOf(this.#clock.nowMs());
    const { days } = usage;
    days.set(today, (days.get(today) ?? 0) + 1);
    const [oldest] = days.keys();
    if (days.size > DAYS_MAX && oldest !== undefined) days.delete(oldest);
    return true;
  }

  usageOf(plan: PublishedUsagePlan, keyId: string): KeyUsage {
    const { days, used } = this.#now(plan, keyId);
    return { days, remaining: plan.quota && Math.max(0, plan.quota.limit - used) };
  }

  setRemaining(plan: PublishedUsagePlan, keyId: string, remaining: number): void {
    if (plan.quota) this.#now(plan, keyId).used = plan.quota.limit - remaining;
  }

  /** As it is in the period that is now. */
  #now({ id, quota }: PublishedUsagePlan, keyId: string): Usage {
    const period = periodOf(quota?.period ?? 'DAY', this.#clock.nowMs());
    const name = `${id} ${keyId}`;
    let usage = this.#usages.get(name);
    if (!usage) {
      // "The number of requests subtracted from the given limit in the initial time period."
      usage = { period, used: quota?.offset ?? 0, days: new Map() };
      this.#usages.set(name, usage);
    } else if (usage.period !== period) {
      usage.period = period;
      usage.used = 0;
    }
    return usage;
  }
}

const DAY_MS = 24 * 3600 * 1000;

/** Names the day, the week (from Monday) or the month in UTC. */
function periodOf(period: Quota['period'], nowMs: number): string {
  if (period === 'DAY') return dayOf(nowMs);
  if (period === 'MONTH') return dayOf(nowMs).slice(0, 7);
  const sinceMonday = (new Date(nowMs).getUTCDay() + 6) % 7;
  return dayOf(nowMs - sinceMonday * DAY_MS);
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
