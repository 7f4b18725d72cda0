/** Provisioned concurrency of versions and aliases: put, get, list, delete. */
import type {
  DeleteProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigResponse,
  ListProvisionedConcurrencyConfigsRequest,
  ListProvisionedConcurrencyConfigsResponse,
  PutProvisionedConcurrencyConfigRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import {
  untypedInvalidParameter,
  aliasNotFound,
  functionNotFound,
  invalidParameter,
  provisionedNotFound,
  resourceConflict,
} from '../errors.ts';
import { awsTimestamp } from '../function-configuration.ts';
import { findFunction } from '../function-lookup.ts';
import {
  functionArn,
  isVersionNumber,
  LATEST,
  parseFunctionName,
  type FunctionReference,
  type QualifiedReference,
} from '../function-name.ts';
import {
  aliasesRange,
  decodeEntries,
  decodeRecord,
  functionKey,
  putRecord,
  qualifiedKey,
  type AliasRecord,
  type FunctionRecord,
} from '../function-record.ts';
import { refuseTenants } from '../function-settings.ts';
import {
  applyProvisioned,
  provisionedKey,
  provisionedRange,
  setAside,
  type ProvisionedRecord,
} from '../invocation/provisioned.ts';
import {
  ACCOUNT_CONCURRENCY,
  UNRESERVED_CONCURRENCY_MIN,
  VERSIONS_PER_FUNCTION_READ_MAX,
} from '../limits.ts';
import { readPage } from '../paging.ts';
import type { LambdaState } from '../state.ts';
import { decodeSum, sumKey } from './concurrency.ts';

type Described = GetProvisionedConcurrencyConfigResponse;
type Holder = QualifiedReference & { readonly qualifier: string };

export async function putProvisionedConcurrencyConfig(
  state: LambdaState,
  input: PutProvisionedConcurrencyConfigRequest,
  context: RequestContext,
): Promise<Described> {
  const holder = holderOf(input, context);
  await checkConflicts(state, holder);
  const requested = input.ProvisionedConcurrentExecutions;
  const { clock } = state.environment;
  const entry: ProvisionedRecord = {
    ...{ accountId: holder.accountId, region: holder.region, name: holder.name },
    ...{ qualifier: holder.qualifier, requested, modifiedMs: clock.nowMs() },
  };
  const key = provisionedKey(holder, holder.qualifier);
  const keys = [functionKey(holder), sumKey(holder), key, qualifiedKey(holder)];
  await state.store.transact(keys, ([value, sumValue, before, target]) => {
    if (!value) throw functionNotFound(functionArn(holder));
    if (!target) throw missing(holder);
    const record = decodeRecord<FunctionRecord>(value);
    refuseTenants(record.latest, 'provisioned concurrency');
    const old = before ? decodeRecord<ProvisionedRecord>(before).requested : 0;
    const changed = { ...record, provisioned: (record.provisioned ?? 0) - old + requested };
    const others = decodeSum(sumValue) - setAside(record);
    checkRoom(changed, requested, others);
    const sum = others + setAside(changed);
    const writes = [
      putRecord(functionKey(holder), changed),
      putRecord(sumKey(holder), { sum }),
      putRecord(key, entry),
    ];
    return { writes, result: undefined };
  });
  await applyProvisioned(state, holder);
  // Nothing is allocated yet when AWS answers (recorded 2025-11-24).
  return { ...describe(entry, undefined), Status: 'IN_PROGRESS' };
}

export async function getProvisionedConcurrencyConfig(
  state: LambdaState,
  input: GetProvisionedConcurrencyConfigRequest,
  context: RequestContext,
): Promise<Described> {
  const holder = holderOf(input, context);
  await checkHolder(state, holder);
  const value = await state.store.get(provisionedKey(holder, holder.qualifier));
  if (!value) throw provisionedNotFound();
  return describeNow(state, decodeRecord(value));
}

export async function listProvisionedConcurrencyConfigs(
  state: LambdaState,
  input: ListProvisionedConcurrencyConfigsRequest,
  context: RequestContext,
): Promise<ListProvisionedConcurrencyConfigsResponse> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  await findFunction(state.store, reference);
  const range = provisionedRange(reference);
  const page = await readPage(state.store, range, input.Marker, input.MaxItems);
  return {
    ProvisionedConcurrencyConfigs: decodeEntries<ProvisionedRecord>(page.entries).map((record) => ({
      FunctionArn: functionArn(record, record.qualifier),
      ...describeNow(state, record),
    })),
    NextMarker: page.nextMarker,
  };
}

