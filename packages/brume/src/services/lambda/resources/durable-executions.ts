/** Durable executions as callers see them: what they are, what they did, and what is told to them. */
import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  Event,
  Execution,
  GetDurableExecutionHistoryRequest,
  GetDurableExecutionHistoryResponse,
  GetDurableExecutionRequest,
  GetDurableExecutionResponse,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
  ListDurableExecutionsByFunctionRequest,
  ListDurableExecutionsByFunctionResponse,
  SendDurableExecutionCallbackFailureRequest,
  SendDurableExecutionCallbackHeartbeatRequest,
  SendDurableExecutionCallbackSuccessRequest,
  StopDurableExecutionRequest,
  StopDurableExecutionResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import {
  checkpointToken,
  checkToken,
  executionArn,
  parseCallbackId,
  parseExecutionArn,
  type ExecutionName,
} from '../durable/execution-names.ts';
import {
  decodeEvent,
  eventsRange,
  startsRange,
  type ExecutionRecord,
} from '../durable/execution-record.ts';
import { statePage } from '../durable/invocation.ts';
import { EXECUTIONS_READ_MAX, STATE_OPERATIONS_MAX } from '../durable/limits.ts';
import { operationView, replayed } from '../durable/operation-view.ts';
import { invalidParameter, otherAccount } from '../errors.ts';
import { findFunction, findVersion } from '../function-lookup.ts';
import { functionArn, parseFunctionName } from '../function-name.ts';
import { decodeRecord } from '../function-record.ts';
import { readPage } from '../paging.ts';
import type { LambdaState } from '../state.ts';

const ITEMS_DEFAULT = 100;
const ITEMS_MAX = 1000;
const EMPTY = {};

export async function checkpointDurableExecution(
  { durable }: LambdaState,
  input: CheckpointDurableExecutionRequest,
  context: RequestContext,
): Promise<CheckpointDurableExecutionResponse> {
  checkOwn(parseExecutionArn(input.DurableExecutionArn), context);
  const { record, operations } = await durable.checkpoint(input.DurableExecutionArn, {
    token: input.CheckpointToken,
    clientToken: input.ClientToken,
    updates: input.Updates ?? [],
  });
  return {
    CheckpointToken: checkpointToken(record),
    NewExecutionState: { Operations: operations.map((each) => operationView(record, each)) },
  };
}

export async function getDurableExecution(
  { durable }: LambdaState,
  input: GetDurableExecutionRequest,
  context: RequestContext,
): Promise<GetDurableExecutionResponse> {
  checkOwn(parseExecutionArn(input.DurableExecutionArn), context);
  const { record, root } = await durable.find(input.DurableExecutionArn);
  const isDataIncluded = input.IncludeExecutionData !== false;
  return {
    ...listed(record),
    ...(isDataIncluded && { InputPayload: root.input, Result: root.result, Error: root.error }),
    ExecutionDataIncluded: isDataIncluded,
    Version: record.version,
    TraceHeader: record.traceId === undefined ? undefined : { XAmznTraceId: record.traceId },
    DurableConfig: {
      ExecutionTimeout: record.timeoutSeconds,
      RetentionPeriodInDays: record.retentionDays,
    },
  };
}

export async function getDurableExecutionState(
  { durable }: LambdaState,
  input: GetDurableExecutionStateRequest,
  context: RequestContext,
): Promise<GetDurableExecutionStateResponse> {
  checkOwn(parseExecutionArn(input.DurableExecutionArn), context);
  const live = await durable.find(input.DurableExecutionArn);
  checkToken(live.record, input.CheckpointToken);
  const first = Number(input.Marker ?? 0);
  if (!Number.isSafeInteger(first) || first < 0) throw invalidMarker();
  const itemsMax = input.MaxItems || STATE_OPERATIONS_MAX;
  const page = statePage(live.record, replayed(live.operations), first, itemsMax);
  return { Operations: page.operations, NextMarker: page.nextMarker };
}

export async function getDurableExecutionHistory(
  { durable, store }: LambdaState,
  input: GetDurableExecutionHistoryRequest,
  context: RequestContext,
): Promise<GetDurableExecutionHistoryResponse> {
  checkOwn(parseExecutionArn(input.DurableExecutionArn), context);
  const { record } = await durable.find(input.DurableExecutionArn);
  const reverse = input.ReverseOrder === true;
  const itemsMax = input.MaxItems || ITEMS_DEFAULT;
  const range = { ...eventsRange(record.id), reverse };
  const page = await readPage(store, range, input.Marker, itemsMax, ITEMS_MAX);
  const events = page.entries.map(({ value }) => decodeEvent(value));
  return {
    Events: input.IncludeExecutionData === true ? events : events.map(withoutData),
    NextMarker: page.nextMarker,
  };
}

