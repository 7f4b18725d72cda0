/** Provisioned concurrency: what is kept of it, and the environments that it keeps initialised. */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import { findVersion } from '../function-lookup.ts';
import { functionArn, type FunctionReference } from '../function-name.ts';
import { decodeEntries, type FunctionRecord } from '../function-record.ts';
import { PROVISIONED_READ_MAX } from '../limits.ts';
import type { LambdaState } from '../state.ts';

export interface ProvisionedRecord extends FunctionReference {
  /** A version's number or an alias's name. */
  readonly qualifier: string;
  readonly requested: number;
  readonly modifiedMs: number;
}

export const provisionedKey = ({ accountId, region, name }: FunctionReference, qualifier: string) =>
  encodeKey(['lambda', 'provisioned', accountId, region, name, qualifier]);

export const provisionedRange = ({ accountId, region, name }: FunctionReference) =>
  prefixRange(['lambda', 'provisioned', accountId, region, name]);

/** What a function takes from the concurrency of its account, whether it is used or not. */
export function setAside({ reservedConcurrency, provisioned = 0 }: FunctionRecord): number {
  return reservedConcurrency ?? provisioned;
}

/** Makes environments as what is kept says, now that it or an alias has changed. */
export async function applyProvisioned(
  state: LambdaState,
  reference: FunctionReference,
): Promise<void> {
  const range = { ...provisionedRange(reference), limit: PROVISIONED_READ_MAX };
  const records = decodeEntries<ProvisionedRecord>(await state.store.range(range));
  state.dispatcher.keepProvisioned(
    reference,
    records.map(({ qualifier }) => qualifier),
  );
  for (const { qualifier, requested } of records) {
    const { record, version } = await findVersion(state, { ...reference, qualifier });
    state.dispatcher.provision(record, version, qualifier, requested);
  }
}

/** Makes the environments of all functions, at the start. What fails is in the log. */
export async function applyAllProvisioned(state: LambdaState): Promise<void> {
  const failed = (error: unknown) =>
    state.log.log('error', 'Provisioned concurrency was not taken up', { error: String(error) });
  const range = { ...prefixRange(['lambda', 'provisioned']), limit: PROVISIONED_READ_MAX };
  const entries = await state.store.range(range).catch(failed);
  const records = decodeEntries<ProvisionedRecord>(entries ?? []);
  const functions = new Map(
    records.map(({ accountId, region, name }) => {
      const reference = { accountId, region, name };
      return [functionArn(reference), reference];
    }),
  );
  for (const reference of functions.values()) {
    await applyProvisioned(state, reference).catch(failed);
  }
}
