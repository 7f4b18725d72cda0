/** Where the record of an event goes that is over: to a function, or, so far, into the log. */
import type { Logger } from '../../../telemetry/log.ts';
import { functionArn, LATEST, parseFunctionName } from '../function-name.ts';
import type { VersionRecord } from '../function-record.ts';
import type { AnsweredEvent, Ending, EventSettings, QueuedEvent } from './event-queue.ts';

export interface DestinationHost {
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

/** The events for other functions that an event leaves behind. */
export function destinationEvents(
  host: DestinationHost,
  event: QueuedEvent,
  ending: Ending,
  { onSuccess, onFailure }: EventSettings,
): readonly QueuedEvent[] {
  const destination = ending.condition === 'Success' ? onSuccess : onFailure;
  if (destination === undefined) return [];
  const record = destinationRecord(event, ending, host.nowMs());
  const [, , service, region = '', accountId = ''] = destination.split(':');
  if (service !== 'lambda') {
    const { functionName, requestId } = event;
    const fields = { destination, function: functionName, requestId, record };
    host.log.log('warn', 'A destination of events is not there yet: only functions are', fields);
    return [];
  }
  return [
    {
      requestId: host.newId(),
      functionName: destination,
      accountId,
      region,
      payload: Buffer.from(record).toString('base64'),
      traceId: event.traceId,
    },
  ];
}

/** Says that an event which failed would go to a dead-letter queue. */
export function logDeadLetter(
  log: Logger,
  event: QueuedEvent,
  { settings }: Pick<VersionRecord, 'settings'>,
  { answer }: Ending,
): void {
  const queue = settings.DeadLetterConfig?.TargetArn;
  if (queue === undefined) return;
  log.log('warn', 'A dead-letter queue is not there yet: neither SQS nor SNS is', {
    queue,
    function: event.functionName,
    requestId: event.requestId,
    event: decoded(event.payload),
    error: answer && Buffer.from(answer.payload).toString(),
  });
}

/**
 * Version 1.0 of the record, recorded 2025-11-24 and 2025-11-25. Event and answer are put in as they
 * are, so that no number of theirs changes.
 */
export function destinationRecord(event: QueuedEvent, ending: Ending, nowMs: number): string {
  const { condition, invocations, answer } = ending;
  const reference = parseFunctionName(event.functionName, event.qualifier, event);
  const members: [string, string][] = [
    ['version', '"1.0"'],
    ['timestamp', JSON.stringify(new Date(nowMs).toISOString())],
    [
      'requestContext',
      JSON.stringify({
        requestId: event.requestId,
        functionArn: functionArn(reference, reference.qualifier ?? LATEST),
        condition,
        approximateInvokeCount: invocations,
      }),
    ],
    ['requestPayload', decoded(event.payload)],
    ...(answer ? answerMembers(answer) : []),
  ];
  return `{${members.map(([name, json]) => `"${name}":${json}`).join()}}`;
}

function answerMembers(answer: AnsweredEvent): [string, string][] {
  const { executedVersion, functionError } = answer;
  const context = { statusCode: 200, executedVersion, functionError };
  return [
    ['responseContext', JSON.stringify(context)],
    ['responsePayload', asJson(Buffer.from(answer.payload).toString())],
  ];
}

/** A custom runtime may answer what is not JSON; it is text then. */
function asJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
