/** Adds events to a stream: one commit with the stream's own record, so that numbers never repeat. */
import type { OrderedStore, Write } from '../../storage/ordered-store.ts';
import { logGroupNotFound, logStreamNotFound } from './errors.ts';
import { EVENT_OVERHEAD_BYTES } from './limits.ts';
import {
  decodeRecord,
  groupKey,
  putEvent,
  putRecord,
  streamKey,
  type GroupRecord,
  type GroupReference,
  type StoredEvent,
  type StreamRecord,
  type StreamReference,
} from './log-records.ts';
import type { LogEvent } from './port.ts';

export interface Appended {
  readonly group: GroupRecord;
  readonly stream: StreamRecord;
  readonly events: readonly StoredEvent[];
}

/**
 * `accept` chooses among them, knowing the group. Group and
 * stream must be there, unless `create` says that they are made.
 */
export async function appendEvents(
  store: OrderedStore,
  reference: StreamReference,
  events: readonly LogEvent[],
  nowMs: number,
  options: {
    readonly create: boolean;
    readonly accept?: (group: GroupRecord) => readonly LogEvent[];
  },
): Promise<Appended> {
  const keys = [groupKey(reference), streamKey(reference)] as const;
  return store.transact(keys, ([groupValue, streamValue]) => {
    if (!groupValue && !options.create) throw logGroupNotFound();
    if (!streamValue && !options.create) throw logStreamNotFound();
    const group = groupValue ? decodeRecord<GroupRecord>(groupValue) : newGroup(reference, nowMs);
    const before = streamValue
      ? decodeRecord<StreamRecord>(streamValue)
      : newStream(reference, nowMs);
    const accepted = options.accept?.(group) ?? events;
    const stored = accepted.map(({ timestampMs, message }, index) => {
      return { timestampMs, message, ingestionMs: nowMs, sequence: before.nextSequence + index };
    });
    const stream = grown(before, stored, nowMs);
    const writes: Write[] = stored.map((event) => putEvent(reference, event));
    if (!groupValue) writes.push(putRecord(keys[0], group));
    if (!streamValue || stored.length > 0) writes.push(putRecord(keys[1], stream));
    return { writes, result: { group, stream, events: stored } };
  });
}

export function newGroup(reference: GroupReference, nowMs: number): GroupRecord {
  const { accountId, region, groupName } = reference;
  return {
    accountId,
    region,
    groupName,
    createdMs: nowMs,
    logGroupClass: 'STANDARD',
    tags: {},
    deletionProtected: false,
    storedBytes: 0,
  };
}

export function newStream({ streamName }: { streamName: string }, nowMs: number): StreamRecord {
  return { name: streamName, createdMs: nowMs, nextSequence: 0, storedBytes: 0 };
}

/** Bytes of a message as AWS counts them. */
export function eventBytes({ message }: { readonly message: string }): number {
  return Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
}

function grown(stream: StreamRecord, events: readonly StoredEvent[], nowMs: number): StreamRecord {
  if (events.length === 0) return stream;
  let { firstEventMs = Infinity, lastEventMs = 0, storedBytes } = stream;
  for (const event of events) {
    firstEventMs = Math.min(firstEventMs, event.timestampMs);
    lastEventMs = Math.max(lastEventMs, event.timestampMs);
    storedBytes += eventBytes(event);
  }
  const nextSequence = stream.nextSequence + events.length;
  const span = { firstEventMs, lastEventMs, lastIngestionMs: nowMs };
  return { ...stream, ...span, nextSequence, storedBytes };
}
