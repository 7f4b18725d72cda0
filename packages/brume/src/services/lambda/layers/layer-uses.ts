/**
 * Which functions use a version of a layer, and which an image. A layer's package outlives its version as
 * long as a function has it, as on AWS; so each use has an entry, written together with the function's own.
 */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import { functionArn, type FunctionReference } from '../function-name.ts';
import { putRecord, type LayerReference, type VersionRecord } from '../function-record.ts';
import type { LambdaState } from '../state.ts';
import { layerVersionKey, parseLayerVersionArn } from './layer-record.ts';

/** The writes that note what a version uses; put before those that forget what it no longer does. */
export function noteUses(reference: FunctionReference, version: VersionRecord): Write[] {
  return useKeys(reference, version).map((key) => putRecord(key, {}));
}

export function forgetUses(reference: FunctionReference, version: VersionRecord): Write[] {
  return useKeys(reference, version).map((key) => ({ type: 'delete', key }));
}

/** Deletes the packages of those that are neither versions of a layer nor used any more. */
export async function deleteUnusedLayers(
  { store, blobs }: LambdaState,
  layers: readonly LayerReference[],
): Promise<void> {
  for (const { arn, code } of layers) {
    const uses = await store.range({ ...prefixRange(['lambda', 'layer-use', arn]), limit: 1 });
    const version = parseLayerVersionArn(arn);
    const isThere = version && (await store.get(layerVersionKey(version, version.version)));
    // In this order: a use can only begin while the version is there.
    if (uses.length === 0 && !isThere) await blobs.delete(code.blobId);
  }
}

function useKeys(reference: FunctionReference, { version, layers = [], code }: VersionRecord) {
  const user = functionArn(reference, version);
  const images = code.image ? [code.image.digest] : [];
  return [
    ...layers.map(({ arn }) => encodeKey(['lambda', 'layer-use', arn, user])),
    ...images.map((digest) => encodeKey(['lambda', 'image-use', digest, user])),
  ];
}
