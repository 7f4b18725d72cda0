/** DeleteFunction: a function with all that belongs to it, or one published version. */
import type {
  DeleteFunctionRequest,
  DeleteFunctionResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { noteCodeSigning } from '../code/code-signing.ts';
import { functionNotFound, invalidParameter, resourceConflict } from '../errors.ts';
import {
  functionArn,
  isVersionNumber,
  LATEST,
  parseFunctionName,
  type FunctionReference,
} from '../function-name.ts';
import {
  aliasesRange,
  decodeEntries,
  decodeRecord,
  functionKey,
  putRecord,
  versionKey,
  versionsRange,
  type AliasRecord,
  type FunctionRecord,
  type VersionRecord,
} from '../function-record.ts';
import { eventInvokeKey, eventInvokeRange } from '../invocation/event-settings.ts';
import { provisionedRange } from '../invocation/provisioned.ts';
import { deleteUnusedLayers, forgetUses } from '../layers/layer-uses.ts';
import { VERSIONS_PER_FUNCTION_READ_MAX } from '../limits.ts';
import { deleteUrl, readUrls } from '../function-url/url-record.ts';
import { releaseReservation, sumKey } from '../resources/concurrency.ts';
import { removeProvisioned } from '../resources/provisioned-concurrency.ts';
import { runtimeManagementRange } from '../resources/function-settings-configs.ts';
import type { LambdaState } from '../state.ts';

export async function deleteFunction(
  state: LambdaState,
  input: DeleteFunctionRequest,
  context: RequestContext,
): Promise<DeleteFunctionResponse> {
  const { qualifier, ...reference } = parseFunctionName(
    input.FunctionName,
    input.Qualifier,
    context,
  );
  if (qualifier === undefined) await deleteAll(state, reference);
  else await deleteVersion(state, reference, checkVersion(qualifier));
  return { StatusCode: 204 };
}

/** The number of the version to remove; recorded 2025-11-25 and 2024-08-22. */
function checkVersion(qualifier: string): number {
  if (qualifier === LATEST) {
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  }
  if (!isVersionNumber(qualifier)) {
    throw invalidParameter('Deletion of aliases is not currently supported.');
  }
  return Math.min(Number(qualifier), Number.MAX_SAFE_INTEGER);
}

async function deleteAll(state: LambdaState, reference: FunctionReference): Promise<void> {
  const versions = await readVersions(state, reference);
  const urls = await readUrls(state.store, reference);
  const key = functionKey(reference);
  const latest = await state.store.transact([key, sumKey(reference)], ([value, sum]) => {
    if (!value) throw functionNotFound(functionArn(reference));
    const record = decodeRecord<FunctionRecord>(value);
    const ranges = [
      versionsRange(reference),
      aliasesRange(reference),
      eventInvokeRange(reference),
      provisionedRange(reference),
      runtimeManagementRange(reference),
    ];
    const writes = [
      { type: 'delete', key } as const,
      ...ranges.map((range) => ({ type: 'delete-range', ...range }) as const),
      ...urls.flatMap(deleteUrl),
      ...releaseReservation(record, sum),
      ...noteCodeSigning(reference, record.codeSigningConfigArn, undefined),
      ...[record.latest, ...versions].flatMap((version) => forgetUses(reference, version)),
    ];
    return { writes, result: record.latest };
  });
  state.dispatcher.forget(reference);
  state.dispatcher.keepProvisioned(reference, []);
  const blobs = new Set([latest, ...versions].map(({ code }) => code.blobId));
  for (const blobId of blobs) await state.blobs.delete(blobId);
  const layers = [latest, ...versions].flatMap((version) => version.layers ?? []);
  await deleteUnusedLayers(state, layers);
  if (latest.code.image) await state.images.trim();
}

async function deleteVersion(state: LambdaState, reference: FunctionReference, number: number) {
  const aliases = await readAliases(state, reference);
  const users = aliases.filter((alias) => usesVersion(alias, String(number)));
  if (users.length > 0) {
    const names = users.map((alias) => alias.name).join(', ');
    // Not in the recordings; text as AWS's users quote it.
    throw resourceConflict(
      `Unable to delete version because the following aliases reference it: [${names}]`,
    );
  }
  await removeProvisioned(state, reference, String(number));
  const keys = [functionKey(reference), versionKey(reference, number)];
  const removed = await state.store.transact(keys, ([functionValue, versionValue]) => {
    if (!functionValue) throw functionNotFound(functionArn(reference));
    // AWS answers 204 for a version that is not there, too.
    if (!versionValue) return { writes: [], result: undefined };
    const record = decodeRecord<FunctionRecord>(functionValue);
    const version = decodeRecord<VersionRecord>(versionValue);
    const writes = [
      { type: 'delete', key: versionKey(reference, number) } as const,
      ...forgetPublished(record, number),
      { type: 'delete', key: eventInvokeKey(reference, String(number)) } as const,
      ...forgetUses(reference, version),
    ];
    return { writes, result: version };
  });
  if (!removed) return;
  state.dispatcher.forget(reference, String(number));
  await deleteCodeIfUnused(state, reference, removed);
  await deleteUnusedLayers(state, removed.layers ?? []);
}

/** Publishing the same code again makes a new version once the newest was removed. */
function forgetPublished(record: FunctionRecord, number: number) {
  const { published } = record;
  if (published?.version !== number) return [];
  const changed = { ...record, published: { ...published, generation: '' } };
  return [putRecord(functionKey(record), changed)];
}

async function deleteCodeIfUnused(
  state: LambdaState,
  reference: FunctionReference,
  { code }: VersionRecord,
): Promise<void> {
  const versions = await readVersions(state, reference);
  const value = await state.store.get(functionKey(reference));
  if (value) versions.push(decodeRecord<FunctionRecord>(value).latest);
  if (versions.some((version) => version.code.blobId === code.blobId)) return;
  await state.blobs.delete(code.blobId);
}

function usesVersion({ version, additional }: AliasRecord, number: string): boolean {
  return version === number || additional?.version === number;
}

async function readVersions({ store }: LambdaState, reference: FunctionReference) {
  const limit = VERSIONS_PER_FUNCTION_READ_MAX;
  return decodeEntries<VersionRecord>(await store.range({ ...versionsRange(reference), limit }));
}

async function readAliases({ store }: LambdaState, reference: FunctionReference) {
  const limit = VERSIONS_PER_FUNCTION_READ_MAX;
  return decodeEntries<AliasRecord>(await store.range({ ...aliasesRange(reference), limit }));
}
