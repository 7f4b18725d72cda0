/**
 * Durable executions: a function is invoked again and again, each time with all that it has noted so
 * far, until it says that it is done. Between two invocations nothing runs but a timer. What a function
 * notes is durable before it is answered, so an execution goes on after a crash from its last checkpoint.
 */
import type { ErrorObject, OperationUpdate } from '../../../model/generated/lambda.types.ts';
import { callbackClosed, executionExists, executionNotFound, invalidParameter } from '../errors.ts';
import { decodeRecord } from '../function-record.ts';
import type { ExecutionDraft } from './execution-draft.ts';
import { ExecutionLoop, type DurableDependencies } from './execution-loop.ts';
import {
  callbackId,
  checkToken,
  executionArn,
  parseCallbackId,
  parseExecutionArn,
  type ExecutionName,
} from './execution-names.ts';
import {
  allExecutions,
  executionKey,
  type ExecutionRecord,
  type OperationRecord,
} from './execution-record.ts';
import { ExecutionRetention } from './execution-retention.ts';
import { OPERATIONS_MAX } from './limits.ts';
import { LiveExecution } from './live-execution.ts';
import { newExecution, startWrites, type Start } from './new-execution.ts';
import { applyUpdate, failed, isOpen, succeeded } from './transitions.ts';

export class DurableExecutions {
  readonly #dependencies: DurableDependencies;
  readonly #loop: ExecutionLoop;
  readonly #retention: ExecutionRetention;
  /** By id, those that run. */
  readonly #live = new Map<string, LiveExecution>();
  #closed = false;

  constructor(dependencies: DurableDependencies) {
    this.#dependencies = dependencies;
    this.#loop = new ExecutionLoop(dependencies, ({ record }) => this.#live.delete(record.id));
    this.#retention = new ExecutionRetention(dependencies);
  }

  /** Takes up what was running when the last process ended. */
  async resume(): Promise<void> {
    for await (const { value } of allExecutions(this.#dependencies.store)) {
      if (this.#closed) return;
      const record = decodeRecord<ExecutionRecord>(value);
      if (record.status === 'RUNNING') this.#loop.follow(await this.#takeUp(record));
    }
    this.#retention.open();
  }

  /** No invocation is begun any more; those under way end with the dispatcher. */
  close(): void {
    this.#closed = true;
    this.#loop.close();
    this.#retention.close();
    for (const live of this.#live.values()) live.timer?.cancel();
  }

  /** Begins an execution, or finds the one of that name that was begun with the same payload. */
  async start(start: Start): Promise<LiveExecution> {
    const { store, environment } = this.#dependencies;
    const { record, root } = newExecution(start, environment);
    const key = executionKey(record.accountId, record.region, record.executionName);
    const existing = await store.transact([key], ([value]) => {
      if (value) return { writes: [], result: decodeRecord<ExecutionRecord>(value) };
      return { writes: startWrites(record, root), result: undefined };
    });
    if (existing) return this.#same(existing, start);
    const live = new LiveExecution(record, [root]);
    this.#live.set(record.id, live);
    this.#loop.follow(live);
    return live;
  }

  async #same(existing: ExecutionRecord, start: Start): Promise<LiveExecution> {
    const live = await this.#takeUp(existing);
    const isSame = live.root.input === start.payload && existing.name === start.function.name;
    if (!isSame) throw executionExists(existing.executionName);
    return live;
  }

  async find(arn: string): Promise<LiveExecution> {
    const live = await this.#read(parseExecutionArn(arn));
    if (!live || executionArn(live.record) !== arn) throw executionNotFound(arn);
    return live;
  }

  /** Takes what a function has done, and tells it what else has happened; its token is used up. */
  async checkpoint(
    arn: string,
    request: {
      readonly token: string;
      readonly clientToken: string | undefined;
      readonly updates: readonly OperationUpdate[];
    },
  ): Promise<{ readonly record: ExecutionRecord; readonly operations: OperationRecord[] }> {
    const live = await this.find(arn);
    const { clientToken } = request;
    const since = await this.#loop.change(live, (draft) => {
      const { checkpointed, revision, token } = draft.record;
      // The answer got lost, and is asked for again.
      if (clientToken && checkpointed?.clientToken === clientToken) return checkpointed.revision;
      if (!live.isRunning) throw invalidParameter('The execution has ended.');
      checkToken(draft.record, request.token);
      const seen = Math.min(live.seen, revision);
      for (const update of request.updates) this.#update(draft, update);
      draft.set({
        token: token + 1,
        checkpointed: clientToken ? { clientToken, revision: seen } : undefined,
      });
      return seen;
    });
    const { record } = live;
    live.seen = record.revision;
    const operations = [...live.operations.values()].filter(({ revision }) => revision > since);
    return { record, operations };
  }