export async function listDurableExecutionsByFunction(
  state: LambdaState,
  input: ListDurableExecutionsByFunctionRequest,
  context: RequestContext,
): Promise<ListDurableExecutionsByFunctionResponse> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const record = await findFunction(state.store, reference);
  const version =
    reference.qualifier === undefined
      ? undefined
      : (await findVersion(state, reference)).version.version;
  const isWanted = (execution: ExecutionRecord) =>
    (version === undefined || execution.version === version) &&
    (input.DurableExecutionName ?? execution.executionName) === execution.executionName &&
    (input.Statuses?.includes(execution.status) ?? true) &&
    execution.startMs >= (input.StartedAfter?.getTime() ?? 0) &&
    execution.startMs <= (input.StartedBefore?.getTime() ?? Infinity);
  const range = { ...startsRange(record), reverse: input.ReverseOrder === true };
  const found: Execution[] = [];
  let marker = input.Marker;
  // Pages may be short, or empty, where few of the function's executions are wanted.
  const itemsMax = input.MaxItems || ITEMS_DEFAULT;
  for (let read = 0; read < EXECUTIONS_READ_MAX; read += ITEMS_MAX) {
    const page = await readPage(state.store, range, marker, itemsMax - found.length, ITEMS_MAX);
    const values = await state.store.getMany(page.entries.map(({ value }) => value));
    const executions = values.flatMap((value) => value ?? []).map(decodeRecord<ExecutionRecord>);
    found.push(...executions.filter(isWanted).map(listed));
    marker = page.nextMarker;
    if (marker === undefined || found.length >= itemsMax) break;
  }
  return { DurableExecutions: found, NextMarker: marker };
}

export async function stopDurableExecution(
  { durable }: LambdaState,
  input: StopDurableExecutionRequest,
  context: RequestContext,
): Promise<StopDurableExecutionResponse> {
  checkOwn(parseExecutionArn(input.DurableExecutionArn), context);
  const { endMs = 0 } = await durable.stop(input.DurableExecutionArn, input.Error ?? {});
  return { StopTimestamp: new Date(endMs) };
}

export async function sendDurableExecutionCallbackSuccess(
  { durable }: LambdaState,
  input: SendDurableExecutionCallbackSuccessRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  checkOwn(parseCallbackId(input.CallbackId), context);
  const result = Buffer.from(input.Result ?? []).toString();
  await durable.callbackSucceeded(input.CallbackId, result);
  return EMPTY;
}

export async function sendDurableExecutionCallbackFailure(
  { durable }: LambdaState,
  input: SendDurableExecutionCallbackFailureRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  checkOwn(parseCallbackId(input.CallbackId), context);
  await durable.callbackFailed(input.CallbackId, input.Error ?? {});
  return EMPTY;
}

export async function sendDurableExecutionCallbackHeartbeat(
  { durable }: LambdaState,
  input: SendDurableExecutionCallbackHeartbeatRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  checkOwn(parseCallbackId(input.CallbackId), context);
  await durable.callbackBeat(input.CallbackId);
  return EMPTY;
}

/** Whoever knows the name of another account's execution may do nothing with it. */
function checkOwn({ accountId }: ExecutionName, context: RequestContext): void {
  if (accountId !== context.accountId) throw otherAccount();
}

function listed(record: ExecutionRecord): Execution {
  return {
    DurableExecutionArn: executionArn(record),
    DurableExecutionName: record.executionName,
    FunctionArn: functionArn(record, record.version),
    Status: record.status,
    StartTimestamp: new Date(record.startMs),
    EndTimestamp: record.endMs === undefined ? undefined : new Date(record.endMs),
  };
}

/** An event without what functions gave and got. */
function withoutData(what: Event): Event {
  const text = JSON.stringify(what, (name, member: unknown) =>
    name === 'Payload' ? undefined : member,
  );
  return decodeEvent(Buffer.from(text));
}

function invalidMarker() {
  return invalidParameter('The provided marker is invalid.');
}
