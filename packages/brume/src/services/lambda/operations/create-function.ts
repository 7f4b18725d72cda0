/** CreateFunction: a new function from a package, and its first version with `Publish`. */
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { checkPackage, withStoredPackage } from '../code/package.ts';
import { functionExists, invalidParameter } from '../errors.ts';
import { functionConfiguration } from '../function-configuration.ts';
import { LATEST, parseFunctionName, type FunctionReference } from '../function-name.ts';
import {
  functionKey,
  putRecord,
  type CodeReference,
  type FunctionRecord,
} from '../function-record.ts';
import { checkSettings, initialSettings } from '../function-settings.ts';
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
  const zip = await checkPackage(state, input.Code);
  const { clock, random } = state.environment;
  return withStoredPackage(state, zip, async (code: CodeReference) => {
    const record: FunctionRecord = {
      ...reference,
      lastVersion: 0,
      tags: input.Tags ?? {},
      policies: {},
      latest: {
        version: LATEST,
        settings,
        code,
        lastModifiedMs: clock.nowMs(),
        revisionId: random.uuid(),
        transition: 'creating',
        generation: random.uuid(),
      },
    };
    await store(state, record, input.Publish === true);
    return answer(reference, record, input.Publish === true);
  });
}

async function store(state: LambdaState, record: FunctionRecord, isPublish: boolean) {
  const { random } = state.environment;
  const key = functionKey(record);
  const ids = { version: random.uuid(), function: random.uuid() };
  await state.store.transact([key], ([existing]) => {
    if (existing) throw functionExists(record.name);
    const writes = isPublish ? publish(record, undefined, ids).writes : [putRecord(key, record)];
    return { writes, result: undefined };
  });
  settleSoon(state, record, record.latest);
}

/** With `Publish` AWS answers the version's number, but the function's ARN (recorded 2025-11-25). */
function answer(reference: FunctionReference, record: FunctionRecord, isPublish: boolean) {
  const configuration = functionConfiguration(reference, record.latest);
  return isPublish ? { ...configuration, Version: '1' } : configuration;
}

/** The model allows 140 for names with account and region; the name itself has this limit. */
function checkNameLength(name: string): void {
  if (name.length <= FUNCTION_NAME_LENGTH_MAX) return;
  throw invalidParameter(
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${FUNCTION_NAME_LENGTH_MAX}`,
  );
}
