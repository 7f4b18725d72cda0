/** One invocation of a durable function: what it is given, and what its answer means. */
import type { ErrorObject, Operation } from '../../../model/generated/lambda.types.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { InvokeResult } from '../port.ts';
import { checkpointToken, executionArn } from './execution-names.ts';
import type { ExecutionRecord, OperationRecord } from './execution-record.ts';
import { STATE_BYTES_MAX, STATE_OPERATIONS_MAX } from './limits.ts';
import type { LiveExecution } from './live-execution.ts';
import { operationView, replayed } from './operation-view.ts';

/** The event that a function's SDK expects, timestamps in ISO 8601. */
export function invocationPayload(live: LiveExecution): Buffer {
  const { operations, nextMarker } = statePage(live.record, replayed(live.operations));
  return Buffer.from(
    JSON.stringify({
      DurableExecutionArn: executionArn(live.record),
      CheckpointToken: checkpointToken(live.record),
      InitialExecutionState: { Operations: operations, NextMarker: nextMarker ?? '' },
    }),
  );
}

/** As many operations as fit, from the one that the marker names on. */
export function statePage(
  execution: ExecutionRecord,
  all: readonly OperationRecord[],
  first = 0,
  operationsMax = STATE_OPERATIONS_MAX,
): { readonly operations: Operation[]; readonly nextMarker: string | undefined } {
  const operations: Operation[] = [];
  let bytes = 0;
  for (const record of all.slice(first, first + operationsMax)) {
    bytes += (record.input?.length ?? 0) + (record.result?.length ?? 0) + 500;
    if (operations.length > 0 && bytes > STATE_BYTES_MAX) break;
    operations.push(operationView(execution, record));
  }
  const next = first + operations.length;
  return { operations, nextMarker: next < all.length ? String(next) : undefined };
}

/** `RETRY` where the invocation, not the function's work, has failed. */
export interface InvocationOutcome {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'RETRY';
  readonly result?: string | undefined;
  readonly error?: ErrorObject | undefined;
}

export function invocationOutcome({ functionError, payload }: InvokeResult): InvocationOutcome {
  const text = Buffer.from(payload).toString();
  if (functionError !== undefined) return { status: 'RETRY', error: errorOf(text) };
  const answer = parsed(text);
  const {
    Status: status,
    Result: result,
    Error: error,
  } = (answer ?? {}) as Record<string, unknown>;
  if (status === 'PENDING') return { status };
  if (status === 'SUCCEEDED') {
    // An empty result stands for the one that was checkpointed.
    return { status, result: typeof result === 'string' && result !== '' ? result : undefined };
  }
  if (status === 'FAILED') return { status, error: error ?? {} };
  return {
    status: 'FAILED',
    error: {
      ErrorType: 'InvalidParameterValueException',
      ErrorMessage:
        'The answer of a durable function needs a Status: SUCCEEDED, FAILED or PENDING.',
    },
  };
}

/** An invocation that could not be made: only what may pass is tried again. */
export function refusedOutcome(error: unknown): InvocationOutcome {
  const { code, message } =
    error instanceof AwsError ? error : { code: 'ServiceException', message: String(error) };
  const mayPass = !(error instanceof AwsError) || code === 'TooManyRequestsException';
  return {
    status: mayPass ? 'RETRY' : 'FAILED',
    error: { ErrorType: code, ErrorMessage: message },
  };
}

/** A function's error as durable executions keep it. */
export function errorOf(payload: string): ErrorObject {
  const { errorType, errorMessage, stackTrace, trace } = (parsed(payload) ?? {}) as Record<
    string,
    unknown
  >;
  const lines = stackTrace ?? trace;
  return {
    ErrorType: typeof errorType === 'string' ? errorType : undefined,
    ErrorMessage: typeof errorMessage === 'string' ? errorMessage : undefined,
    StackTrace: Array.isArray(lines) ? lines.map(String) : undefined,
  };
}

/** The same as a function would have answered it. */
export function errorPayload({ ErrorType, ErrorMessage, StackTrace, ErrorData }: ErrorObject) {
  return JSON.stringify({
    errorMessage: ErrorMessage,
    errorType: ErrorType,
    stackTrace: StackTrace,
    errorData: ErrorData,
  });
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
