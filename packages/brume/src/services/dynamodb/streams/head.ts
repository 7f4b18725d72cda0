/**
 * The end of a stream that grows: which shard takes records, and which sequence number comes next. It
 * is read and written in the decision that changes items, so numbers follow the order of commits and
 * none is given twice, whatever crashes.
 */
import type { Value } from '../../../storage/ordered-store.ts';
import { SHARD_MS, SHARD_RECORDS_MAX } from './limits.ts';

/** The stored form, as JSON. */
export interface StreamHead {
  /** Number of the open shard. */
  readonly shard: number;
  readonly openedMs: number;
  /** Absent while the stream's first shard is open. */
  readonly parentOpenedMs?: number;
  /** The first sequence number of the open shard. */
  readonly first: number;
  /** The sequence number that comes next. */
  readonly next: number;
  /** Records with lower sequence numbers are gone. */
  readonly horizon: number;
}

/** A shard that takes no records any more, as it is stored. */
export interface ClosedShard {
  readonly openedMs: number;
  readonly parentOpenedMs?: number;
  readonly first: number;
  /** After all its records: closing takes a number of its own. */
  readonly last: number;
}

export const NEW_HEAD = { shard: 0, first: 0, next: 0, horizon: 0 };

export function decodeHead(value: Value): StreamHead {
  return JSON.parse(Buffer.from(value).toString('latin1')) as StreamHead;
}

export function encodeHead(head: StreamHead): Buffer {
  return Buffer.from(JSON.stringify(head), 'latin1');
}

export function decodeClosed(value: Value): ClosedShard {
  return JSON.parse(Buffer.from(value).toString('latin1')) as ClosedShard;
}

/** Whether the next record belongs into another shard. An empty shard never closes. */
export function isFull({ first, next, openedMs }: StreamHead, nowMs: number): boolean {
  const records = next - first;
  if (records === 0) return false;
  return records >= SHARD_RECORDS_MAX || nowMs - openedMs >= SHARD_MS;
}

/** The open shard as it is when it closes, and the head with its child open. */
export function closeShard(
  head: StreamHead,
  nowMs: number,
): { readonly closed: ClosedShard; readonly next: StreamHead } {
  const { shard, openedMs, parentOpenedMs, first, next: last, horizon } = head;
  const next = last + 1;
  return {
    closed: { openedMs, first, last, ...(parentOpenedMs !== undefined && { parentOpenedMs }) },
    next: {
      shard: shard + 1,
      // The order of shards' ids must be theirs, even where the clock went back.
      openedMs: Math.max(nowMs, openedMs),
      parentOpenedMs: openedMs,
      first: next,
      next,
      horizon,
    },
  };
}
