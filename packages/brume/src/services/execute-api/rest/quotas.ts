/** How much of each plan's quota each key has used in the period that the clock is in. */
import type { Clock } from '../../../environment/environment.ts';
import type { PublishedUsagePlan, Quota } from '../../apigateway/port.ts';

interface Usage {
  period: string;
  used: number;
}

export class Quotas {
  readonly #clock: Clock;
  /** By plan and key. As many as there are keys of plans, which are limited. */
  readonly #usages = new Map<string, Usage>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when nothing is left. */
  take({ id, quota }: PublishedUsagePlan, keyId: string): boolean {
    if (!quota) return true;
    const period = periodOf(quota.period, this.#clock.nowMs());
    const name = `${id} ${keyId}`;
    let usage = this.#usages.get(name);
    if (!usage) {
      // "The number of requests subtracted from the given limit in the initial time period."
      usage = { period, used: quota.offset };
      this.#usages.set(name, usage);
    } else if (usage.period !== period) {
      usage.period = period;
      usage.used = 0;
    }
    if (usage.used >= quota.limit) return false;
    usage.used += 1;
    return true;
  }
}

const DAY_MS = 24 * 3600 * 1000;

/** Names the day, the week (from Monday) or the month in UTC. */
function periodOf(period: Quota['period'], nowMs: number): string {
  const day = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10);
  if (period === 'DAY') return day(nowMs);
  if (period === 'MONTH') return day(nowMs).slice(0, 7);
  const sinceMonday = (new Date(nowMs).getUTCDay() + 6) % 7;
  return day(nowMs - sinceMonday * DAY_MS);
}
