/** CreateFunction: a new function from a package, and its first version with `Publish`. */
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { checkSignature, noteCodeSigning } from '../code/code-signing.ts';
import { takePackage } from '../code/local-folder.ts';
import { withStoredPackage } from '../code/package.ts';
import { takeImage } from '../images/take-image.ts';
import { functionExists, invalidParameter } from '../errors.ts';
import { functionConfiguration } from '../function-configuration.ts';
import { LATEST, parseFunctionName, type FunctionReference } from '../function-name.ts';
import {
  functionKey,
  putRecord,
  type CodeReference,
  type FunctionRecord,
  type VersionRecord,
} from '../function-record.ts';
import { checkSettings, initialSettings, noteWithoutEffect } from '../function-settings.ts';
import {
  checkStillThere,
  checkTotalSize,
  layerKeys,
  resolveLayers,
} from '../layers/function-layers.ts';
import { noteUses } from '../layers/layer-uses.ts';
import { FUNCTION_NAME_LENGTH_MAX } from '../limits.ts';
import { publish } from '../publish.ts';
import { checkTags } from '../resources/tags.ts';
import type { LambdaState } from '../state.ts';
import { settleSoon } from '../transitions.ts';

export async function createFunction(
  state: LambdaState,
  input: CreateFunctionRequest,
  context: RequestContext,
): Promise<FunctionConfiguration> {
  const { qualifier: _, ...reference } = parseFunctionName(input.FunctionName, undefined, context);
  checkNameLength(reference.name);
  checkSettings(input, state.runtimes);
  checkTags(input.Tags ?? {});
  const settings = initialSettings(input, reference.name);
  // Before the package is unpacked: the usual second deployment of the same app ends here.
  if (await state.store.get(functionKey(reference))) throw functionExists(reference.name);
  const layers = await resolveLayers(state, input.Layers, context);
  await checkSignature(state, reference, input.CodeSigningConfigArn, 'unsigned');
  const isImage = input.PackageType === 'Image';
  const zip = isImage
    ? await takeImage(state, input.Code, settings.Architectures)
    : await takePackage(state, input.Code);
  return withStoredPackage(state, zip, async (code: CodeReference) => {
    checkTotalSize(code, layers);
    const latest = newVersion(state, { settings, code, ...(layers && { layers }) });
    const version = await store(state, newRecord(reference, input, latest), input.Publish === true);
    noteWithoutEffect(state.log, reference, input);
    // With `Publish` AWS answers the version's number, but the function's ARN (recorded 2025-11-25).
    return functionConfiguration(reference, version);
  });
}

type Content = Pick<VersionRecord, 'settings' | 'code' | 'layers'>;

function newVersion({ environment }: LambdaState, content: Content): VersionRecord {
  const { clock, random } = environment;
  return {
    version: LATEST,
    ...content,
    lastModifiedMs: clock.nowMs(),
    revisionId: random.uuid(),
    transition: 'creating',
    generation: random.uuid(),
  };
}

function newRecord(
  reference: FunctionReference,
  { Tags: tags = {}, CodeSigningConfigArn: arn }: CreateFunctionRequest,
  latest: VersionRecord,
): FunctionRecord {
  const signing = arn === undefined ? {} : { codeSigningConfigArn: arn };
  return { ...reference, lastVersion: 0, tags, ...signing, latest };
}

/** Commits the function. Returns the version that the caller is told of. */
async function store(
  state: LambdaState,
  record: FunctionRecord,
  isPublish: boolean,
): Promise<VersionRecord> {
  const { random } = state.environment;
  const key = functionKey(record);
  const ids = { version: random.uuid(), function: random.uuid() };
  const { layers = [] } = record.latest;
  const keys = [key, ...layerKeys(layers)];
  const { latest, version } = await state.store.transact<Stored>(keys, ([existing, ...found]) => {
    if (existing) throw functionExists(record.name);
    checkStillThere(layers, found);
    const uses = [
      ...noteUses(record, record.latest),
      ...noteCodeSigning(record, undefined, record.codeSigningConfigArn),
    ];
    if (!isPublish) {
      const result = { latest: record.latest, version: record.latest };
      return { writes: [putRecord(key, record), ...uses], result };
    }
    const publication = publish(record, undefined, ids);
    const { version } = publication;
    const writes = [...publication.writes, ...uses];
    return { writes, result: { latest: publication.record.latest, version } };
  });
  settleSoon(state, record, latest);
  settleSoon(state, record, version);
  return version;
}

interface Stored {
  readonly latest: VersionRecord;
  readonly version: VersionRecord;
}

/** The model allows 140 for names with account and region; the name itself has this limit. */
function checkNameLength(name: string): void {
  if (name.length <= FUNCTION_NAME_LENGTH_MAX) return;
  throw invalidParameter(
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${FUNCTION_NAME_LENGTH_MAX}`,
  );
}
