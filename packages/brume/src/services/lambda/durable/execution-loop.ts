/**
 * What makes a durable execution go on: its function is invoked until it has to wait, and again when
 * time, a callback or another function has brought what it waits for.
 */
import type { Environment } from '../../../environment/environment.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import type { InvokeResult } from '../port.ts';
import { chainedOutcome, refusedChain, type ChainedInvocation } from './chained-invocation.ts';
import type { ExecutionDraft } from './execution-draft.ts';
import { executionArn } from './execution-names.ts';
import type { ExecutionRecord, OperationRecord } from './execution-record.ts';
import {
  invocationOutcome,
  invocationPayload,
  refusedOutcome,
  type InvocationOutcome,
} from './invocation.ts';
import { RETRY_DELAY_MS_MAX, TIMER_MS_MAX } from './limits.ts';
import type { LiveExecution } from './live-execution.ts';
import { applyTime, dueMsOf, ended, event, isAwaited, isOpen, succeeded } from './transitions.ts';

export interface DurableDependencies {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
  /** Runs the execution's function once. */
  readonly run: (
    execution: ExecutionRecord,
    payload: Uint8Array,
    requestId: string,
  ) => Promise<InvokeResult>;
  /** Invokes any function for an execution, and waits for it however long it takes. */
  readonly invoke: (invocation: ChainedInvocation) => Promise<InvokeResult>;
}

export class ExecutionLoop {
  readonly #dependencies: DurableDependencies;
  readonly #onEnded: (live: LiveExecution) => void;
  #closed = false;

  constructor(dependencies: DurableDependencies, onEnded: (live: LiveExecution) => void) {
    this.#dependencies = dependencies;
    this.#onEnded = onEnded;
  }

  /** No invocation is begun any more; those under way are not concluded. */
  close(): void {
    this.#closed = true;
  }

