/**
 * How much of each plan's quota each key has used in the period that the clock is in. Counting is in memory
 * and waits for nothing; what has changed is kept a moment later, all of it together.
 */
import type { Clock, Timer, Timers } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import type {
  KeptUsage,
  Quota,
  UsageKey,
  UsageOfKey,
  UsageRecordsPort,
} from '../../apigateway/port.ts';
import type { UsagePort } from '../port.ts';

/** Ours: a process that is killed forgets no more than was counted in so long, and in one commit. */
const KEEP_DELAY_MS = 1_000;
/** Ours: of one commit. */
const KEYS_PER_COMMIT = 1_000;

const DAY_MS = 24 * 3600 * 1000;

/** Counts the requests of one key of a plan. */
export interface Meter {
  readonly key: UsageKey;
  day: number;
  requests: number;
  /** Undefined before the first request. */
  period: number | undefined;
  used: number;
  /** By which the period was found. */
  periodOf: Quota['periodOf'] | undefined;
}

export interface QuotasDependencies {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Logger;
  /** Without them nothing outlives the process. */
  readonly records: UsageRecordsPort | undefined;
}

export class Quotas implements UsagePort {
  readonly #dependencies: QuotasDependencies;
  readonly #meters = new Map<string, Meter>();
  /** Since they were set aside the last time. */
  readonly #changed = new Set<Meter>();
  /** What is to be kept of each key and day. */
  readonly #unkept = new Map<string, UsageOfKey>();
  #timer: Timer | undefined;
  #keeping: Promise<void> = Promise.resolve();

  constructor(dependencies: QuotasDependencies) {
    this.#dependencies = dependencies;
  }

  /** The same for a key as long as it is not let go. `kept` is what it begins with. */
  meterOf(key: UsageKey, kept: KeptUsage | undefined): Meter {
    const name = nameOf(key);
    let meter = this.#meters.get(name);
    if (!meter) {
      meter = {
        key,
        day: 0,
        requests: 0,
        period: undefined,
        used: 0,
        ...kept,
        periodOf: undefined,
      };
      this.#meters.set(name, meter);
    }
    return meter;
  }

  /** Of a key that may not be used any more. What it has used is kept. */
  letGo({ key }: Meter): void {
    this.#meters.delete(nameOf(key));
  }

  /** False when nothing is left. */
  take(meter: Meter, quota: Quota | undefined): boolean {
    this.#turn(meter, quota);
    if (quota && meter.used >= quota.limit) return false;
    meter.used += 1;
    meter.requests += 1;
    this.#keepLater(meter);
    return true;
  }

  async setRemaining(
    key: UsageKey,
    kept: KeptUsage | undefined,
    quota: Quota,
    remaining: number,
  ): Promise<void> {
    const meter = this.meterOf(key, kept);
    this.#turn(meter, quota);
    meter.used = quota.limit - remaining;
    this.#keepLater(meter);
    await this.flush();
  }

  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const kept = this.#keeping.then(() => this.#keep());
    this.#keeping = kept.catch(() => {});
    return kept;
  }

  /** Into the day and the period that are now. */
  #turn(meter: Meter, quota: Quota | undefined): void {
    const day = Math.floor(this.#dependencies.clock.nowMs() / DAY_MS);
    const isSame = meter.day === day && meter.periodOf === quota?.periodOf;
    if (isSame && meter.period !== undefined) return;
    if (meter.day !== day) {
      if (this.#changed.has(meter)) this.#setAside(meter);
      meter.requests = 0;
      meter.day = day;
    }
    meter.periodOf = quota?.periodOf;
    const period = quota ? quota.periodOf(day) : day;
    if (meter.period === period) return;
    // "The number of requests subtracted from the given limit in the initial time period."
    meter.used = meter.period === undefined ? (quota?.offset ?? 0) : 0;
    meter.period = period;
  }

  #keepLater(meter: Meter): void {
    if (!this.#dependencies.records) return;
    this.#changed.add(meter);
    this.#keepSoon();
  }

  #keepSoon(): void {
    const { timers, log } = this.#dependencies;
    this.#timer ??= timers.after(KEEP_DELAY_MS, () => {
      this.flush().catch((error: unknown) => {
        log.log('error', 'The usage of API keys could not be kept', { error: String(error) });
        this.#keepSoon();
      });
    });
  }

  #setAside(meter: Meter): void {
    this.#unkept.set(`${nameOf(meter.key)} ${meter.day}`, usageOf(meter));
    this.#changed.delete(meter);
  }

  async #keep(): Promise<void> {
    const { records } = this.#dependencies;
    for (const meter of this.#changed) this.#setAside(meter);
    while (records && this.#unkept.size > 0) {
      const batch = [...this.#unkept].slice(0, KEYS_PER_COMMIT);
      await records.save(batch.map(([, usage]) => usage));
      for (const [name, usage] of batch) {
        if (this.#unkept.get(name) === usage) this.#unkept.delete(name);
      }
    }
  }
}

function nameOf({ accountId, region, planId, keyId }: UsageKey): string {
  return `${accountId} ${region} ${planId} ${keyId}`;
}

function usageOf({ key, day, requests, period = day, used }: Meter): UsageOfKey {
  return { ...key, usage: { day, requests, period, used } };
}
