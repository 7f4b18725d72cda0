/** Operations as callers and functions see them. */
import type { Operation } from '../../../model/generated/lambda.types.ts';
import { callbackId } from './execution-names.ts';
import type { ExecutionRecord, OperationRecord } from './execution-record.ts';
import { isOpen } from './transitions.ts';

export function operationView(execution: ExecutionRecord, operation: OperationRecord): Operation {
  const { id, parentId, name, type, subType, status, startMs, endMs } = operation;
  return {
    Id: id,
    ParentId: parentId,
    Name: name,
    Type: type,
    SubType: subType,
    StartTimestamp: new Date(startMs),
    EndTimestamp: endMs === undefined ? undefined : new Date(endMs),
    Status: status,
    ...details(execution, operation),
  };
}

function details(execution: ExecutionRecord, operation: OperationRecord): Partial<Operation> {
  const { type, status, id, input, result: Result, error: Error, attempt, dueMs } = operation;
  switch (type) {
    case 'EXECUTION':
      return { ExecutionDetails: { InputPayload: input } };
    case 'CONTEXT':
      return { ContextDetails: { ReplayChildren: operation.replayChildren, Result, Error } };
    case 'STEP':
      return {
        StepDetails: {
          Attempt: attempt,
          NextAttemptTimestamp:
            status === 'PENDING' && dueMs !== undefined ? new Date(dueMs) : undefined,
          Result,
          Error,
        },
      };
    case 'WAIT':
      return {
        WaitDetails: { ScheduledEndTimestamp: dueMs === undefined ? undefined : new Date(dueMs) },
      };
    case 'CALLBACK':
      return { CallbackDetails: { CallbackId: callbackId(execution, id), Result, Error } };
    case 'CHAINED_INVOKE':
      return { ChainedInvokeDetails: { Result, Error } };
  }
}

/** What a function needs to go on: not what lies within a context that has ended and is not replayed. */
export function replayed(operations: ReadonlyMap<string, OperationRecord>): OperationRecord[] {
  const isHidden = (parentId: string | undefined): boolean => {
    const parent = parentId === undefined ? undefined : operations.get(parentId);
    if (!parent) return false;
    return (!isOpen(parent) && parent.replayChildren !== true) || isHidden(parent.parentId);
  };
  return [...operations.values()].filter(({ parentId }) => !isHidden(parentId));
}