  /** Changes an execution, and sees to what follows from that. */
  async change<Result>(
    live: LiveExecution,
    decide: (draft: ExecutionDraft) => Result,
  ): Promise<Result> {
    const result = await live.change(this.#dependencies.store, () => this.#nowMs(), decide);
    this.follow(live);
    return result;
  }

  /** Sees to it that what is to happen next happens. */
  follow(live: LiveExecution): void {
    live.timer?.cancel();
    if (!live.isRunning) this.#onEnded(live);
    if (!live.isRunning || this.#closed) return;
    for (const operation of live.operations.values()) {
      const isChained = operation.type === 'CHAINED_INVOKE' && isAwaited(operation);
      if (isChained && !live.invoking.has(operation.id)) void this.#chain(live, operation);
    }
    const { timers } = this.#dependencies.environment;
    const dueInMs = nextDueMs(live) - this.#nowMs();
    if (dueInMs > 0) {
      live.timer = timers.after(Math.min(dueInMs, TIMER_MS_MAX), () => this.#look(live));
    } else timers.nextTurn(() => this.#look(live));
    const { suspended, retryMs = 0 } = live.record;
    if (!suspended && !live.isInvoked && retryMs <= this.#nowMs()) void this.#invoke(live);
  }

  /** Lets time have its way. */
  #look(live: LiveExecution): void {
    if (this.#closed) return;
    this.change(live, (draft) => {
      const { record, nowMs } = draft;
      if (record.status !== 'RUNNING') return;
      if (nowMs >= timeoutMs(record)) return draft.finish('TIMED_OUT', {});
      for (const operation of draft.operations()) {
        const transition = applyTime(operation, nowMs);
        if (!transition) continue;
        draft.apply(transition);
        draft.set({ suspended: false });
      }
    }).catch((error: unknown) => this.#stuck(live, error));
  }

  async #invoke(live: LiveExecution): Promise<void> {
    live.isInvoked = true;
    const { random } = this.#dependencies.environment;
    const requestId = random.uuid();
    const startMs = this.#nowMs();
    try {
      // Tokens that an earlier invocation may still have hold no longer.
      await live.change(
        this.#dependencies.store,
        () => this.#nowMs(),
        (draft) => draft.set({ token: draft.record.token + 1, retryMs: undefined }),
      );
      live.seen = live.record.revision;
      const payload = invocationPayload(live);
      const outcome = await this.#dependencies
        .run(live.record, payload, requestId)
        .then(invocationOutcome, (error: unknown) => refusedOutcome(error));
      if (this.#closed) return;
      live.isInvoked = false;
      await this.change(live, (draft) => {
        if (draft.record.status !== 'RUNNING') return;
        const details = {
          StartTimestamp: new Date(startMs),
          EndTimestamp: new Date(draft.nowMs),
          RequestId: requestId,
          Error: outcome.error && { Payload: outcome.error },
        };
        const noted = event('InvocationCompleted', draft.root, draft.nowMs, {
          InvocationCompletedDetails: details,
        });
        draft.note({ ...noted, Id: undefined });
        this.#conclude(live, draft, outcome);
      });
    } catch (error) {
      live.isInvoked = false;
      this.#stuck(live, error);
    }
  }

  #conclude(live: LiveExecution, draft: ExecutionDraft, outcome: InvocationOutcome): void {
    const { nowMs, record } = draft;
    if (outcome.status === 'SUCCEEDED' || outcome.status === 'FAILED') {
      return draft.finish(outcome.status, outcome);
    }
    if (outcome.status === 'RETRY') {
      const delayMs = Math.min(1000 * 2 ** record.failures, RETRY_DELAY_MS_MAX);
      return draft.set({ failures: record.failures + 1, retryMs: nowMs + delayMs });
    }
    const operations = [...draft.operations()];
    const isNews = ({ revision, index }: OperationRecord) => index > 0 && revision > live.seen;
    if (operations.some(isNews)) return draft.set({ failures: 0, suspended: false });
    if (operations.some(isAwaited)) return draft.set({ failures: 0, suspended: true });
    draft.finish('FAILED', {
      error: {
        ErrorType: 'InvalidParameterValueException',
        ErrorMessage: 'The function answered PENDING, but there is nothing to wait for.',
      },
    });
  }

  async #chain(live: LiveExecution, operation: OperationRecord): Promise<void> {
    live.invoking.add(operation.id);
    const { accountId, region, id } = live.record;
    try {
      const outcome = await this.#dependencies
        .invoke({
          accountId,
          region,
          functionName: operation.functionName ?? '',
          payload: operation.input ?? '',
          parent: `${id}/${operation.id}`,
        })
        .then(chainedOutcome, (error: unknown) => refusedChain(error));
      if (this.#closed) return;
      await this.change(live, (draft) => {
        const before = draft.operation(operation.id);
        if (draft.record.status !== 'RUNNING' || !before || !isOpen(before)) return;
        const transition =
          outcome.status === 'SUCCEEDED'
            ? succeeded(before, outcome.result, draft.nowMs)
            : ended(outcome.status, before, outcome.error, draft.nowMs);
        draft.apply(transition);
        draft.set({ suspended: false });
      });
    } catch (error) {
      this.#stuck(live, error);
    } finally {
      live.invoking.delete(operation.id);
    }
  }

  /** The store did not take it: what was not kept is done again. */
  #stuck(live: LiveExecution, error: unknown): void {
    if (this.#closed) return;
    const { log, environment } = this.#dependencies;
    const execution = executionArn(live.record);
    log.log('warn', 'A durable execution could not go on', { execution, error: String(error) });
    live.timer?.cancel();
    live.timer = environment.timers.after(RETRY_DELAY_MS_MAX, () => this.follow(live));
  }

  #nowMs(): number {
    return this.#dependencies.environment.clock.nowMs();
  }
}

const timeoutMs = ({ startMs, timeoutSeconds }: ExecutionRecord) => startMs + timeoutSeconds * 1000;

function nextDueMs({ record, operations, isInvoked }: LiveExecution): number {
  let dueMs = timeoutMs(record);
  for (const operation of operations.values()) dueMs = Math.min(dueMs, dueMsOf(operation));
  return isInvoked ? dueMs : Math.min(dueMs, record.retryMs ?? Infinity);
}
