/** Published versions: PublishVersion, ListVersionsByFunction. */
import type {
  FunctionConfiguration,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { featureUnsupported, functionNotFound, invalidParameter } from '../errors.ts';
import { functionConfiguration, listedConfiguration } from '../function-configuration.ts';
import { findFunction, findVersion } from '../function-lookup.ts';
import { functionArn, LATEST, parseFunctionName } from '../function-name.ts';
import {
  decodeEntries,
  decodeRecord,
  functionKey,
  versionsRange,
  type FunctionRecord,
  type VersionRecord,
} from '../function-record.ts';
import { LIST_ITEMS_MAX } from '../limits.ts';
import { readPage } from '../paging.ts';
import { isPublished, publish } from '../publish.ts';
import type { LambdaState } from '../state.ts';
import { settled } from '../transitions.ts';
import { checkRevision } from '../update.ts';

/** A version of `$LATEST` as it is; the newest version once more where nothing has changed since. */
export async function publishVersion(
  state: LambdaState,
  input: PublishVersionRequest,
  context: RequestContext,
): Promise<FunctionConfiguration> {
  const { qualifier: _, ...reference } = parseFunctionName(input.FunctionName, undefined, context);
  if (input.PublishTo !== undefined) throw featureUnsupported('publishing to $LATEST.PUBLISHED');
  const { random } = state.environment;
  const ids = { version: random.uuid(), function: random.uuid() };
  const key = functionKey(reference);
  const number = await state.store.transact<number>([key], ([value]) => {
    if (!value) throw functionNotFound(functionArn(reference));
    const before = decodeRecord<FunctionRecord>(value);
    checkRevision(before, input.RevisionId);
    checkCode(before, input.CodeSha256);
    if (isPublished(before)) return { writes: [], result: before.lastVersion };
    const latest = settled(before.latest, ids.function);
    const { record, writes } = publish({ ...before, latest }, input.Description, ids);
    return { writes, result: record.lastVersion };
  });
  const qualifier = String(number);
  const { version } = await findVersion(state, { ...reference, qualifier });
  return functionConfiguration(reference, version, qualifier);
}

export async function listVersionsByFunction(
  state: LambdaState,
  input: ListVersionsByFunctionRequest,
  context: RequestContext,
): Promise<ListVersionsByFunctionResponse> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  const record = await findFunction(state.store, reference);
  // The first page begins with $LATEST, which counts.
  const isFirst = input.Marker === undefined;
  const itemsMax = Math.min(input.MaxItems ?? LIST_ITEMS_MAX, LIST_ITEMS_MAX) - (isFirst ? 1 : 0);
  const page = await readPage(state.store, versionsRange(record), input.Marker, itemsMax);
  const versions = decodeEntries<VersionRecord>(page.entries).map((version) =>
    listedConfiguration(record, version, version.version),
  );
  const latest = listedConfiguration(record, record.latest, LATEST);
  return { Versions: isFirst ? [latest, ...versions] : versions, NextMarker: page.nextMarker };
}

function checkCode({ latest }: FunctionRecord, sha256: string | undefined): void {
  if (sha256 === undefined || sha256 === latest.code.sha256) return;
  throw invalidParameter(
    `CodeSHA256 (${sha256}) is different from current CodeSHA256 in $LATEST (${latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
  );
}
