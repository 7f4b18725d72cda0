/** Finds what a name and qualifier mean: a function, a version, an alias. */
import type { OrderedStore } from '../../storage/ordered-store.ts';
import { functionNotFound } from './errors.ts';
import {
  functionArn,
  isVersionNumber,
  LATEST,
  type FunctionReference,
  type QualifiedReference,
} from './function-name.ts';
import {
  aliasKey,
  decodeRecord,
  functionKey,
  versionKey,
  type AliasRecord,
  type FunctionRecord,
  type VersionRecord,
} from './function-record.ts';
import type { LambdaState } from './state.ts';
import { settleSoon } from './transitions.ts';

export interface FoundVersion {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
}

/** The function, or AWS's error with the ARN as it was asked for. */
export async function findFunction(
  store: OrderedStore,
  reference: FunctionReference & { readonly qualifier?: string | undefined },
): Promise<FunctionRecord> {
  const value = await store.get(functionKey(reference));
  if (!value) throw functionNotFound(functionArn(reference, reference.qualifier));
  return decodeRecord<FunctionRecord>(value);
}

/**
 * The version that a qualifier stands for. `chooseAlias` picks between an alias's two versions; the
 * first where it is absent.
 */
export async function findVersion(
  state: LambdaState,
  reference: QualifiedReference,
  chooseAlias: (alias: AliasRecord) => string = (alias) => alias.version,
): Promise<FoundVersion> {
  const { store } = state;
  const { qualifier } = reference;
  const record = await findFunction(store, reference);
  let version = record.latest;
  if (qualifier !== undefined && qualifier !== LATEST) {
    const target = isVersionNumber(qualifier)
      ? qualifier
      : chooseAlias(await readAlias(store, reference, qualifier));
    if (target !== LATEST) version = await findPublished(store, reference, target);
  }
  settleSoon(state, reference, version);
  return { record, version };
}

async function findPublished(
  store: OrderedStore,
  reference: QualifiedReference,
  version: string,
): Promise<VersionRecord> {
  const number = Number(version);
  const value = Number.isSafeInteger(number)
    ? await store.get(versionKey(reference, number))
    : undefined;
  if (!value) throw functionNotFound(functionArn(reference, version));
  return decodeRecord<VersionRecord>(value);
}

async function readAlias(store: OrderedStore, reference: FunctionReference, name: string) {
  const value = await store.get(aliasKey(reference, name));
  // Through a function's name a missing alias is a missing function (recorded 2025-11-25).
  if (!value) throw functionNotFound(functionArn(reference, name));
  return decodeRecord<AliasRecord>(value);
}
