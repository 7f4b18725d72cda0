/** The plan whose usage the crash test counts, and where it is kept. */
import { UsageRecords } from '../../packages/brume/src/services/apigateway/usage-records.ts';
import type { AccountScope } from '../../packages/brume/src/services/apigateway/port.ts';
import { encodeKey } from '../../packages/brume/src/storage/key-encoding.ts';
import type { OrderedStore } from '../../packages/brume/src/storage/ordered-store.ts';

const PLAN = { accountId: '000000000000', region: 'us-east-1', planId: 'gold' };

export const KEYS = ['one', 'two'].map((keyId) => ({ ...PLAN, keyId }));
/** One period for as long as the test can take. */
export const QUOTA = { limit: Number.MAX_SAFE_INTEGER, offset: 0, periodOf: () => 0 };

const planKey = ({ accountId, region }: AccountScope, id: string) =>
  encodeKey(['apigateway', accountId, region, 'usageplan', id]);

export async function preparePlan(store: OrderedStore): Promise<void> {
  const key = planKey(PLAN, PLAN.planId);
  const writes = [{ type: 'put', key, value: Buffer.from('{}') } as const];
  await store.transact([], () => ({ writes, result: undefined }));
}

export function recordsOn(store: OrderedStore): UsageRecords {
  return new UsageRecords(store, planKey);
}
