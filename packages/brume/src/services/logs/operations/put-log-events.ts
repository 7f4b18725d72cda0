/** PutLogEvents: events into one stream, in order and of one day. */
import type {
  PutLogEventsRequest,
  PutLogEventsResponse,
  RejectedLogEventsInfo,
} from '../../../model/generated/logs.types.ts';
import type { RequestContext } from '../../service.ts';
import { appendEvents, eventBytes } from '../append-events.ts';
import { batchTooLong, uploadTooLarge, wrongOrder } from '../errors.ts';
import {
  BATCH_BYTES_MAX,
  BATCH_SPAN_MS,
  EVENT_AGE_MAX_MS,
  EVENT_FUTURE_MAX_MS,
} from '../limits.ts';
import { namedGroup } from '../log-group-name.ts';
import type { GroupRecord } from '../log-records.ts';
import type { LogEvent } from '../port.ts';
import type { LogsState } from '../state.ts';

const DAY_MS = 24 * 3_600_000;

export async function putLogEvents(
  { store, environment, liveTails }: LogsState,
  input: PutLogEventsRequest,
  context: RequestContext,
): Promise<PutLogEventsResponse> {
  const nowMs = Math.floor(environment.clock.nowMs());
  const events = input.logEvents.map(({ timestamp, message }) => {
    return { timestampMs: timestamp, message };
  });
  checkBatch(events);
  const stream = {
    ...namedGroup(input.logGroupName, context),
    streamName: input.logStreamName,
  };
  let rejected: RejectedLogEventsInfo | undefined;
  const appended = await appendEvents(store, stream, events, nowMs, {
    create: false,
    accept: (group) => {
      const screened = screen(events, group, nowMs);
      rejected = screened.rejected;
      return screened.accepted;
    },
  });
  liveTails.publish(stream, appended.events);
  return {
    nextSequenceToken: String(appended.stream.nextSequence).padStart(SEQUENCE_TOKEN_DIGITS, '0'),
    rejectedLogEventsInfo: rejected,
  };
}

/** Nobody needs the token since 2023-01; AWS still answers one, and takes any. */
const SEQUENCE_TOKEN_DIGITS = 56;

function checkBatch(events: readonly LogEvent[]): void {
  const sizeBytes = events.reduce((sum, event) => sum + eventBytes(event), 0);
  if (sizeBytes > BATCH_BYTES_MAX) throw uploadTooLarge(sizeBytes, BATCH_BYTES_MAX);
  const times = events.map(({ timestampMs }) => timestampMs);
  if (times.some((time, index) => time < (times[index - 1] ?? 0))) throw wrongOrder();
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > BATCH_SPAN_MS) throw batchTooLong();
}

/** Leaves out what is too old, expired, or too new, and says from where to where. */
function screen(events: readonly LogEvent[], { retentionInDays }: GroupRecord, nowMs: number) {
  const oldBeforeMs = nowMs - EVENT_AGE_MAX_MS;
  const expiredBeforeMs = nowMs - (retentionInDays ?? Infinity) * DAY_MS;
  const before = (timeMs: number) => {
    const index = events.findIndex(({ timestampMs }) => timestampMs >= timeMs);
    return index === -1 ? events.length : index;
  };
  const tooOld = before(oldBeforeMs);
  const expired = before(expiredBeforeMs);
  const end = before(nowMs + EVENT_FUTURE_MAX_MS + 1);
  const start = Math.max(tooOld, expired);
  const rejected: RejectedLogEventsInfo = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    ...(end < events.length && { tooNewLogEventStartIndex: end }),
  };
  const isAllAccepted = Object.keys(rejected).length === 0;
  return {
    accepted: events.slice(start, end),
    rejected: isAllAccepted ? undefined : rejected,
  };
}
