/** FilterLogEvents: what a pattern finds in the streams of a group, in the order of the events' times. */
import { createHash } from 'node:crypto';
import { AwsError } from '../../../model/aws-error.ts';
import type {
  FilteredLogEvent,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
} from '../../../model/generated/logs.types.ts';
import type { RequestContext } from '../../service.ts';
import { eventBytes } from '../append-events.ts';
import { invalidToken, logStreamNotFound, streamNamesAndPrefix } from '../errors.ts';
import { compileFilterPattern } from '../filter-pattern/filter-pattern.ts';
import {
  PAGE_BYTES_MAX,
  PAGE_EVENTS_MAX,
  SCANNED_BYTES_MAX,
  SCANNED_EVENTS_MAX,
} from '../limits.ts';
import { identifiedGroup } from '../log-group-name.ts';
import { decodeRecord, streamKey, streamsRange } from '../log-records.ts';
import type { GroupReference, StreamRecord } from '../log-records.ts';
import { mergedEvents, type MergedEvent, type MergePosition } from '../merged-events.ts';
import { readAllRecords } from '../read-records.ts';
import { findGroup } from '../resources/log-groups.ts';
import type { LogsState } from '../state.ts';

export async function filterLogEvents(
  state: LogsState,
  input: FilterLogEventsRequest,
  context: RequestContext,
): Promise<FilterLogEventsResponse> {
  if (input.startFromHead === false) throw newestFirst();
  const pattern = compileFilterPattern(input.filterPattern);
  const after = input.nextToken === undefined ? undefined : readToken(input.nextToken);
  await state.intake.flush();
  const group = identifiedGroup(input, context);
  await findGroup(state, group);
  const streams = await chosenStreams(state, group, input);
  // The end is inclusive here, unlike in GetLogEvents.
  const endMs = input.endTime === undefined ? Number.MAX_SAFE_INTEGER : input.endTime + 1;
  const request = { group, streams, startMs: input.startTime ?? 0, endMs, after };
  const page = new Page(input.limit ?? PAGE_EVENTS_MAX);
  for await (const event of mergedEvents(state.store, request)) {
    if (page.isFull(event)) return page.answer(true);
    page.add(event, pattern.matches(event.message));
  }
  return page.answer(false);
}

async function chosenStreams(
  { store }: LogsState,
  group: GroupReference,
  { logStreamNames, logStreamNamePrefix = '' }: FilterLogEventsRequest,
): Promise<StreamRecord[]> {
  if (logStreamNames !== undefined) {
    if (logStreamNamePrefix !== '') throw streamNamesAndPrefix();
    const keys = [...new Set(logStreamNames)].map((name) =>
      streamKey({ ...group, streamName: name }),
    );
    return (await store.getMany(keys)).map((value) => {
      if (!value) throw logStreamNotFound();
      return decodeRecord<StreamRecord>(value);
    });
  }
  const streams = await readAllRecords<StreamRecord>(store, streamsRange(group));
  return streams.filter(({ name }) => name.startsWith(logStreamNamePrefix));
}

/** Events that were looked at, and those of them that were found. */
class Page {
  readonly #limit: number;
  readonly #found: FilteredLogEvent[] = [];
  #foundBytes = 0;
  #scanned = 0;
  #scannedBytes = 0;
  #last: MergedEvent | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the event must be left to the next page. */
  isFull(event: MergedEvent): boolean {
    if (this.#last === undefined) return false;
    const isFound = this.#found.length >= this.#limit;
    const isLarge = this.#foundBytes + eventBytes(event) > PAGE_BYTES_MAX;
    const isTired = this.#scanned >= SCANNED_EVENTS_MAX || this.#scannedBytes > SCANNED_BYTES_MAX;
    return isFound || isLarge || isTired;
  }

  add(event: MergedEvent, matches: boolean): void {
    this.#last = event;
    this.#scanned++;
    this.#scannedBytes += eventBytes(event);
    if (!matches) return;
    this.#foundBytes += eventBytes(event);
    this.#found.push({
      logStreamName: event.streamName,
      timestamp: event.timestampMs,
      message: event.message,
      ingestionTime: event.ingestionMs,
      eventId: eventId(event),
    });
  }

  answer(hasMore: boolean): FilterLogEventsResponse {
    const nextToken = hasMore && this.#last ? writeToken(this.#last) : undefined;
    // "This parameter is no longer supported" (2020-05): an empty list.
    return { events: this.#found, searchedLogStreams: [], nextToken };
  }
}

/** 56 digits as AWS's: the time, the stream's share, and the event's number in its stream. */
function eventId({ timestampMs, streamName, sequence }: MergedEvent): string {
  const hash = createHash('sha256').update(streamName).digest().readBigUInt64BE();
  const time = String(timestampMs).padStart(14, '0');
  return `${time}${String(hash).padStart(20, '0')}${String(sequence).padStart(22, '0')}`;
}

function writeToken({ timestampMs, streamName, sequence }: MergePosition): string {
  return Buffer.from(`${timestampMs}:${sequence}:${streamName}`).toString('base64url');
}

function readToken(token: string): MergePosition {
  const text = Buffer.from(token, 'base64url').toString();
  const [, time, number, streamName] = /^(\d{1,15}):(\d{1,15}):([^:*]{1,512})$/.exec(text) ?? [];
  if (streamName === undefined) throw invalidToken();
  return { timestampMs: Number(time), sequence: Number(number), streamName };
}

function newestFirst(): AwsError {
  return new AwsError({
    code: 'NotImplemented',
    status: 501,
    message: "Brume's CloudWatch Logs does not support FilterLogEvents from the newest event yet.",
  });
}
