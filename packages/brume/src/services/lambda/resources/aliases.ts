/** Aliases: names for versions that can be moved, and split between two by weight. */
import type { Value, Write } from '../../../storage/ordered-store.ts';
import type {
  AliasConfiguration,
  AliasRoutingConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import {
  aliasNotFound,
  functionNotFound,
  invalidParameter,
  resourceConflict,
  resourceNotFound,
  revisionMismatch,
  untypedInvalidParameter,
} from '../errors.ts';
import { findFunction } from '../function-lookup.ts';
import {
  functionArn,
  LATEST,
  parseFunctionName,
  type FunctionReference,
} from '../function-name.ts';
import {
  aliasesRange,
  aliasKey,
  decodeRecord,
  functionKey,
  putRecord,
  versionKey,
  type AliasRecord,
} from '../function-record.ts';
import { applyProvisioned } from '../invocation/provisioned.ts';
import { eventInvokeKey } from '../invocation/event-settings.ts';
import { readFiltered } from '../paging.ts';
import type { LambdaState } from '../state.ts';
import { removeProvisioned } from './provisioned-concurrency.ts';

type Target = Pick<AliasRecord, 'version' | 'additional'>;

export async function createAlias(
  state: LambdaState,
  input: CreateAliasRequest,
  context: RequestContext,
): Promise<AliasConfiguration> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  const target = {
    version: input.FunctionVersion,
    ...additionalOf(input.RoutingConfig, input.FunctionVersion),
  };
  const alias: AliasRecord = {
    name: input.Name,
    description: input.Description ?? '',
    ...target,
    revisionId: state.environment.random.uuid(),
  };
  const key = aliasKey(reference, alias.name);
  const keys = [key, ...targetKeys(reference, target)];
  await state.store.transact(keys, ([existing, ...found]) => {
    checkTarget(reference, target, found);
    if (existing) {
      throw resourceConflict(`Alias already exists: ${functionArn(reference, alias.name)}`);
    }
    return { writes: [putRecord(key, alias)], result: undefined };
  });
  return describe(reference, alias);
}

export async function getAlias(
  state: LambdaState,
  input: GetAliasRequest,
  context: RequestContext,
): Promise<AliasConfiguration> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  const value = await state.store.get(aliasKey(reference, input.Name));
  if (!value) throw aliasNotFound(functionArn(reference, input.Name));
  return describe(reference, decodeRecord<AliasRecord>(value));
}

export async function updateAlias(
  state: LambdaState,
  input: UpdateAliasRequest,
  context: RequestContext,
): Promise<AliasConfiguration> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  const key = aliasKey(reference, input.Name);
  const before = await readForUpdate(state, reference, input.Name);
  const version = input.FunctionVersion ?? before.version;
  const routing = input.RoutingConfig;
  const { additional: oldAdditional, ...rest } = before;
  const kept = oldAdditional === undefined ? {} : { additional: oldAdditional };
  const changed: AliasRecord = {
    ...rest,
    version,
    description: input.Description ?? before.description,
    ...(routing === undefined ? kept : additionalOf(routing, version)),
    revisionId: state.environment.random.uuid(),
  };
  await state.store.transact([key, ...targetKeys(reference, changed)], ([value, ...found]) => {
    const current = value && decodeRecord<AliasRecord>(value);
    const expected = input.RevisionId ?? before.revisionId;
    // Without a revision in the request too: another update came between read and commit.
    if (current?.revisionId !== expected) throw revisionMismatch();
    checkTarget(reference, changed, found);
    return { writes: [putRecord(key, changed)], result: undefined };
  });
  await applyProvisioned(state, reference);
  return describe(reference, changed);
}

/** Deleting an alias that is not there is no error (recorded 2025-11-25). */
export async function deleteAlias(
  state: LambdaState,
  input: DeleteAliasRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  const key = aliasKey(reference, input.Name);
  await removeProvisioned(state, reference, input.Name);
  await state.store.transact([key], ([value]) => {
    const settings = eventInvokeKey(reference, input.Name);
    const writes: Write[] = [key, settings].map((each) => ({ type: 'delete', key: each }));
    return { writes: value ? writes : [], result: undefined };
  });
  return {};
}

export async function listAliases(
  state: LambdaState,
  input: ListAliasesRequest,
  context: RequestContext,
): Promise<ListAliasesResponse> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  await findFunction(state.store, reference);
  const version = input.FunctionVersion;
  const { records, nextMarker } = await readFiltered<AliasRecord>(
    state.store,
    aliasesRange(reference),
    input,
    (alias) => version === undefined || alias.version === version,
  );
  return { Aliases: records.map((alias) => describe(reference, alias)), NextMarker: nextMarker };
}

async function readForUpdate({ store }: LambdaState, reference: FunctionReference, name: string) {
  const value = await store.get(aliasKey(reference, name));
  // Other words than GetAlias has for the same (recorded 2025-11-25).
  if (!value) throw resourceNotFound(`Alias not found: ${functionArn(reference, name)}`);
  return decodeRecord<AliasRecord>(value);
}

/** The second version and its weight, where the routing has one. */
function additionalOf(
  routing: AliasRoutingConfiguration | undefined,
  version: string,
): Pick<AliasRecord, 'additional'> {
  const weights = Object.entries(routing?.AdditionalVersionWeights ?? {});
  if (weights.length > 1) {
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  const [first] = weights;
  if (first === undefined) return {};
  const [additional, weight] = first;
  if (additional === version) {
    throw invalidParameter(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  }
  if (version === LATEST) {
    throw untypedInvalidParameter(
      '$LATEST is not supported for an alias pointing to more than 1 version',
    );
  }
  return { additional: { version: additional, weight } };
}

/** Keys of what must be there for an alias: the function, and the versions that it stands for. */
function targetKeys(reference: FunctionReference, { version, additional }: Target) {
  const published = [version, additional?.version ?? LATEST].map((target) =>
    target === LATEST ? functionKey(reference) : versionKey(reference, Number(target)),
  );
  return [functionKey(reference), ...published];
}

function checkTarget(
  reference: FunctionReference,
  { version, additional }: Target,
  found: readonly (Value | undefined)[],
): void {
  const missing = found.findIndex((value) => value === undefined);
  if (missing === -1) return;
  const target = missing === 2 ? additional?.version : version;
  throw functionNotFound(functionArn(reference, target));
}

function describe(reference: FunctionReference, alias: AliasRecord): AliasConfiguration {
  const { name, version, description, additional, revisionId } = alias;
  return {
    AliasArn: functionArn(reference, name),
    Name: name,
    FunctionVersion: version,
    Description: description,
    RevisionId: revisionId,
    RoutingConfig: additional && {
      AdditionalVersionWeights: { [additional.version]: additional.weight },
    },
  };
}
