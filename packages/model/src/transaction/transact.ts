/** Reads and writes that succeed or fail together. */
import { executorOf } from '../client/client.ts';
import type { AnyEntity, ItemOf } from '../entity/entity.ts';
import { invalidRequest } from '../errors.ts';
import type { ModelOptions } from '../model/context.ts';
import { readItem } from '../model/decode.ts';
import { explained, transactWrites } from '../model/plan.ts';
import type { Plan, PlannedGet } from '../model/plan.ts';

/** DynamoDB's limit of one transaction (API reference). */
const ITEMS_MAX = 100;

export type TransactionOptions = Pick<ModelOptions, 'client' | 'commands'> & {
  /** Within ten minutes, a transaction with the same token is not made twice. */
  readonly token?: string;
};

/** Makes all of these writes (`orders.plan.put(…)`, `users.plan.check(…)`), or none. */
export async function transactWrite(
  options: TransactionOptions,
  writes: readonly (Plan | Promise<Plan>)[],
): Promise<void> {
  const plans = await Promise.all(writes.map(async (write) => write));
  const items = plans.flatMap(transactWrites);
  checkCount(items.length);
  const input = {
    TransactItems: items,
    ...(options.token !== undefined && { ClientRequestToken: options.token }),
  };
  try {
    await executorOf(options.client, options.commands).execute('TransactWriteItems', input);
  } catch (error) {
    throw explained(error, plans);
  }
}

/** The items (`users.plan.get(key)`) as they were at one moment; undefined for those that are not there. */
export async function transactGet<const W extends readonly PlannedGet<AnyEntity>[]>(
  options: TransactionOptions,
  all: W,
): Promise<{ -readonly [K in keyof W]: ItemOf<W[K]['entity']> | undefined }> {
  checkCount(all.length);
  const input = { TransactItems: all.map(({ main }) => ({ Get: main })) };
  try {
    const executor = executorOf(options.client, options.commands);
    const { Responses = [] } = await executor.execute('TransactGetItems', input);
    const items = await Promise.all(
      all.map(async ({ entity }, index) => {
        const item = Responses[index]?.Item;
        return item && readItem(entity, item);
      }),
    );
    return items as { -readonly [K in keyof W]: ItemOf<W[K]['entity']> | undefined };
  } catch (error) {
    throw explained(error, []);
  }
}

function checkCount(count: number): void {
  if (count === 0 || count > ITEMS_MAX) {
    throw invalidRequest(`a transaction has 1 to ${ITEMS_MAX} items, not ${count}`);
  }
}
