/** GetLogEvents: the events of one stream, from either end, and on in either direction. */
import type {
  GetLogEventsRequest,
  GetLogEventsResponse,
} from '../../../model/generated/logs.types.ts';
import type { RequestContext } from '../../service.ts';
import { invalidToken, logStreamNotFound } from '../errors.ts';
import { PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../limits.ts';
import { identifiedGroup } from '../log-group-name.ts';
import { decodeEvent, eventKey, streamEventsRange, streamKey } from '../log-records.ts';
import type { StoredEvent } from '../log-records.ts';
import { findGroup } from '../resources/log-groups.ts';
import type { LogsState } from '../state.ts';

/** A place between two events: before the event with this time and number. */
interface Gap {
  readonly timestampMs: number;
  readonly sequence: number;
}

export async function getLogEvents(
  state: LogsState,
  input: GetLogEventsRequest,
  context: RequestContext,
): Promise<GetLogEventsResponse> {
  await state.intake.flush();
  const group = identifiedGroup(input, context);
  await findGroup(state, group);
  const reference = { ...group, streamName: input.logStreamName };
  if (!(await state.store.get(streamKey(reference)))) throw logStreamNotFound();
  const token = input.nextToken === undefined ? undefined : readToken(input.nextToken);
  const forward = token ? token.forward : input.startFromHead === true;
  const startMs = input.startTime ?? 0;
  let start = eventKey(reference, startMs);
  let end =
    input.endTime === undefined
      ? streamEventsRange(reference).end
      : eventKey(reference, input.endTime);
  if (token) {
    const key = eventKey(reference, token.gap.timestampMs, token.gap.sequence);
    if (forward && Buffer.compare(key, start) > 0) start = key;
    if (!forward && Buffer.compare(key, end) < 0) end = key;
  }
  const limit = input.limit ?? PAGE_EVENTS_MAX;
  const isEmpty = Buffer.compare(start, end) >= 0;
  const bounds = { limit, bytesMax: PAGE_BYTES_MAX, reverse: !forward };
  const entries = isEmpty ? [] : await state.store.range({ start, end, ...bounds });
  const events = entries.map(({ key, value }) => decodeEvent(key, value));
  if (!forward) events.reverse();
  return {
    events: events.map(({ timestampMs, message, ingestionMs }) => {
      return { timestamp: timestampMs, message, ingestionTime: ingestionMs };
    }),
    ...tokensAround(events, token?.gap ?? { timestampMs: startMs, sequence: 0 }),
  };
}

/** Where nothing was found both tokens stay where they were, which is how clients see the end. */
function tokensAround(events: readonly StoredEvent[], gap: Gap) {
  const [first, last] = [events[0], events.at(-1)];
  return {
    nextForwardToken: writeToken('f', last ? { ...last, sequence: last.sequence + 1 } : gap),
    nextBackwardToken: writeToken('b', first ?? gap),
  };
}

const TIME_DIGITS = 14;
const SEQUENCE_DIGITS = 42;
const TOKEN = /^([fb])\/(\d{14})(\d{42})\/s$/;

/** `f/` and 56 digits, as AWS's look. */
function writeToken(direction: 'f' | 'b', { timestampMs, sequence }: Gap): string {
  const time = String(timestampMs).padStart(TIME_DIGITS, '0');
  return `${direction}/${time}${String(sequence).padStart(SEQUENCE_DIGITS, '0')}/s`;
}

function readToken(token: string): { forward: boolean; gap: Gap } {
  const [, direction, time, sequence] = TOKEN.exec(token) ?? [];
  const gap = { timestampMs: Number(time), sequence: Number(sequence) };
  if (!Number.isSafeInteger(gap.timestampMs) || !Number.isSafeInteger(gap.sequence)) {
    throw invalidToken();
  }
  return { forward: direction === 'f', gap };
}
