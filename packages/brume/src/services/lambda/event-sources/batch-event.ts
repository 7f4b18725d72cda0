/** The event that a function gets for a batch, and what its answer says about it. */
import type { InvokeResult } from '../port.ts';
import type { SourceRecord } from './event-source.ts';

/** A tumbling window, as one invocation sees it. */
export interface WindowEvent {
  readonly startMs: number;
  readonly endMs: number;
  /** JSON. */
  readonly state: string;
  readonly shardId: string;
  readonly eventSourceArn: string;
  readonly isFinal: boolean;
  readonly isTerminatedEarly: boolean;
}

export interface Answer {
  /** Index of the first record that was not done; undefined when all were. */
  readonly failedFrom: number | undefined;
  readonly state: string;
}

export const NO_STATE = '{}';

export function batchEvent(records: readonly SourceRecord[], window?: WindowEvent): Buffer {
  const list = `"Records":[${records.map(({ json }) => json).join(',')}]`;
  if (window === undefined) return Buffer.from(`{${list}}`);
  const members = JSON.stringify({
    window: { start: utcSeconds(window.startMs), end: utcSeconds(window.endMs) },
    shardId: window.shardId,
    eventSourceARN: window.eventSourceArn,
    isFinalInvokeForWindow: window.isFinal,
    isWindowTerminatedEarly: window.isTerminatedEarly,
  });
  return Buffer.from(`{${list},"state":${window.state},${members.slice(1)}`);
}

/** `2026-11-22T10:00:00Z` */
export function utcSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `reports`: the function was asked which records failed. */
export function readAnswer(
  { payload, functionError }: InvokeResult,
  records: readonly SourceRecord[],
  reports: boolean,
): Answer {
  const failed = { failedFrom: 0, state: NO_STATE };
  if (functionError !== undefined) return failed;
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(payload).toString() || 'null');
  } catch {
    // Only custom runtimes can answer with what is not JSON; it says nothing.
    return { ...failed, failedFrom: reports ? 0 : undefined };
  }
  const state = JSON.stringify(member(answer, 'state') ?? {});
  if (!reports) return { failedFrom: undefined, state };
  return { failedFrom: firstFailure(member(answer, 'batchItemFailures'), records), state };
}

/**
 * Null, absent and empty lists are successes; an identifier that is missing, empty or of no record of
 * the batch fails all of it (recorded 2025-11-25: test_dynamodb_report_batch_item_…_scenarios).
 */
function firstFailure(failures: unknown, records: readonly SourceRecord[]): number | undefined {
  if (failures === undefined || failures === null) return undefined;
  if (!Array.isArray(failures)) return 0;
  if (failures.length === 0) return undefined;
  const failed = new Set(failures.map((failure) => member(failure, 'itemIdentifier')));
  const known = new Set<unknown>(records.map(({ id }) => id));
  if ([...failed].some((id) => !known.has(id))) return 0;
  return records.findIndex(({ id }) => failed.has(id));
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
