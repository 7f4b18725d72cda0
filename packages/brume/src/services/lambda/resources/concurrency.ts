/** Reserved concurrency: PutFunctionConcurrency, GetFunctionConcurrency, DeleteFunctionConcurrency. */
import { encodeKey } from '../../../storage/key-encoding.ts';
import type {
  Concurrency,
  DeleteFunctionConcurrencyRequest,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse,
  PutFunctionConcurrencyRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { untypedInvalidParameter, functionNotFound, invalidParameter } from '../errors.ts';
import { findFunction } from '../function-lookup.ts';
import {
  functionArn,
  LATEST,
  parseFunctionName,
  type FunctionReference,
} from '../function-name.ts';
import { decodeRecord, functionKey, putRecord, type FunctionRecord } from '../function-record.ts';
import { setAside } from '../invocation/provisioned.ts';
import { ACCOUNT_CONCURRENCY, UNRESERVED_CONCURRENCY_MIN } from '../limits.ts';
import type { LambdaState } from '../state.ts';

export async function putFunctionConcurrency(
  state: LambdaState,
  input: PutFunctionConcurrencyRequest,
  context: RequestContext,
): Promise<Concurrency> {
  const reference = unqualified(input.FunctionName, context);
  await reserve(state, reference, input.ReservedConcurrentExecutions);
  return { ReservedConcurrentExecutions: input.ReservedConcurrentExecutions };
}

export async function getFunctionConcurrency(
  state: LambdaState,
  input: GetFunctionConcurrencyRequest,
  context: RequestContext,
): Promise<GetFunctionConcurrencyResponse> {
  const record = await findFunction(state.store, unqualified(input.FunctionName, context));
  return { ReservedConcurrentExecutions: record.reservedConcurrency };
}

export async function deleteFunctionConcurrency(
  state: LambdaState,
  input: DeleteFunctionConcurrencyRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await reserve(state, unqualified(input.FunctionName, context), undefined);
  return {};
}

/** The sum of what functions have set aside where the function is: reserved, or else provisioned. */
export async function reservedInRegion(
  { store }: LambdaState,
  reference: FunctionReference,
): Promise<number> {
  return decodeSum(await store.get(sumKey(reference)));
}

/** The writes that take back what a function had reserved, for its removal. */
export function releaseReservation(record: FunctionRecord, sumValue: Uint8Array | undefined) {
  const released = setAside(record);
  if (released === 0) return [];
  const sum = decodeSum(sumValue) - released;
  return [putRecord(sumKey(record), { sum })];
}

/** One entry per account and region holds the sum, so that no two reservations miss each other. */
export const sumKey = ({ accountId, region }: FunctionReference) =>
  encodeKey(['lambda', accountId, region, 'reserved-concurrency']);

async function reserve(
  { store }: LambdaState,
  reference: FunctionReference,
  reserved: number | undefined,
): Promise<void> {
  const key = functionKey(reference);
  await store.transact([key, sumKey(reference)], ([value, sumValue]) => {
    // AWS names the function with `:$LATEST` here (recorded 2025-11-25).
    if (!value) throw functionNotFound(functionArn(reference, LATEST));
    const old = decodeRecord<FunctionRecord>(value);
    const { reservedConcurrency: _, ...record } = old;
    const changed = reserved === undefined ? record : { ...record, reservedConcurrency: reserved };
    const sum = decodeSum(sumValue) - setAside(old) + setAside(changed);
    if (reserved !== undefined && ACCOUNT_CONCURRENCY - sum < UNRESERVED_CONCURRENCY_MIN) {
      throw untypedInvalidParameter(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_CONCURRENCY_MIN}].`,
      );
    }
    const writes = [putRecord(key, changed), putRecord(sumKey(reference), { sum })];
    return { writes, result: undefined };
  });
}

export function decodeSum(value: Uint8Array | undefined): number {
  return value ? decodeRecord<{ sum: number }>(value).sum : 0;
}

function unqualified(functionName: string, context: RequestContext): FunctionReference {
  const { qualifier, ...reference } = parseFunctionName(functionName, undefined, context);
  if (qualifier === undefined) return reference;
  throw invalidParameter(
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  );
}
