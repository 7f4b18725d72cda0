/**
 * What may become of an operation, and what the history says of it: pure functions of the operation,
 * of what is asked and of the time. The rules are those that AWS's SDKs for durable functions live by
 * (JavaScript 2.4.0); the texts of refusals are Brume's.
 */
import type {
  ErrorObject,
  Event,
  OperationStatus,
  OperationType,
  OperationUpdate,
} from '../../../model/generated/lambda.types.ts';
import { invalidParameter } from '../errors.ts';
import type { OperationRecord } from './execution-record.ts';

/** An operation as it is from now on, but for its place and revision. */
export type Changed = Omit<OperationRecord, 'index' | 'revision'>;

export interface Transition {
  readonly operation: Changed;
  /** Absent where the history says nothing of it. */
  readonly event?: Event;
}

const OPEN: ReadonlySet<OperationStatus> = new Set(['STARTED', 'PENDING', 'READY']);

export const isOpen = ({ status }: Pick<OperationRecord, 'status'>) => OPEN.has(status);

/** Whether an open operation goes on by itself, so that the function need not run meanwhile. */
export function isAwaited({ type, status }: OperationRecord): boolean {
  if (type === 'STEP') return status === 'PENDING';
  return status === 'STARTED' && type !== 'EXECUTION' && type !== 'CONTEXT';
}

/** What a function tells of an operation at a checkpoint. */
export function applyUpdate(
  update: OperationUpdate,
  before: OperationRecord | undefined,
  nowMs: number,
  callbackId: string,
): Transition {
  const { Type: type, Action: action } = update;
  if (before && before.type !== type) throw refused(update, before);
  if (action === 'START') return started(update, before, nowMs, callbackId);
  if (!before || before.status !== 'STARTED') throw refused(update, before);
  if (action === 'CANCEL') return cancelled(update, before, nowMs);
  if (type === 'STEP') return stepEnded(update, before, nowMs);
  if (type !== 'CONTEXT' || action === 'RETRY') throw refused(update, before);
  const replayChildren = update.ContextOptions?.ReplayChildren ?? false;
  return action === 'SUCCEED'
    ? succeeded({ ...before, replayChildren }, update.Payload, nowMs)
    : failed({ ...before, replayChildren }, update.Error ?? {}, nowMs);
}

function started(
  update: OperationUpdate,
  before: OperationRecord | undefined,
  nowMs: number,
  callbackId: string,
): Transition {
  const isNextAttempt = update.Type === 'STEP' && before?.status === 'READY';
  if ((before && !isNextAttempt) || update.Type === 'EXECUTION') throw refused(update, before);
  const operation: Changed = {
    ...(before ?? {
      id: update.Id,
      parentId: update.ParentId,
      name: update.Name,
      type: update.Type,
      subType: update.SubType,
      startMs: nowMs,
    }),
    status: 'STARTED',
  };
  switch (update.Type) {
    case 'WAIT':
      return startedWait(operation, update, nowMs);
    case 'CALLBACK':
      return startedCallback(operation, update, nowMs, callbackId);
    case 'CHAINED_INVOKE':
      return startedInvocation(operation, update, nowMs);
    case 'STEP':
      return step(operation, event('StepStarted', operation, nowMs, { StepStartedDetails: {} }));
    default:
      return step(
        operation,
        event('ContextStarted', operation, nowMs, { ContextStartedDetails: {} }),
      );
  }
}

const step = (operation: Changed, what: Event): Transition => ({ operation, event: what });

function startedWait(operation: Changed, update: OperationUpdate, nowMs: number): Transition {
  const seconds = update.WaitOptions?.WaitSeconds;
  if (seconds === undefined) throw invalidParameter('A WAIT operation needs WaitSeconds.');
  const dueMs = nowMs + seconds * 1000;
  const details = { Duration: seconds, ScheduledEndTimestamp: new Date(dueMs) };
  const what = event('WaitStarted', operation, nowMs, { WaitStartedDetails: details });
  return { operation: { ...operation, dueMs }, event: what };
}

function startedCallback(
  operation: Changed,
  { CallbackOptions: options = {} }: OperationUpdate,
  nowMs: number,
  callbackId: string,
): Transition {
  const { TimeoutSeconds: timeout = 0, HeartbeatTimeoutSeconds: every = 0 } = options;
  const details = {
    CallbackId: callbackId,
    Timeout: timeout,
    HeartbeatTimeout: every,
  };
  return {
    operation: {
      ...operation,
      ...(timeout > 0 && { dueMs: nowMs + timeout * 1000 }),
      ...(every > 0 && { heartbeat: { everyMs: every * 1000, dueMs: nowMs + every * 1000 } }),
    },
    event: event('CallbackStarted', operation, nowMs, { CallbackStartedDetails: details }),
  };
}

function startedInvocation(operation: Changed, update: OperationUpdate, nowMs: number): Transition {
  const { ChainedInvokeOptions: options, Payload: input } = update;
  if (!options) throw invalidParameter('A CHAINED_INVOKE operation needs a FunctionName.');
  if (options.TenantId !== undefined) {
    throw invalidParameter('Brume does not chain invocations of tenants yet.');
  }
  const { FunctionName: functionName } = options;
  const details = { FunctionName: functionName, Input: { Payload: input } };
  return {
    operation: { ...operation, functionName, input },
    event: event('ChainedInvokeStarted', operation, nowMs, {
      ChainedInvokeStartedDetails: details,
    }),
  };
}

