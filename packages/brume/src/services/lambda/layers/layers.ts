/** What AWS tells of a layer's versions, and the ways to find one. */
import type {
  GetLayerVersionResponse,
  LayerVersionsListItem,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { invalidParameter, layerAccessDenied, resourceNotFound } from '../errors.ts';
import { awsTimestamp } from '../function-configuration.ts';
import { decodeRecord } from '../function-record.ts';
import { isAllowed } from '../policy.ts';
import type { LambdaState } from '../state.ts';
import {
  layerArn,
  layerVersionArn,
  layerVersionKey,
  type LayerReference,
  type LayerVersionRecord,
} from './layer-record.ts';

/** A version that the caller may have, or undefined where it is not there. */
export async function findLayerVersion(
  { store }: LambdaState,
  reference: LayerReference,
  version: number,
  { accountId, caller }: RequestContext,
): Promise<LayerVersionRecord | undefined> {
  const value = await store.get(layerVersionKey(reference, version));
  const record = value && decodeRecord<LayerVersionRecord>(value);
  if (reference.accountId === accountId) return record;
  const resource = layerVersionArn(reference, version);
  const isShared = isAllowed(record?.policy?.statements ?? [], {
    action: 'lambda:GetLayerVersion',
    principal: { accountId, arn: caller.principalArn },
    resource,
    keys: new Map(),
  });
  // Who may not know is not told whether it is there.
  if (!isShared) throw layerAccessDenied(caller.principalArn, resource);
  return record;
}

export function checkLayerVersion(version: number): void {
  // Not in the recordings; text as AWS's users quote it.
  if (version < 1) throw invalidParameter('Layer Version Cannot be less than 1.');
}

export function layerVersionMissing() {
  // Not in the recordings; text as AWS's users quote it.
  return resourceNotFound('The resource you requested does not exist.');
}

/** `location` is where the layer's package can be downloaded. */
export function describeLayerVersion(
  record: LayerVersionRecord,
  location: string,
): GetLayerVersionResponse {
  const { code } = record;
  return {
    Content: { Location: location, CodeSha256: code.sha256, CodeSize: code.sizeBytes },
    LayerArn: layerArn(record),
    ...listedLayerVersion(record),
  };
}

export function listedLayerVersion(record: LayerVersionRecord): LayerVersionsListItem {
  const { version, description, createdMs } = record;
  return {
    LayerVersionArn: layerVersionArn(record, version),
    Version: version,
    Description: description,
    CreatedDate: awsTimestamp(createdMs),
    CompatibleArchitectures: record.compatibleArchitectures?.slice(),
    CompatibleRuntimes: record.compatibleRuntimes?.slice(),
    LicenseInfo: record.licenseInfo,
  };
}
