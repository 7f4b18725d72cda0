/** StartLiveTail: events as they are stored, told once a second for up to three hours. */
import { AwsError } from '../../../model/aws-error.ts';
import type { Environment } from '../../../environment/environment.ts';
import type {
  LiveTailSessionLogEvent,
  StartLiveTailRequest,
  StartLiveTailResponse,
  StartLiveTailResponseStream,
} from '../../../model/generated/logs.types.ts';
import type { RequestContext } from '../../service.ts';
import { invalidParameter } from '../errors.ts';
import { compileFilterPattern } from '../filter-pattern/filter-pattern.ts';
import {
  LIVE_TAIL_EVENTS_PER_SECOND,
  LIVE_TAIL_SESSION_MS,
  LIVE_TAIL_SESSIONS_MAX,
} from '../limits.ts';
import { identifiedGroup } from '../log-group-name.ts';
import type { LiveTail } from '../live-tails.ts';
import { groupArn, type StoredEvent, type StreamReference } from '../log-records.ts';
import { findGroup } from '../resources/log-groups.ts';
import type { LogsState } from '../state.ts';

const SECOND_MS = 1000;

export async function startLiveTail(
  state: LogsState,
  input: StartLiveTailRequest,
  context: RequestContext,
): Promise<StartLiveTailResponse> {
  const groups = input.logGroupIdentifiers.map((logGroupIdentifier) =>
    identifiedGroup({ logGroupIdentifier }, context),
  );
  for (const group of groups) await findGroup(state, group);
  const { logStreamNames, logStreamNamePrefixes, logEventFilterPattern } = input;
  const isOneGroup = groups.length === 1;
  if (!isOneGroup && (logStreamNames ?? logStreamNamePrefixes) !== undefined) {
    // Not in the recordings: wording of Brume's own for a rule of the API reference.
    throw invalidParameter('Log streams can be chosen in a single log group only.');
  }
  if (state.liveTails.count >= LIVE_TAIL_SESSIONS_MAX) throw tooManySessions();
  const pattern = compileFilterPattern(logEventFilterPattern);
  const arns = new Set(groups.map(groupArn));
  const gathered: Gathered = { events: [], isSampled: false };
  const tail: LiveTail = (stream, event) => {
    if (!arns.has(groupArn(stream)) || !isChosen(stream.streamName, input)) return;
    if (pattern.matches(event.message)) gather(gathered, stream, event);
  };
  const sessionStart = {
    requestId: context.requestId,
    sessionId: state.environment.random.uuid(),
    logGroupIdentifiers: [...arns],
    logStreamNames: logStreamNames ?? [],
    logStreamNamePrefixes: logStreamNamePrefixes ?? [],
    logEventFilterPattern: logEventFilterPattern ?? '',
  };
  return { responseStream: session(state, { sessionStart }, tail, gathered, context.signal) };
}

/** What has come in this second. */
interface Gathered {
  events: LiveTailSessionLogEvent[];
  isSampled: boolean;
}

function isChosen(streamName: string, input: StartLiveTailRequest): boolean {
  const { logStreamNames, logStreamNamePrefixes } = input;
  if (logStreamNames === undefined && logStreamNamePrefixes === undefined) return true;
  return (
    logStreamNames?.includes(streamName) === true ||
    logStreamNamePrefixes?.some((prefix) => streamName.startsWith(prefix)) === true
  );
}

function gather(gathered: Gathered, stream: StreamReference, event: StoredEvent): void {
  if (gathered.events.length >= LIVE_TAIL_EVENTS_PER_SECOND) {
    gathered.isSampled = true;
    return;
  }
  gathered.events.push({
    logStreamName: stream.streamName,
    logGroupIdentifier: `${stream.accountId}:${stream.groupName}`,
    message: event.message,
    timestamp: event.timestampMs,
    ingestionTime: event.ingestionMs,
  });
}

/** Watches from when the answer's first part is asked for until its reader is gone. */
async function* session(
  { environment, liveTails }: LogsState,
  start: StartLiveTailResponseStream,
  tail: LiveTail,
  gathered: Gathered,
  signal: AbortSignal | undefined,
): AsyncGenerator<StartLiveTailResponseStream> {
  const { clock, timers } = environment;
  const endMs = clock.monotonicMs() + LIVE_TAIL_SESSION_MS;
  const stop = liveTails.add(tail);
  try {
    yield start;
    while (signal?.aborted !== true) {
      await second(timers, signal);
      const { events, isSampled } = gathered;
      Object.assign(gathered, { events: [], isSampled: false });
      yield { sessionUpdate: { sessionMetadata: { sampled: isSampled }, sessionResults: events } };
      if (clock.monotonicMs() > endMs) throw sessionTimeout();
    }
  } finally {
    stop();
  }
}

/** Resolves after a second, or when the client has gone. */
function second(timers: Environment['timers'], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = timers.after(SECOND_MS, done);
    signal?.addEventListener('abort', done);
  });
}

function sessionTimeout(): AwsError {
  return new AwsError({
    code: 'SessionTimeoutException',
    message: 'Live Tail session has timed out.',
  });
}

function tooManySessions(): AwsError {
  return new AwsError({
    code: 'LimitExceededException',
    message: 'Resource limit exceeded.',
  });
}
