/**
 * Durable executions: a function is invoked again and again, each time with all that it has noted so
 * far, until it says that it is done. Between two invocations nothing runs but a timer. What a function
 * notes is durable before it is answered, so an execution goes on after a crash from its last checkpoint.
 */
import type { Environment } from '../../../environment/environment.ts';
import type { ErrorObject, OperationUpdate } from '../../../model/generated/lambda.types.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { callbackClosed, executionExists, executionNotFound, invalidParameter } from '../errors.ts';
import type { FunctionReference } from '../function-name.ts';
import {
  decodeEntries,
  decodeRecord,
  putRecord,
  type DurableSettings,
} from '../function-record.ts';
import type { InvokeResult } from '../port.ts';
import { chainedOutcome, refusedChain, type ChainedInvocation } from './chained-invocation.ts';
import type { ExecutionDraft } from './execution-draft.ts';
import { ExecutionRetention } from './execution-retention.ts';
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
  eventKey,
  executionKey,
  operationKey,
  startKey,
  type ExecutionRecord,
  type OperationRecord,
} from './execution-record.ts';
import {
  invocationOutcome,
  invocationPayload,
  refusedOutcome,
  type InvocationOutcome,
} from './invocation.ts';
import { OPERATIONS_MAX, READ_MAX, RETRY_DELAY_MS_MAX, TIMER_MS_MAX } from './limits.ts';
import { LiveExecution } from './live-execution.ts';
import {
  applyTime,
  applyUpdate,
  dueMsOf,
  ended,
  event,
  failed,
  isAwaited,
  isOpen,
  succeeded,
} from './transitions.ts';

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

export interface Start {
  readonly function: FunctionReference;
  readonly version: string;
  readonly settings: DurableSettings;
  readonly payload: string;
  /** Where it is absent the execution has a name of its own. */
  readonly executionName?: string | undefined;
  readonly traceId?: string | undefined;
}

export class DurableExecutions {
  readonly #dependencies: DurableDependencies;
  readonly #retention: ExecutionRetention;
  /** By id, those that run; and those that were just asked for. */
  readonly #live = new Map<string, LiveExecution>();
  #closed = false;

  constructor(dependencies: DurableDependencies) {
    this.#dependencies = dependencies;
    this.#retention = new ExecutionRetention(dependencies);
  }

  /** Takes up what was running when the last process ended. */
  async resume(): Promise<void> {
    const { store } = this.#dependencies;
    let { start, end } = allExecutions();
    for (;;) {
      const entries = await store.range({ start, end, limit: READ_MAX });
      for (const record of decodeEntries<ExecutionRecord>(entries)) {
        if (record.status !== 'RUNNING' || this.#closed) continue;
        this.#follow(await this.#takeUp(record));
      }
      const last = entries.at(-1);
      if (!last || entries.length < READ_MAX) break;
      start = Buffer.concat([last.key, Buffer.of(0)]);
    }
    this.#retention.open();
  }

  /** No invocation is begun any more; those under way end with the dispatcher. */
  close(): void {
    this.#closed = true;
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
      const what = event('ExecutionStarted', root, record.startMs, {
        ExecutionStartedDetails: {
          Input: { Payload: root.input },
          ExecutionTimeout: record.timeoutSeconds,
        },
      });
      return { writes: startWrites(record, root, what), result: undefined };
    });
    if (existing) return this.#same(existing, start);
    const live = new LiveExecution(record, [root]);
    this.#live.set(record.id, live);
    this.#follow(live);
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
    const since = await this.#change(live, (draft) => {
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
    await this.#change(live, (draft) => {
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
    await this.#change(live, (draft) => {
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

  async #change<Result>(
    live: LiveExecution,
    decide: (draft: ExecutionDraft) => Result,
  ): Promise<Result> {
    const result = await live.change(this.#dependencies.store, () => this.#nowMs(), decide);
    this.#follow(live);
    return result;
  }

  /** Sees to it that what is to happen next happens. */
  #follow(live: LiveExecution): void {
    live.timer?.cancel();
    if (!live.isRunning) this.#live.delete(live.record.id);
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
    this.#change(live, (draft) => {
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
      await this.#change(live, (draft) => {
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
      await this.#change(live, (draft) => {
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
    live.timer = environment.timers.after(RETRY_DELAY_MS_MAX, () => this.#follow(live));
  }

  #nowMs(): number {
    return this.#dependencies.environment.clock.nowMs();
  }
}

function newExecution(start: Start, { clock, random }: Environment) {
  const { accountId, region, name } = start.function;
  const { ExecutionTimeout, RetentionPeriodInDays } = start.settings;
  const id = random.uuid();
  const startMs = clock.nowMs();
  const record: ExecutionRecord = {
    accountId,
    region,
    name,
    version: start.version,
    id,
    executionName: start.executionName ?? random.uuid(),
    status: 'RUNNING',
    startMs,
    timeoutSeconds: ExecutionTimeout,
    retentionDays: RetentionPeriodInDays,
    traceId: start.traceId,
    token: 0,
    revision: 0,
    operations: 1,
    events: 1,
    suspended: false,
    failures: 0,
  };
  const root: OperationRecord = {
    index: 0,
    revision: 0,
    id,
    name: record.executionName,
    type: 'EXECUTION',
    status: 'STARTED',
    startMs,
    input: start.payload,
  };
  return { record, root };
}

function startWrites(record: ExecutionRecord, root: OperationRecord, what: object) {
  const key = executionKey(record.accountId, record.region, record.executionName);
  return [
    putRecord(key, record),
    { type: 'put', key: startKey(record), value: key } as const,
    putRecord(operationKey(record.id, 0), root),
    putRecord(eventKey(record.id, 0), { ...what, EventId: 1 }),
  ];
}

const timeoutMs = ({ startMs, timeoutSeconds }: ExecutionRecord) => startMs + timeoutSeconds * 1000;

function nextDueMs({ record, operations, isInvoked }: LiveExecution): number {
  let dueMs = timeoutMs(record);
  for (const operation of operations.values()) dueMs = Math.min(dueMs, dueMsOf(operation));
  return isInvoked ? dueMs : Math.min(dueMs, record.retryMs ?? Infinity);
}