export async function deleteProvisionedConcurrencyConfig(
  state: LambdaState,
  input: DeleteProvisionedConcurrencyConfigRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const holder = holderOf(input, context);
  await checkHolder(state, holder);
  await removeProvisioned(state, holder, holder.qualifier);
  return {};
}

/** Takes back what a version or an alias had; nothing where it had none. */
export async function removeProvisioned(
  state: LambdaState,
  reference: FunctionReference,
  qualifier: string,
): Promise<void> {
  const key = provisionedKey(reference, qualifier);
  const keys = [functionKey(reference), sumKey(reference), key];
  const isRemoved = await state.store.transact(keys, ([value, sumValue, before]) => {
    if (!value || !before) return { writes: [], result: false };
    const record = decodeRecord<FunctionRecord>(value);
    const { requested } = decodeRecord<ProvisionedRecord>(before);
    const changed = { ...record, provisioned: (record.provisioned ?? 0) - requested };
    const sum = decodeSum(sumValue) - setAside(record) + setAside(changed);
    const writes = [
      putRecord(functionKey(reference), changed),
      putRecord(sumKey(reference), { sum }),
      { type: 'delete', key } as const,
    ];
    return { writes, result: true };
  });
  if (isRemoved) await applyProvisioned(state, reference);
}

function holderOf(
  input: { readonly FunctionName: string; readonly Qualifier: string },
  context: RequestContext,
): Holder {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const { qualifier = LATEST } = reference;
  if (qualifier === LATEST) {
    // Not in the recordings; text as AWS's users quote it.
    throw invalidParameter(
      'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
    );
  }
  return { ...reference, qualifier };
}

async function checkHolder({ store }: LambdaState, holder: Holder): Promise<void> {
  const [value, target] = await store.getMany([functionKey(holder), qualifiedKey(holder)]);
  if (!value) throw functionNotFound(functionArn(holder, holder.qualifier));
  if (!target) throw missing(holder);
}

function missing(holder: Holder) {
  const arn = functionArn(holder, holder.qualifier);
  return isVersionNumber(holder.qualifier) ? functionNotFound(arn) : aliasNotFound(arn);
}

/** A version has environments of its own, or an alias's that points to it: not both. */
async function checkConflicts({ store }: LambdaState, holder: Holder): Promise<void> {
  const limit = VERSIONS_PER_FUNCTION_READ_MAX;
  const aliases = decodeEntries<AliasRecord>(await store.range({ ...aliasesRange(holder), limit }));
  const entries = await store.range({ ...provisionedRange(holder), limit });
  const others = new Set(decodeEntries<ProvisionedRecord>(entries).map((each) => each.qualifier));
  if (isVersionNumber(holder.qualifier)) {
    const isPointedTo = aliases.some(
      (alias) => alias.version === holder.qualifier && others.has(alias.name),
    );
    if (isPointedTo)
      throw resourceConflict('Version is pointed by a Provisioned Concurrency alias');
    return;
  }
  const alias = aliases.find(({ name }) => name === holder.qualifier);
  if (alias && others.has(alias.version)) {
    throw resourceConflict(
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    );
  }
}

/** `others` is what all other functions of the account have set aside. */
function checkRoom(record: FunctionRecord, requested: number, others: number): void {
  const { reservedConcurrency, provisioned = 0 } = record;
  if (reservedConcurrency !== undefined) {
    if (provisioned <= reservedConcurrency) return;
    // Not in the recordings; text as AWS's users quote it.
    throw invalidParameter(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  }
  const unreserved = ACCOUNT_CONCURRENCY - others;
  if (requested > unreserved) {
    throw untypedInvalidParameter(
      `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${unreserved}].`,
    );
  }
  if (unreserved - provisioned < UNRESERVED_CONCURRENCY_MIN) {
    throw untypedInvalidParameter(
      `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_CONCURRENCY_MIN}].`,
    );
  }
}

function describeNow(state: LambdaState, record: ProvisionedRecord): Described {
  return describe(record, state.dispatcher.provisionedState(record, record.qualifier));
}

function describe(
  { requested, modifiedMs }: ProvisionedRecord,
  now: { readonly ready: number; readonly failed: boolean } | undefined,
): Described {
  const ready = Math.min(now?.ready ?? 0, requested);
  const unready = now?.failed === true ? 'FAILED' : 'IN_PROGRESS';
  const Status = ready === requested ? 'READY' : unready;
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: ready,
    AllocatedProvisionedConcurrentExecutions: ready,
    Status,
    // Recorded 2026-02-17.
    StatusReason: Status === 'FAILED' ? 'FUNCTION_ERROR_INIT_FAILURE' : undefined,
    LastModified: awsTimestamp(modifiedMs),
  };
}
