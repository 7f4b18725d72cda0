/**
 * Settings that a function has beside its configuration: code signing, recursion, runtime management.
 * They are the function's, or for the last a version's, and no revision counts them.
 */
import type {
  DeleteFunctionCodeSigningConfigRequest,
  GetFunctionCodeSigningConfigRequest,
  GetFunctionCodeSigningConfigResponse,
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  GetRuntimeManagementConfigRequest,
  PutFunctionCodeSigningConfigRequest,
  PutFunctionCodeSigningConfigResponse,
  PutFunctionRecursionConfigRequest,
  PutRuntimeManagementConfigRequest,
  PutRuntimeManagementConfigResponse,
} from '../../../model/generated/lambda.types.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { RequestContext } from '../../service.ts';
import { codeSigningKey, noteCodeSigning } from '../code/code-signing.ts';
import { codeSigningConfigNotFound, functionNotFound, invalidParameter } from '../errors.ts';
import { findFunction, findVersion } from '../function-lookup.ts';
import {
  functionArn,
  LATEST,
  parseFunctionName,
  type FunctionReference,
} from '../function-name.ts';
import { decodeRecord, functionKey, putRecord, type FunctionRecord } from '../function-record.ts';
import { noteKept } from '../function-settings.ts';
import type { LambdaState } from '../state.ts';

type RuntimeManagement = Omit<PutRuntimeManagementConfigResponse, 'FunctionArn'>;

export async function putFunctionCodeSigningConfig(
  { store }: LambdaState,
  input: PutFunctionCodeSigningConfigRequest,
  context: RequestContext,
): Promise<PutFunctionCodeSigningConfigResponse> {
  const { CodeSigningConfigArn } = input;
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  const keys = [functionKey(reference), codeSigningKey(CodeSigningConfigArn)];
  await store.transact(keys, ([value, config]) => {
    if (!config) throw codeSigningConfigNotFound(CodeSigningConfigArn);
    if (!value) throw functionNotFound(functionArn(reference));
    return {
      writes: withCodeSigning(decodeRecord(value), CodeSigningConfigArn),
      result: undefined,
    };
  });
  return { CodeSigningConfigArn, FunctionName: reference.name };
}

/** Without a configuration both members are absent (recorded 2025-11-25), though the model wants them. */
export async function getFunctionCodeSigningConfig(
  { store }: LambdaState,
  input: GetFunctionCodeSigningConfigRequest,
  context: RequestContext,
): Promise<GetFunctionCodeSigningConfigResponse> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  const { codeSigningConfigArn: CodeSigningConfigArn } = await findFunction(store, reference);
  return CodeSigningConfigArn === undefined
    ? ({} as GetFunctionCodeSigningConfigResponse)
    : { CodeSigningConfigArn, FunctionName: reference.name };
}

export async function deleteFunctionCodeSigningConfig(
  { store }: LambdaState,
  input: DeleteFunctionCodeSigningConfigRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  await store.transact([functionKey(reference)], ([value]) => {
    if (!value) throw functionNotFound(functionArn(reference));
    return { writes: withCodeSigning(decodeRecord(value), undefined), result: undefined };
  });
  return {};
}

function withCodeSigning(record: FunctionRecord, arn: string | undefined) {
  const { codeSigningConfigArn: before, ...rest } = record;
  const changed = arn === undefined ? rest : { ...rest, codeSigningConfigArn: arn };
  return [putRecord(functionKey(record), changed), ...noteCodeSigning(record, before, arn)];
}

export async function putFunctionRecursionConfig(
  { store }: LambdaState,
  { FunctionName, RecursiveLoop }: PutFunctionRecursionConfigRequest,
  context: RequestContext,
): Promise<GetFunctionRecursionConfigResponse> {
  const reference = parseFunctionName(FunctionName, undefined, context);
  const key = functionKey(reference);
  await store.transact([key], ([value]) => {
    if (!value) throw functionNotFound(functionArn(reference));
    const changed: FunctionRecord = { ...decodeRecord(value), recursiveLoop: RecursiveLoop };
    return { writes: [putRecord(key, changed)], result: undefined };
  });
  return { RecursiveLoop };
}

export async function getFunctionRecursionConfig(
  { store }: LambdaState,
  { FunctionName }: GetFunctionRecursionConfigRequest,
  context: RequestContext,
): Promise<GetFunctionRecursionConfigResponse> {
  const record = await findFunction(store, parseFunctionName(FunctionName, undefined, context));
  return { RecursiveLoop: record.recursiveLoop ?? 'Terminate' };
}

/** Kept and shown; functions run on the runtimes of the machine, whatever this says. */
export async function putRuntimeManagementConfig(
  state: LambdaState,
  input: PutRuntimeManagementConfigRequest,
  context: RequestContext,
): Promise<PutRuntimeManagementConfigResponse> {
  const { UpdateRuntimeOn, RuntimeVersionArn } = input;
  const isManual = UpdateRuntimeOn === 'Manual';
  if (isManual !== (RuntimeVersionArn !== undefined)) {
    // Not in the recordings: wording of Brume's own.
    throw invalidParameter(
      isManual
        ? 'RuntimeVersionArn must be provided when UpdateRuntimeOn is Manual.'
        : 'RuntimeVersionArn can be provided only when UpdateRuntimeOn is Manual.',
    );
  }
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const { version } = (await findVersion(state, reference)).version;
  const key = runtimeManagementKey(reference, version);
  const management: RuntimeManagement = {
    UpdateRuntimeOn,
    ...(RuntimeVersionArn !== undefined && { RuntimeVersionArn }),
  };
  await state.store.transact([functionKey(reference)], ([value]) => {
    if (!value) throw functionNotFound(functionArn(reference));
    return { writes: [putRecord(key, management)], result: undefined };
  });
  if (UpdateRuntimeOn !== 'Auto') noteKept(state.log, reference, ['RuntimeManagementConfig']);
  return { ...management, FunctionArn: functionArn(reference, reference.qualifier ?? LATEST) };
}

export async function getRuntimeManagementConfig(
  state: LambdaState,
  input: GetRuntimeManagementConfigRequest,
  context: RequestContext,
): Promise<PutRuntimeManagementConfigResponse> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const { version } = (await findVersion(state, reference)).version;
  const value = await state.store.get(runtimeManagementKey(reference, version));
  const management: RuntimeManagement = value ? decodeRecord(value) : { UpdateRuntimeOn: 'Auto' };
  return { ...management, FunctionArn: functionArn(reference, reference.qualifier ?? LATEST) };
}

const runtimeManagementKey = (reference: FunctionReference, version: string) =>
  encodeKey([...runtimeManagementPrefix(reference), version]);

export const runtimeManagementRange = (reference: FunctionReference) =>
  prefixRange(runtimeManagementPrefix(reference));

function runtimeManagementPrefix({ accountId, region, name }: FunctionReference) {
  return ['lambda', accountId, region, 'runtime-management', name];
}
