/**
 * The events of many streams in the order of their times. A stream is read only once the merge has
 * come to its first event, so that years of streams cost no more than those of the moment.
 */
import type { OrderedStore } from '../../storage/ordered-store.ts';
import { invalidParameter } from './errors.ts';
import { MERGED_STREAMS_MAX, READ_AHEAD_BYTES, READ_AHEAD_EVENTS } from './limits.ts';
import {
  decodeEvent,
  eventKey,
  type GroupReference,
  type StoredEvent,
  type StreamRecord,
  type StreamReference,
} from './log-records.ts';

/** Where a merge stands: the last event that was given. */
export interface MergePosition {
  readonly timestampMs: number;
  readonly streamName: string;
  readonly sequence: number;
}

export interface MergeRequest {
  readonly group: GroupReference;
  readonly streams: readonly StreamRecord[];
  /** Inclusive. */
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  readonly after: MergePosition | undefined;
}

export interface MergedEvent extends StoredEvent {
  readonly streamName: string;
}

export async function* mergedEvents(
  store: OrderedStore,
  request: MergeRequest,
): AsyncGenerator<MergedEvent> {
  const { group, after, endMs } = request;
  const startMs = Math.max(request.startMs, after?.timestampMs ?? 0);
  const beginMs = (stream: StreamRecord) => Math.max(stream.firstEventMs ?? Infinity, startMs);
  const unopened = request.streams
    .filter((stream) => (stream.lastEventMs ?? -1) >= startMs && beginMs(stream) < endMs)
    .toSorted((a, b) => beginMs(b) - beginMs(a));
  const bytesAhead = Math.ceil(READ_AHEAD_BYTES / Math.max(1, unopened.length));
  /** The latest first, so that the next to give is at the end. */
  const open: StreamCursor[] = [];
  for (;;) {
    let next = unopened.at(-1);
    while (next && beginMs(next) <= (open.at(-1)?.current?.timestampMs ?? Infinity)) {
      unopened.pop();
      const reference = { ...group, streamName: next.name };
      const start = startKey(reference, startMs, after);
      const cursor = new StreamCursor(store, reference, start, eventKey(reference, endMs));
      if (await cursor.advance(bytesAhead)) insert(open, cursor);
      if (open.length > MERGED_STREAMS_MAX) throw tooManyStreams();
      next = unopened.at(-1);
    }
    const cursor = open.pop();
    if (!cursor?.current) return;
    yield { ...cursor.current, streamName: cursor.streamName };
    if (await cursor.advance(bytesAhead)) insert(open, cursor);
  }
}

/** Streams with equal times are given by their names: those before the last event's are done. */
function startKey(
  reference: StreamReference,
  startMs: number,
  after: MergePosition | undefined,
): Uint8Array {
  if (after?.timestampMs !== startMs) return eventKey(reference, startMs);
  if (reference.streamName === after.streamName) {
    return eventKey(reference, startMs, after.sequence + 1);
  }
  return eventKey(reference, reference.streamName < after.streamName ? startMs + 1 : startMs);
}

class StreamCursor {
  readonly streamName: string;
  readonly #store: OrderedStore;
  readonly #end: Uint8Array;
  #start: Uint8Array;
  #ahead: StoredEvent[] = [];
  #isRead = false;

  constructor(
    store: OrderedStore,
    { streamName }: StreamReference,
    start: Uint8Array,
    end: Uint8Array,
  ) {
    this.#store = store;
    this.streamName = streamName;
    this.#start = start;
    this.#end = end;
  }

  /** Kept in reverse: the next one is the last. */
  get current(): StoredEvent | undefined {
    return this.#ahead.at(-1);
  }

  /** Goes to the next event. False when there is none. */
  async advance(bytesMax: number): Promise<boolean> {
    this.#ahead.pop();
    if (this.#ahead.length === 0 && !this.#isRead) await this.#read(bytesMax);
    return this.#ahead.length > 0;
  }

  async #read(bytesMax: number): Promise<void> {
    const bounds = { limit: READ_AHEAD_EVENTS, bytesMax };
    const range = { start: this.#start, end: this.#end };
    const isEmpty = Buffer.compare(range.start, range.end) >= 0;
    const entries = isEmpty ? [] : await this.#store.range({ ...range, ...bounds });
    const last = entries.at(-1);
    if (last) this.#start = Buffer.concat([last.key, Buffer.of(0)]);
    else this.#isRead = true;
    this.#ahead = entries.map(({ key, value }) => decodeEvent(key, value)).reverse();
  }
}

function insert(open: StreamCursor[], cursor: StreamCursor): void {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = open[middle];
    if (other && isBefore(cursor, other)) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, cursor);
}

function isBefore(one: StreamCursor, other: StreamCursor): boolean {
  const difference = (one.current?.timestampMs ?? 0) - (other.current?.timestampMs ?? 0);
  return difference === 0 ? one.streamName < other.streamName : difference < 0;
}

function tooManyStreams() {
  return invalidParameter(
    `Brume merges at most ${MERGED_STREAMS_MAX} streams with events at one time: give a shorter time, or names of streams.`,
  );
}