function cancelled(update: OperationUpdate, before: OperationRecord, nowMs: number): Transition {
  if (before.type !== 'WAIT') throw refused(update, before);
  const operation: Changed = { ...before, status: 'CANCELLED', endMs: nowMs };
  const details = { Error: update.Error && { Payload: update.Error } };
  return step(operation, event('WaitCancelled', before, nowMs, { WaitCancelledDetails: details }));
}

/** A step's attempt ends: for good, or to be tried again. */
function stepEnded(update: OperationUpdate, before: OperationRecord, nowMs: number): Transition {
  const attempt = (before.attempt ?? 0) + 1;
  const { Payload: result, Error: error } = update;
  if (update.Action === 'SUCCEED') {
    const details = {
      Result: { Payload: result },
      RetryDetails: { CurrentAttempt: attempt },
    };
    return {
      operation: { ...before, status: 'SUCCEEDED', attempt, result, error, endMs: nowMs },
      event: event('StepSucceeded', before, nowMs, { StepSucceededDetails: details }),
    };
  }
  const delaySeconds =
    update.Action === 'RETRY' ? (update.StepOptions?.NextAttemptDelaySeconds ?? 1) : undefined;
  const details = {
    Error: { Payload: error ?? {} },
    RetryDetails: { CurrentAttempt: attempt, NextAttemptDelaySeconds: delaySeconds },
  };
  const tried = { ...before, attempt, result, error };
  return {
    operation:
      delaySeconds === undefined
        ? { ...tried, status: 'FAILED', endMs: nowMs }
        : { ...tried, status: 'PENDING', dueMs: nowMs + delaySeconds * 1000 },
    event: event('StepFailed', before, nowMs, { StepFailedDetails: details }),
  };
}

/** What time alone has made of an operation; undefined where it is as it was. */
export function applyTime(before: OperationRecord, nowMs: number): Transition | undefined {
  if (!isAwaited(before)) return undefined;
  const { dueMs = Infinity, heartbeat, startMs } = before;
  if (before.type === 'STEP' && nowMs >= dueMs) {
    return { operation: { ...before, status: 'READY', dueMs: undefined } };
  }
  if (before.type === 'WAIT' && nowMs >= dueMs) {
    const details = { Duration: Math.round((dueMs - startMs) / 1000) };
    const what = event('WaitSucceeded', before, nowMs, { WaitSucceededDetails: details });
    return { operation: { ...before, status: 'SUCCEEDED', endMs: nowMs }, event: what };
  }
  if (before.type !== 'CALLBACK') return undefined;
  if (nowMs >= dueMs) return callbackTimedOut(before, 'Callback timed out', nowMs);
  if (heartbeat && nowMs >= heartbeat.dueMs) {
    return callbackTimedOut(before, 'Callback heartbeat timed out', nowMs);
  }
  return undefined;
}

/** When time will change the operation next. */
export function dueMsOf(operation: OperationRecord): number {
  if (!isAwaited(operation)) return Infinity;
  return Math.min(operation.dueMs ?? Infinity, operation.heartbeat?.dueMs ?? Infinity);
}

function callbackTimedOut(before: OperationRecord, ErrorMessage: string, nowMs: number) {
  return ended('TIMED_OUT', before, { ErrorMessage, ErrorType: 'Callback.Timeout' }, nowMs);
}

export function succeeded(
  before: OperationRecord,
  result: string | undefined,
  nowMs: number,
): Transition {
  const operation: Changed = { ...before, status: 'SUCCEEDED', result, endMs: nowMs };
  return step(operation, endEvent('Succeeded', before, nowMs, { Result: { Payload: result } }));
}

export function failed(before: OperationRecord, error: ErrorObject, nowMs: number): Transition {
  return ended('FAILED', before, error, nowMs);
}

const END_WORDS = { FAILED: 'Failed', TIMED_OUT: 'TimedOut', STOPPED: 'Stopped' } as const;

export function ended(
  status: keyof typeof END_WORDS,
  before: OperationRecord,
  error: ErrorObject,
  nowMs: number,
): Transition {
  const details = { Error: { Payload: error } };
  const what = endEvent(END_WORDS[status], before, nowMs, details);
  return step({ ...before, status, error, endMs: nowMs }, what);
}

/** What the events of a type of operation begin with. */
const EVENT_WORDS: Readonly<Record<OperationType, string>> = {
  EXECUTION: 'Execution',
  CONTEXT: 'Context',
  STEP: 'Step',
  WAIT: 'Wait',
  CALLBACK: 'Callback',
  CHAINED_INVOKE: 'ChainedInvoke',
};

/** The model names event and details after the type and its end. */
function endEvent(word: string, operation: Changed, nowMs: number, details: object): Event {
  const type = `${EVENT_WORDS[operation.type]}${word}`;
  return event(type as Event['EventType'], operation, nowMs, { [`${type}Details`]: details });
}

export function event(
  type: Event['EventType'],
  { id, parentId, name, subType }: Changed,
  nowMs: number,
  details: Partial<Event>,
): Event {
  return {
    EventType: type,
    SubType: subType,
    Id: id,
    Name: name,
    ParentId: parentId,
    EventTimestamp: new Date(nowMs),
    ...details,
  };
}

function refused(
  { Id: id, Type: type, Action: action }: OperationUpdate,
  before?: OperationRecord,
) {
  const state = before ? `${before.type} and ${before.status}` : 'not there';
  return invalidParameter(`${type} operation ${id} cannot ${action}: it is ${state}.`);
}
