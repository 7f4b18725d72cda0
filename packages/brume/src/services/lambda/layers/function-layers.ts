/** The layers of a function: which it may have, and how large they may be together. */
import type { Value } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { codeWithLayersTooLarge, featureUnsupported, invalidParameter } from '../errors.ts';
import type { CodeReference, LayerReference } from '../function-record.ts';
import { CODE_UNZIPPED_BYTES_MAX, LAYERS_PER_FUNCTION_MAX } from '../limits.ts';
import type { LambdaState } from '../state.ts';
import { layerArn, layerVersionKey, parseLayerVersionArn } from './layer-record.ts';
import { findLayerVersion } from './layers.ts';

/** The layers that a request names, in its order; undefined where it does not speak of layers. */
export async function resolveLayers(
  state: LambdaState,
  arns: readonly string[] | undefined,
  context: RequestContext,
): Promise<readonly LayerReference[] | undefined> {
  if (arns === undefined) return undefined;
  if (arns.length > LAYERS_PER_FUNCTION_MAX) {
    // Not in the recordings: wording of Brume's own.
    throw invalidParameter(`Cannot reference more than ${LAYERS_PER_FUNCTION_MAX} layers.`);
  }
  checkDistinct(arns);
  const layers: LayerReference[] = [];
  for (const arn of arns) layers.push(await resolveLayer(state, arn, context));
  return layers;
}

async function resolveLayer(state: LambdaState, arn: string, context: RequestContext) {
  const reference = parseLayerVersionArn(arn);
  if (reference === undefined) throw featureUnsupported('the layers that AWS itself provides');
  if (reference.region !== context.region) {
    throw invalidParameter(
      `Layers are not in the same region as the function. Layers are expected to be in region ${context.region}.`,
    );
  }
  const found = await findLayerVersion(state, reference, reference.version, context);
  if (!found) throw layerMissing(arn);
  return { arn, code: found.code };
}

/** Keys that must be there when a function with these layers is committed. */
export function layerKeys(layers: readonly LayerReference[]): Uint8Array[] {
  return layers.map(({ arn }) => {
    const version = parseLayerVersionArn(arn);
    return version ? layerVersionKey(version, version.version) : Buffer.alloc(0);
  });
}

/** Throws when one of the layers was deleted since it was found. `values` are those of `layerKeys`. */
export function checkStillThere(
  layers: readonly LayerReference[],
  values: readonly (Value | undefined)[],
): void {
  const missing = layers.find((_, index) => values[index] === undefined);
  if (missing) throw layerMissing(missing.arn);
}

/** Throws when code and layers together are larger than a function may be. */
export function checkTotalSize(code: CodeReference, layers: readonly LayerReference[] = []): void {
  const sum = layers.reduce((bytes, layer) => bytes + (layer.code.unzippedBytes ?? 0), 0);
  if (sum > CODE_UNZIPPED_BYTES_MAX) {
    // Not in the recordings; text as AWS's users quote it.
    throw invalidParameter(
      `Layers consume more than the available size of ${CODE_UNZIPPED_BYTES_MAX} bytes`,
    );
  }
  const totalBytes = sum + (code.unzippedBytes ?? 0);
  if (layers.length > 0 && totalBytes > CODE_UNZIPPED_BYTES_MAX) {
    throw codeWithLayersTooLarge(totalBytes);
  }
}

function layerMissing(arn: string) {
  return invalidParameter(`Layer version ${arn} does not exist.`);
}

function checkDistinct(arns: readonly string[]): void {
  const known = new Map<string, string>();
  for (const arn of arns) {
    const reference = parseLayerVersionArn(arn);
    const layer = reference ? layerArn(reference) : arn;
    const other = known.get(layer);
    if (other !== undefined) {
      throw invalidParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    }
    known.set(layer, arn);
  }
}
