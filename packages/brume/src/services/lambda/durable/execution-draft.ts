/** One change to an execution: what is decided in one go is kept in one go, or not at all. */
import type { ErrorObject, Event, ExecutionStatus } from '../../../model/generated/lambda.types.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import { putRecord } from '../function-record.ts';
import {
  eventKey,
  executionKey,
  operationKey,
  type ExecutionRecord,
  type OperationRecord,
} from './execution-record.ts';
import { event, type Changed, type Transition } from './transitions.ts';

const END_EVENTS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  STOPPED: 'ExecutionStopped',
} as const;

export class ExecutionDraft {
  readonly nowMs: number;
  #record: ExecutionRecord;
  readonly #before: ReadonlyMap<string, OperationRecord>;
  readonly #changed = new Map<string, OperationRecord>();
  readonly #events: Event[] = [];

  constructor(
    record: ExecutionRecord,
    operations: ReadonlyMap<string, OperationRecord>,
    nowMs: number,
  ) {
    this.#record = record;
    this.#before = operations;
    this.nowMs = nowMs;
  }

  get record(): ExecutionRecord {
    return this.#record;
  }

  get changed(): Iterable<OperationRecord> {
    return this.#changed.values();
  }

  /** The execution as an operation of itself. */
  get root(): OperationRecord {
    const { id } = this.#record;
    return this.operation(id) as OperationRecord;
  }

  operation(id: string): OperationRecord | undefined {
    return this.#changed.get(id) ?? this.#before.get(id);
  }

  *operations(): Iterable<OperationRecord> {
    for (const [id, before] of this.#before) yield this.#changed.get(id) ?? before;
    for (const [id, changed] of this.#changed) if (!this.#before.has(id)) yield changed;
  }

  set(fields: Partial<ExecutionRecord>): void {
    this.#record = { ...this.#record, ...fields };
  }

  apply({ operation, event: what }: Transition): void {
    this.put(operation);
    if (what) this.note(what);
  }

  put(operation: Changed): void {
    const index = this.operation(operation.id)?.index ?? this.#record.operations;
    const revision = this.#record.revision + 1;
    this.#changed.set(operation.id, { ...operation, index, revision });
    this.set({ revision, operations: Math.max(this.#record.operations, index + 1) });
  }

  note(what: Event): void {
    this.#events.push(what);
  }

  /** Ends the execution. Its result is what is given, or what was checkpointed before. */
  finish(
    status: Exclude<ExecutionStatus, 'RUNNING'>,
    outcome: { readonly result?: string | undefined; readonly error?: ErrorObject | undefined },
  ): void {
    const { root, nowMs } = this;
    const { result = root.result, error } = outcome;
    this.put({ ...root, status, result, error, endMs: nowMs });
    this.set({ status, endMs: nowMs, suspended: true });
    const details =
      status === 'SUCCEEDED'
        ? { Result: { Payload: result } }
        : { Error: error && { Payload: error } };
    const type = END_EVENTS[status];
    this.note(event(type, root, nowMs, { [`${type}Details`]: details }));
  }

  writes(): Write[] {
    const { id, accountId, region, executionName, events } = this.#record;
    const record = { ...this.#record, events: events + this.#events.length };
    this.#record = record;
    return [
      putRecord(executionKey(accountId, region, executionName), record),
      ...[...this.#changed.values()].map((operation) =>
        putRecord(operationKey(id, operation.index), operation),
      ),
      ...this.#events.map((what, at) =>
        putRecord(eventKey(id, events + at), { ...what, EventId: events + at + 1 }),
      ),
    ];
  }
}
