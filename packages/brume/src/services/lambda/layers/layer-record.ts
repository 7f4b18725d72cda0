/** What is kept of layers: one entry for the layer, which counts its versions, and one per version. */
import type { Architecture, Runtime } from '../../../model/generated/lambda.types.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { RequestContext } from '../../service.ts';
import type { CodeReference } from '../function-record.ts';
import type { PolicyStatement } from '../policy.ts';

export interface LayerReference {
  readonly accountId: string;
  readonly region: string;
  readonly layer: string;
}

export interface LayerRecord extends LayerReference {
  /** Never given again, not even when the version is deleted. */
  readonly lastVersion: number;
}

export interface LayerVersionRecord extends LayerReference {
  readonly version: number;
  readonly code: CodeReference;
  readonly description: string;
  readonly createdMs: number;
  readonly compatibleArchitectures?: readonly Architecture[] | undefined;
  readonly compatibleRuntimes?: readonly Runtime[] | undefined;
  readonly licenseInfo?: string | undefined;
  readonly policy?: LayerPolicy;
}

export interface LayerPolicy {
  readonly revisionId: string;
  readonly statements: readonly PolicyStatement[];
}

/** A layer by its name or ARN. The model has checked the form. */
export function parseLayerName(
  layerName: string,
  { accountId, region }: Pick<RequestContext, 'accountId' | 'region'>,
): LayerReference {
  const [, , , arnRegion, arnAccount, , layer] = layerName.split(':');
  return arnRegion !== undefined && arnAccount !== undefined && layer !== undefined
    ? { accountId: arnAccount, region: arnRegion, layer }
    : { accountId, region, layer: layerName };
}

/** A version of a layer by its ARN; undefined for AWS's own layers, whose ARNs have another form. */
export function parseLayerVersionArn(arn: string) {
  const version = Number(/:layer:[^:]+:(\d+)$/.exec(arn)?.[1]);
  if (Number.isNaN(version)) return undefined;
  const context = { accountId: '', region: '' };
  return { ...parseLayerName(arn.slice(0, arn.lastIndexOf(':')), context), version };
}

export const layerArn = ({ accountId, region, layer }: LayerReference) =>
  `arn:aws:lambda:${region}:${accountId}:layer:${layer}`;

export const layerVersionArn = (reference: LayerReference, version: number) =>
  `${layerArn(reference)}:${version}`;

export const layerKey = ({ accountId, region, layer }: LayerReference) =>
  encodeKey(['lambda', accountId, region, 'layer', layer]);

export const layersRange = (accountId: string, region: string) =>
  prefixRange(['lambda', accountId, region, 'layer']);

/** Versions that can be asked for are safe integers; no others are there. */
export const layerVersionKey = ({ accountId, region, layer }: LayerReference, version: number) =>
  encodeKey([
    ...['lambda', accountId, region, 'layer-version', layer],
    Math.min(version, Number.MAX_SAFE_INTEGER),
  ]);

export const layerVersionsRange = ({ accountId, region, layer }: LayerReference) =>
  prefixRange(['lambda', accountId, region, 'layer-version', layer]);
