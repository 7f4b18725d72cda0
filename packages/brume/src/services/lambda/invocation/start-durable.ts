/** Invoking a durable function from outside: an execution begins, and may be waited for. */
import { executionArn } from '../durable/execution-names.ts';
import { errorPayload } from '../durable/invocation.ts';
import { SYNCHRONOUS_TIMEOUT_SECONDS_MAX } from '../durable/limits.ts';
import type { LiveExecution } from '../durable/live-execution.ts';
import { invalidParameter } from '../errors.ts';
import type { FoundVersion } from '../function-lookup.ts';
import type { QualifiedReference } from '../function-name.ts';
import type { InvokeRequest, InvokeResult } from '../port.ts';
import type { LambdaState } from '../state.ts';

interface DurableStart extends FoundVersion {
  readonly reference: QualifiedReference;
  readonly payload: Uint8Array;
}

/** Begins an execution, and waits for its end unless it was asked for as an event. */
export async function startDurable(
  state: LambdaState,
  request: InvokeRequest,
  { reference, record, version, payload }: DurableStart,
): Promise<InvokeResult> {
  const { DurableConfig: settings } = version.settings;
  if (!settings) throw notDurable(record.name);
  if (reference.qualifier === undefined) {
    // As AWS's users quote it (serverless/serverless pull request 13589, 2026-05-18).
    throw invalidParameter('You cannot invoke a durable function using an unqualified ARN.');
  }
  const isEvent = request.invocationType === 'Event';
  if (!isEvent && settings.ExecutionTimeout > SYNCHRONOUS_TIMEOUT_SECONDS_MAX) {
    // Not recorded: from memory.
    throw invalidParameter(
      'You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes.',
    );
  }
  const live = await state.durable.start({
    function: record,
    version: version.version,
    settings,
    payload: Buffer.from(payload).toString(),
    executionName: request.durableExecutionName,
    traceId: request.traceId,
  });
  if (!isEvent) return answerOf(await ended(live));
  return {
    ...answerOf(live),
    statusCode: 202,
    payload: new Uint8Array(),
    functionError: undefined,
  };
}

export function notDurable(name: string) {
  // Not in the recordings: wording of Brume's own.
  return invalidParameter(`Function ${name} is not durable, and has no durable executions.`);
}

export async function ended(live: LiveExecution): Promise<LiveExecution> {
  return live.isRunning ? live.ended() : live;
}

/** An execution's end as the answer of an invocation. */
export function answerOf({ record, root }: LiveExecution): InvokeResult {
  const hasFailed = record.status !== 'SUCCEEDED' && record.status !== 'RUNNING';
  const payload = hasFailed
    ? errorPayload(root.error ?? { ErrorMessage: `The execution is ${record.status}.` })
    : (root.result ?? 'null');
  return {
    statusCode: 200,
    payload: Buffer.from(payload),
    functionError: hasFailed ? 'Unhandled' : undefined,
    executedVersion: record.version,
    logTail: '',
    durableExecutionArn: executionArn(record),
    durableStatus: record.status,
  };
}
