/**
 * What the keys of usage plans have used, kept: the newest state of each key, from which counting goes on,
 * and a record for each of the last days, of which GetUsage tells. Both are written together.
 */
import { encodeKey, prefixRange } from '../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../storage/ordered-store.ts';
import { toJson } from '../gateway/document-store.ts';
import type { AccountScope, KeptUsage, UsageOfKey, UsageRecordsPort } from './port.ts';

const NEWEST = 'usage';
const DAYS = 'usageday';
/** A day takes the place of the one so many days before: more than can be asked for. */
const DAYS_KEPT = 128;
const ENTRIES_PER_READ = 1_000;

type PlanKey = (scope: AccountScope, planId: string) => Buffer;

export class UsageRecords implements UsageRecordsPort {
  readonly #store: OrderedStore;
  readonly #planKey: PlanKey;

  /** `planKey` says where plans are kept: of one that is gone nothing is kept any more. */
  constructor(store: OrderedStore, planKey: PlanKey) {
    this.#store = store;
    this.#planKey = planKey;
  }

  async save(usages: readonly UsageOfKey[]): Promise<void> {
    const keys = new Map(usages.map((each) => [each.planId, this.#planKey(each, each.planId)]));
    await this.#store.transact([...keys.values()], (plans) => {
      const present = new Set([...keys.keys()].filter((_, at) => plans[at]));
      const kept = usages.filter(({ planId }) => present.has(planId));
      return { writes: kept.flatMap(writesOf), result: undefined };
    });
  }

  async find(scope: AccountScope, planId: string, keyId: string): Promise<KeptUsage | undefined> {
    const value = await this.#store.get(encodeKey([...place(scope, NEWEST), planId, keyId]));
    return value && decode(value).usage;
  }

  /** Of all keys of an account, by `{planId} {keyId}`. */
  async newest(scope: AccountScope): Promise<Map<string, KeptUsage>> {
    const found = new Map<string, KeptUsage>();
    let { start, end } = prefixRange(place(scope, NEWEST));
    for (;;) {
      const entries = await this.#store.range({ start, end, limit: ENTRIES_PER_READ });
      for (const { value } of entries) {
        const { planId, keyId, usage } = decode(value);
        found.set(`${planId} ${keyId}`, usage);
      }
      const last = entries.at(-1);
      if (!last || entries.length < ENTRIES_PER_READ) return found;
      start = Buffer.concat([last.key, Buffer.of(0)]);
    }
  }

  /** Those days on which something was counted, in their order. */
  async days(scope: AccountScope, planId: string, keyId: string): Promise<KeptUsage[]> {
    const range = prefixRange([...place(scope, DAYS), planId, keyId]);
    const entries = await this.#store.range({ ...range, limit: DAYS_KEPT });
    return entries
      .map(({ value }) => decode(value).usage)
      .toSorted((left, right) => left.day - right.day);
  }

  /** Of a plan, or of one of its keys. */
  async remove(scope: AccountScope, ...names: [planId: string, keyId?: string]): Promise<void> {
    const writes = [NEWEST, DAYS].flatMap((kind): Write[] => {
      const parts = [...place(scope, kind), ...names.filter((name) => name !== undefined)];
      const key = encodeKey(parts);
      return [
        { type: 'delete', key },
        { type: 'delete-range', ...prefixRange(parts) },
      ];
    });
    await this.#store.transact([], () => ({ writes, result: undefined }));
  }
}

function writesOf(each: UsageOfKey): Write[] {
  const { planId, keyId, usage } = each;
  const value = toJson({ planId, keyId, usage });
  const keys = [
    [...place(each, NEWEST), planId, keyId],
    [...place(each, DAYS), planId, keyId, usage.day % DAYS_KEPT],
  ];
  return keys.map((parts) => ({ type: 'put', key: encodeKey(parts), value }));
}

function place({ accountId, region }: AccountScope, kind: string): string[] {
  return ['apigateway', accountId, region, kind];
}

function decode(value: Uint8Array) {
  return JSON.parse(Buffer.from(value).toString('utf8')) as Omit<UsageOfKey, keyof AccountScope>;
}
