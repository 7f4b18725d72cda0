/**
 * What is kept of a durable execution: a small entry by its name, one by when it began, and one for each
 * operation and each event of its history. Input and result are with the operation that stands for the
 * execution itself, so that lists of executions stay small.
 */
import type {
  ErrorObject,
  Event,
  ExecutionStatus,
  OperationStatus,
  OperationType,
} from '../../../model/generated/lambda.types.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Entry, OrderedStore, Value } from '../../../storage/ordered-store.ts';
import type { FunctionReference } from '../function-name.ts';
import { READ_MAX } from './limits.ts';

export interface ExecutionRecord extends FunctionReference {
  /** Unique; a name may come again when its execution is forgotten. */
  readonly id: string;
  readonly executionName: string;
  readonly version: string;
  readonly status: ExecutionStatus;
  readonly startMs: number;
  readonly endMs?: number;
  readonly timeoutSeconds: number;
  readonly retentionDays: number;
  readonly traceId?: string | undefined;
  /** Number of the checkpoint token that holds. Each holds for one checkpoint. */
  readonly token: number;
  /** What the last checkpoint was asked with, should its answer get lost, and what it began from. */
  readonly checkpointed?: { readonly clientToken: string; readonly revision: number } | undefined;
  /** Changes so far. An operation knows the number of its last one. */
  readonly revision: number;
  readonly operations: number;
  readonly events: number;
  /** Nothing is to be done until time passes or somebody calls back. */
  readonly suspended: boolean;
  /** Invocations that failed in a row, and when the next may be made. */
  readonly failures: number;
  readonly retryMs?: number | undefined;
}

export interface OperationRecord {
  /** 0 is the execution itself. */
  readonly index: number;
  readonly revision: number;
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly name?: string | undefined;
  readonly type: OperationType;
  readonly subType?: string | undefined;
  readonly status: OperationStatus;
  readonly startMs: number;
  readonly endMs?: number;
  /** What the execution or a chained invocation was given. */
  readonly input?: string | undefined;
  /** What came of it; of a step that is to be tried again, what it left for that. */
  readonly result?: string | undefined;
  readonly error?: ErrorObject | undefined;
  /** Attempts of a step that have ended. */
  readonly attempt?: number;
  readonly replayChildren?: boolean | undefined;
  /** When time changes it: a wait ends, a step may be tried again, a callback comes too late. */
  readonly dueMs?: number | undefined;
  /** How often a callback must be heard of, and when next. */
  readonly heartbeat?: { readonly everyMs: number; readonly dueMs: number };
  /** What a chained invocation is of. */
  readonly functionName?: string;
}

export const executionKey = (accountId: string, region: string, executionName: string) =>
  encodeKey(['lambda', 'durable-executions', accountId, region, executionName]);

/** The entries of all executions, of all accounts, a bounded number read at a time. */
export async function* allExecutions(store: OrderedStore): AsyncGenerator<Entry> {
  let { start, end } = prefixRange(['lambda', 'durable-executions']);
  for (;;) {
    const entries = await store.range({ start, end, limit: READ_MAX });
    yield* entries;
    const last = entries.at(-1);
    if (!last || entries.length < READ_MAX) return;
    start = Buffer.concat([last.key, Buffer.of(0)]);
  }
}

/** By function and time; the value is the key of the execution. */
export const startKey = ({ accountId, region, name, startMs, id }: ExecutionRecord) =>
  encodeKey(['lambda', 'durable-starts', accountId, region, name, Math.floor(startMs), id]);

export const startsRange = ({ accountId, region, name }: FunctionReference) =>
  prefixRange(['lambda', 'durable-starts', accountId, region, name]);

export const operationKey = (executionId: string, index: number) =>
  encodeKey(['lambda', 'durable-operations', executionId, index]);

export const operationsRange = (executionId: string) =>
  prefixRange(['lambda', 'durable-operations', executionId]);

export const eventKey = (executionId: string, index: number) =>
  encodeKey(['lambda', 'durable-events', executionId, index]);

export const eventsRange = (executionId: string) =>
  prefixRange(['lambda', 'durable-events', executionId]);

const TIMESTAMPS = new Set([
  'EventTimestamp',
  'StartTimestamp',
  'EndTimestamp',
  'ScheduledEndTimestamp',
]);

export function decodeEvent(value: Value): Event {
  return JSON.parse(Buffer.from(value).toString(), (name, member: unknown) =>
    TIMESTAMPS.has(name) ? new Date(member as string) : member,
  ) as Event;
}
