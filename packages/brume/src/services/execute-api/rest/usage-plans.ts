/** Who may use which stages with an API key, and how much: the usage plans of all accounts. */
import type { Clock } from '../../../environment/environment.ts';
import type { PublishedApiKey, PublishedUsagePlan, RateLimit } from '../../apigateway/port.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { Meter, Quotas } from './quotas.ts';

/** A key of a plan, for one stage. */
interface Subscription {
  readonly plan: PublishedUsagePlan;
  readonly key: PublishedApiKey;
  readonly meter: Meter;
  /** Of the plan: one for all stages. */
  readonly bucket: TokenBucket | undefined;
  /** Of methods that have limits of their own, by `{path}/{verb}`. */
  readonly methodBuckets: ReadonlyMap<string, TokenBucket>;
}

export type Admission =
  | { readonly type: 'unknown' | 'throttled' | 'exhausted' }
  | { readonly type: 'admitted'; readonly key: PublishedApiKey };

export class UsagePlans {
  readonly #clock: Clock;
  readonly #quotas: Quotas;
  /** By account and region; then by `{apiId}:{stage}` and by the key's value. */
  readonly #scopes = new Map<string, ReadonlyMap<string, ReadonlyMap<string, Subscription>>>();
  /** Those that count, by account and region. */
  readonly #meters = new Map<string, ReadonlySet<Meter>>();

  constructor(clock: Clock, quotas: Quotas) {
    this.#clock = clock;
    this.#quotas = quotas;
  }

  changed(accountId: string, region: string, plans: readonly PublishedUsagePlan[]): void {
    const scope = `${accountId} ${region}`;
    const stages = new Map<string, Map<string, Subscription>>();
    const meters = new Set<Meter>();
    for (const plan of plans) {
      for (const key of plan.keys) {
        const subject = { accountId, region, planId: plan.id, keyId: key.id };
        const meter = this.#quotas.meterOf(subject, key.usage);
        meters.add(meter);
        this.#subscribe({ plan, key, meter }, stages);
      }
    }
    for (const meter of this.#meters.get(scope) ?? []) {
      if (!meters.has(meter)) this.#quotas.letGo(meter);
    }
    this.#meters.set(scope, meters);
    this.#scopes.set(scope, stages);
  }

  #subscribe(
    { plan, key, meter }: Pick<Subscription, 'plan' | 'key' | 'meter'>,
    stages: Map<string, Map<string, Subscription>>,
  ): void {
    const bucket = plan.limit && this.#bucket(plan.limit);
    for (const [stage, limits] of plan.stages) {
      const methodBuckets = new Map(
        [...limits].map(([method, limit]) => [method, this.#bucket(limit)]),
      );
      const keys = stages.get(stage) ?? new Map<string, Subscription>();
      stages.set(stage, keys.set(key.value, { plan, key, meter, bucket, methodBuckets }));
    }
  }

  #bucket(limit: RateLimit): TokenBucket {
    return new TokenBucket(limit, this.#clock);
  }

  /** Counts the request where it is admitted. `method` is `{path}/{verb}`. */
  admit(request: {
    readonly accountId: string;
    readonly region: string;
    readonly stage: string;
    readonly method: string;
    readonly keyValue: string;
  }): Admission {
    const stages = this.#scopes.get(`${request.accountId} ${request.region}`);
    const found = stages?.get(request.stage)?.get(request.keyValue);
    if (!found) return { type: 'unknown' };
    const { plan, key, meter, methodBuckets } = found;
    const bucket = methodBuckets.get(request.method) ?? found.bucket;
    if (bucket && !bucket.take()) return { type: 'throttled' };
    if (!this.#quotas.take(meter, plan.quota)) return { type: 'exhausted' };
    return { type: 'admitted', key };
  }
}