  #update(draft: ExecutionDraft, update: OperationUpdate): void {
    const { record, nowMs } = draft;
    if (update.Type === 'EXECUTION') {
      // A result that is too large for the function's answer; the answer says that it is done.
      if (update.Action !== 'SUCCEED') throw invalidParameter('An execution ends by its answer.');
      draft.put({ ...draft.root, result: update.Payload });
      return;
    }
    const before = draft.operation(update.Id);
    if (!before && record.operations >= OPERATIONS_MAX) {
      throw invalidParameter(`An execution can have ${OPERATIONS_MAX} operations at most.`);
    }
    draft.apply(applyUpdate(update, before, nowMs, callbackId(record, update.Id)));
  }

  /** Ends an execution from outside. */
  async stop(arn: string, error: ErrorObject): Promise<ExecutionRecord> {
    const live = await this.find(arn);
    await this.#loop.change(live, (draft) => {
      if (draft.record.status === 'RUNNING') draft.finish('STOPPED', { error });
    });
    return live.record;
  }

  async callbackSucceeded(id: string, result: string): Promise<void> {
    await this.#callBack(id, (draft, before) =>
      draft.apply(succeeded(before, result, draft.nowMs)),
    );
  }

  async callbackFailed(id: string, error: ErrorObject): Promise<void> {
    await this.#callBack(id, (draft, before) => draft.apply(failed(before, error, draft.nowMs)));
  }

  async callbackBeat(id: string): Promise<void> {
    await this.#callBack(id, (draft, before) => {
      if (!before.heartbeat) return;
      const { everyMs } = before.heartbeat;
      draft.put({ ...before, heartbeat: { everyMs, dueMs: draft.nowMs + everyMs } });
    });
  }

  async #callBack(
    id: string,
    decide: (draft: ExecutionDraft, before: OperationRecord) => void,
  ): Promise<void> {
    const { operationId, ...name } = parseCallbackId(id);
    const live = await this.#read(name);
    if (!live) throw callbackClosed();
    await this.#loop.change(live, (draft) => {
      const before = draft.operation(operationId);
      const isWaiting = live.isRunning && before?.type === 'CALLBACK' && isOpen(before);
      if (!isWaiting) throw callbackClosed();
      decide(draft, before);
      if (!isOpen(draft.operation(operationId) as OperationRecord)) draft.set({ suspended: false });
    });
  }

  async #read({ accountId, region, executionName, id }: ExecutionName) {
    const live = this.#live.get(id);
    if (live) return live;
    const value = await this.#dependencies.store.get(
      executionKey(accountId, region, executionName),
    );
    const record = value && decodeRecord<ExecutionRecord>(value);
    return record?.id === id ? this.#takeUp(record) : undefined;
  }

  async #takeUp(record: ExecutionRecord): Promise<LiveExecution> {
    const read =
      this.#live.get(record.id) ?? (await LiveExecution.read(this.#dependencies.store, record));
    // Somebody else may have read it meanwhile: there is one of each that runs.
    const live = this.#live.get(record.id) ?? read;
    if (live.isRunning) this.#live.set(record.id, live);
    return live;
  }
}
