/** An execution that runs: what is kept of it, at hand, and changed by one at a time. */
import type { Timer } from '../../../environment/environment.ts';
import { decodeEntries } from '../function-record.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import { ExecutionDraft } from './execution-draft.ts';
import { operationsRange, type ExecutionRecord, type OperationRecord } from './execution-record.ts';
import { OPERATIONS_MAX } from './limits.ts';

export class LiveExecution {
  record: ExecutionRecord;
  readonly operations: Map<string, OperationRecord>;
  /** The revision that the function has been told of. */
  seen = 0;
  isInvoked = false;
  /** Operations whose chained invocation is under way. */
  readonly invoking = new Set<string>();
  timer: Timer | undefined;
  readonly #ended = Promise.withResolvers<LiveExecution>();
  #changes: Promise<unknown> = Promise.resolve();

  constructor(record: ExecutionRecord, operations: readonly OperationRecord[]) {
    this.record = record;
    this.operations = new Map(operations.map((operation) => [operation.id, operation]));
  }

  static async read(store: OrderedStore, record: ExecutionRecord): Promise<LiveExecution> {
    const entries = await store.range({ ...operationsRange(record.id), limit: OPERATIONS_MAX + 1 });
    return new LiveExecution(record, decodeEntries<OperationRecord>(entries));
  }

  get isRunning(): boolean {
    return this.record.status === 'RUNNING';
  }

  get root(): OperationRecord {
    return this.operations.get(this.record.id) as OperationRecord;
  }

  /** Resolves when it has ended. */
  ended(): Promise<LiveExecution> {
    return this.#ended.promise;
  }

  /** Lets `decide` change it, after all that was asked before; resolves once that is durable. */
  change<Result>(
    store: OrderedStore,
    nowMs: () => number,
    decide: (draft: ExecutionDraft) => Result,
  ): Promise<Result> {
    const change = this.#changes.then(async () => {
      const draft = new ExecutionDraft(this.record, this.operations, nowMs());
      const result = decide(draft);
      if (draft.record === this.record) return result;
      const writes = draft.writes();
      await store.transact([], () => ({ writes, result: undefined }));
      this.record = draft.record;
      for (const operation of draft.changed) this.operations.set(operation.id, operation);
      if (!this.isRunning) this.#ended.resolve(this);
      return result;
    });
    this.#changes = change.catch(() => {});
    return change;
  }
}
