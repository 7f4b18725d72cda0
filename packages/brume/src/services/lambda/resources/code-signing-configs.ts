/** Configurations for code signing: create, get, list, update, delete. */
import type {
  CodeSigningConfig,
  CreateCodeSigningConfigRequest,
  CreateCodeSigningConfigResponse,
  DeleteCodeSigningConfigRequest,
  GetCodeSigningConfigRequest,
  ListCodeSigningConfigsRequest,
  ListCodeSigningConfigsResponse,
  ListFunctionsByCodeSigningConfigRequest,
  ListFunctionsByCodeSigningConfigResponse,
  UpdateCodeSigningConfigRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import {
  codeSigningArn,
  codeSigningKey,
  codeSigningRange,
  codeSigningUsesRange,
  type CodeSigningRecord,
} from '../code/code-signing.ts';
import { codeSigningMissing, resourceConflict } from '../errors.ts';
import { awsTimestamp } from '../function-configuration.ts';
import { functionArn, type FunctionReference } from '../function-name.ts';
import { decodeEntries, decodeRecord, putRecord } from '../function-record.ts';
import { readPage } from '../paging.ts';
import type { LambdaState } from '../state.ts';
import { checkTags } from './tags.ts';

const ID_CHARACTERS = 17;

export async function createCodeSigningConfig(
  { store, environment }: LambdaState,
  input: CreateCodeSigningConfigRequest,
  { accountId, region }: RequestContext,
): Promise<CreateCodeSigningConfigResponse> {
  checkTags(input.Tags ?? {});
  const { clock, random } = environment;
  const record: CodeSigningRecord = {
    accountId,
    region,
    id: `csc-${random.bytes(ID_CHARACTERS).toString('hex').slice(0, ID_CHARACTERS)}`,
    description: input.Description ?? '',
    publishers: input.AllowedPublishers.SigningProfileVersionArns,
    onUntrusted: input.CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? 'Warn',
    modifiedMs: clock.nowMs(),
    tags: input.Tags ?? {},
  };
  const key = codeSigningKey(codeSigningArn(record, record.id));
  await store.transact([], () => ({ writes: [putRecord(key, record)], result: undefined }));
  return { CodeSigningConfig: describe(record) };
}

export async function getCodeSigningConfig(
  { store }: LambdaState,
  { CodeSigningConfigArn: arn }: GetCodeSigningConfigRequest,
): Promise<CreateCodeSigningConfigResponse> {
  const value = await store.get(codeSigningKey(arn));
  if (!value) throw codeSigningMissing(arn);
  return { CodeSigningConfig: describe(decodeRecord<CodeSigningRecord>(value)) };
}

export async function updateCodeSigningConfig(
  { store, environment }: LambdaState,
  input: UpdateCodeSigningConfigRequest,
): Promise<CreateCodeSigningConfigResponse> {
  const modifiedMs = environment.clock.nowMs();
  const { CodeSigningConfigArn: arn, AllowedPublishers, CodeSigningPolicies, Description } = input;
  const key = codeSigningKey(arn);
  const changed = await store.transact([key], ([value]) => {
    if (!value) throw codeSigningMissing(arn);
    const before = decodeRecord<CodeSigningRecord>(value);
    const record: CodeSigningRecord = {
      ...before,
      description: Description ?? before.description,
      publishers: AllowedPublishers?.SigningProfileVersionArns ?? before.publishers,
      onUntrusted: CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? before.onUntrusted,
      modifiedMs,
    };
    return { writes: [putRecord(key, record)], result: record };
  });
  return { CodeSigningConfig: describe(changed) };
}

export async function deleteCodeSigningConfig(
  { store }: LambdaState,
  { CodeSigningConfigArn: arn }: DeleteCodeSigningConfigRequest,
): Promise<Record<string, never>> {
  const key = codeSigningKey(arn);
  const uses = await store.range({ ...codeSigningUsesRange(arn), limit: 1 });
  await store.transact([key], ([value]) => {
    if (!value) throw codeSigningMissing(arn);
    if (uses.length > 0) {
      // Not in the recordings: wording of Brume's own.
      throw resourceConflict(`The code signing configuration ${arn} is used by a function.`);
    }
    return { writes: [{ type: 'delete', key }], result: undefined };
  });
  return {};
}

export async function listCodeSigningConfigs(
  { store }: LambdaState,
  input: ListCodeSigningConfigsRequest,
  context: RequestContext,
): Promise<ListCodeSigningConfigsResponse> {
  const page = await readPage(store, codeSigningRange(context), input.Marker, input.MaxItems);
  return {
    CodeSigningConfigs: decodeEntries<CodeSigningRecord>(page.entries).map(describe),
    NextMarker: page.nextMarker,
  };
}

export async function listFunctionsByCodeSigningConfig(
  { store }: LambdaState,
  input: ListFunctionsByCodeSigningConfigRequest,
): Promise<ListFunctionsByCodeSigningConfigResponse> {
  const arn = input.CodeSigningConfigArn;
  if (!(await store.get(codeSigningKey(arn)))) throw codeSigningMissing(arn);
  const page = await readPage(store, codeSigningUsesRange(arn), input.Marker, input.MaxItems);
  const functions = decodeEntries<FunctionReference>(page.entries);
  return {
    FunctionArns: functions.map((reference) => functionArn(reference)),
    NextMarker: page.nextMarker,
  };
}

function describe(record: CodeSigningRecord): CodeSigningConfig {
  return {
    CodeSigningConfigId: record.id,
    CodeSigningConfigArn: codeSigningArn(record, record.id),
    Description: record.description,
    AllowedPublishers: { SigningProfileVersionArns: [...record.publishers] },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: record.onUntrusted },
    LastModified: awsTimestamp(record.modifiedMs),
  };
}
