/**
 * How many invocations run at one time, per account and function, and when that is too many. A
 * reservation is both a guarantee and a ceiling; what is left is for the functions without one.
 */
import { functionArn } from '../function-name.ts';
import type { FunctionRecord } from '../function-record.ts';
import { throttled } from '../errors.ts';
import { ACCOUNT_CONCURRENCY } from '../limits.ts';

export class Concurrency {
  /** Running invocations by function, and by account and region for all functions without reservation. */
  readonly #running = new Map<string, number>();

  /**
   * Counts an invocation of a function, or throws AWS's `TooManyRequestsException`. The returned
   * function ends it. `reserved` is what functions have set aside in the account and region.
   */
  enter(record: FunctionRecord, reserved: number): () => void {
    const { accountId, region, reservedConcurrency, provisioned = 0 } = record;
    if (reservedConcurrency !== undefined) {
      return this.#count(
        functionArn(record),
        // Provisioned environments take their part of it, used or not (recorded 2025-11-24).
        reservedConcurrency - provisioned,
        'ReservedFunctionConcurrentInvocationLimitExceeded',
      );
    }
    const limit = ACCOUNT_CONCURRENCY - reserved;
    return this.#count(`${accountId}/${region}`, limit, 'ConcurrentInvocationLimitExceeded');
  }

  #count(key: string, limit: number, reason: Parameters<typeof throttled>[0]): () => void {
    const running = this.#running.get(key) ?? 0;
    if (running >= limit) throw throttled(reason);
    this.#running.set(key, running + 1);
    return () => {
      const left = (this.#running.get(key) ?? 1) - 1;
      if (left === 0) this.#running.delete(key);
      else this.#running.set(key, left);
    };
  }
}
