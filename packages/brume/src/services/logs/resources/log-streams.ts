/** Log streams of a group. */
import type {
  CreateLogStreamRequest,
  DeleteLogStreamRequest,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  LogStream,
} from '../../../model/generated/logs.types.ts';
import type { RequestContext } from '../../service.ts';
import { newStream } from '../append-events.ts';
import {
  logGroupNotFound,
  logStreamExists,
  logStreamNotFound,
  orderWithPrefix,
} from '../errors.ts';
import { DESCRIBE_ITEMS_MAX } from '../limits.ts';
import { identifiedGroup, namedGroup } from '../log-group-name.ts';
import {
  groupKey,
  putRecord,
  streamArn,
  streamEventsRange,
  streamKey,
  streamsRange,
  type GroupReference,
  type StreamRecord,
} from '../log-records.ts';
import { pageOf } from '../paging.ts';
import { readAllRecords, readRecords } from '../read-records.ts';
import type { LogsState } from '../state.ts';
import { findGroup } from './log-groups.ts';

type Nothing = Record<string, never>;

export async function createLogStream(
  { store, environment }: LogsState,
  input: CreateLogStreamRequest,
  context: RequestContext,
): Promise<Nothing> {
  const group = namedGroup(input.logGroupName, context);
  const reference = { ...group, streamName: input.logStreamName };
  const key = streamKey(reference);
  const stream = newStream(reference, Math.floor(environment.clock.nowMs()));
  await store.transact([groupKey(group), key], ([groupValue, value]) => {
    if (!groupValue) throw logGroupNotFound();
    if (value) throw logStreamExists();
    return { writes: [putRecord(key, stream)], result: undefined };
  });
  return {};
}

export async function deleteLogStream(
  { store, intake }: LogsState,
  input: DeleteLogStreamRequest,
  context: RequestContext,
): Promise<Nothing> {
  const group = namedGroup(input.logGroupName, context);
  const reference = { ...group, streamName: input.logStreamName };
  await intake.flush();
  const key = streamKey(reference);
  await store.transact([groupKey(group), key], ([groupValue, value]) => {
    if (!groupValue) throw logGroupNotFound();
    if (!value) throw logStreamNotFound();
    const events = { type: 'delete-range', ...streamEventsRange(reference) } as const;
    return { writes: [{ type: 'delete', key }, events], result: undefined };
  });
  return {};
}

export async function describeLogStreams(
  state: LogsState,
  input: DescribeLogStreamsRequest,
  context: RequestContext,
): Promise<DescribeLogStreamsResponse> {
  const { logStreamNamePrefix = '', orderBy, descending = false } = input;
  const byTime = orderBy === 'LastEventTime';
  if (byTime && logStreamNamePrefix !== '') throw orderWithPrefix();
  await state.intake.flush();
  const group = identifiedGroup(input, context);
  await findGroup(state, group);
  const range = streamsRange(group);
  const streams = byTime
    ? await streamsByTime(state, group, descending)
    : readRecords<StreamRecord>(state.store, range, { reverse: descending });
  const { items, nextToken } = await pageOf(streams, {
    limit: input.limit ?? DESCRIBE_ITEMS_MAX,
    token: input.nextToken,
    orderOf: byTime ? timeOrder : ({ name }) => name,
    descending,
    includes: ({ name }) => name.startsWith(logStreamNamePrefix),
  });
  return { logStreams: items.map((stream) => described(group, stream)), nextToken };
}

async function streamsByTime(
  { store }: LogsState,
  group: GroupReference,
  descending: boolean,
): Promise<StreamRecord[]> {
  const streams = await readAllRecords<StreamRecord>(store, streamsRange(group));
  const sorted = streams.toSorted((a, b) => (timeOrder(a) < timeOrder(b) ? -1 : 1));
  return descending ? sorted.reverse() : sorted;
}

/** Streams without events come by the time at which they were made. Names make the order total. */
function timeOrder({ lastEventMs, createdMs, name }: StreamRecord): string {
  return `${String(lastEventMs ?? createdMs).padStart(16, '0')}:${name}`;
}

function described(group: GroupReference, stream: StreamRecord): LogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdMs,
    firstEventTimestamp: stream.firstEventMs,
    lastEventTimestamp: stream.lastEventMs,
    lastIngestionTime: stream.lastIngestionMs,
    arn: streamArn({ ...group, streamName: stream.name }),
    // "As of June 17, 2019, this parameter is no longer supported for log streams": always zero.
    storedBytes: 0,
  };
}
