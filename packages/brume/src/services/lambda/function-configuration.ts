/** AWS's picture of a version: what GetFunctionConfiguration and its kin answer. */
import { createHash } from 'node:crypto';
import type {
  FunctionConfiguration,
  LastUpdateStatusReasonCode,
} from '../../model/generated/lambda.types.ts';
import { functionArn, type FunctionReference } from './function-name.ts';
import type { VersionRecord } from './function-record.ts';
import { describeVpc } from './function-vpc.ts';

/** The members that lists have too. `qualifier` is the end of the ARN in the answer. */
export function listedConfiguration(
  reference: FunctionReference,
  version: VersionRecord,
  qualifier?: string,
): FunctionConfiguration {
  const { settings, code, layers = [] } = version;
  const { ImageConfig, ...shown } = settings;
  return {
    FunctionName: reference.name,
    FunctionArn: functionArn(reference, qualifier),
    ...shown,
    VpcConfig: describeVpc(reference, settings.VpcConfig),
    Layers:
      layers.length > 0
        ? layers.map(({ arn, code: { sizeBytes } }) => ({ Arn: arn, CodeSize: sizeBytes }))
        : undefined,
    PackageType: code.image ? 'Image' : 'Zip',
    ImageConfigResponse: ImageConfig && { ImageConfig },
    SnapStart: { ...settings.SnapStart, OptimizationStatus: 'Off' },
    CodeSize: code.sizeBytes,
    CodeSha256: code.sha256,
    LastModified: awsTimestamp(version.lastModifiedMs),
    Version: version.version,
    RevisionId: version.revisionId,
  };
}

export function functionConfiguration(
  reference: FunctionReference,
  version: VersionRecord,
  qualifier?: string,
): FunctionConfiguration {
  return {
    ...listedConfiguration(reference, version, qualifier),
    ...stateOf(version),
    RuntimeVersionConfig: runtimeVersion(reference.region, version.settings.Runtime),
  };
}

/** AWS answers it (recorded 2025-11-25), though its model of 2026-08 does not list it. */
const CREATING: string = 'Creating';

/** States and reasons as recorded from AWS 2025-11-25. */
function stateOf({ transition }: VersionRecord): Partial<FunctionConfiguration> {
  if (transition === 'creating') {
    return {
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
    };
  }
  if (transition === 'updating') {
    return {
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: CREATING as LastUpdateStatusReasonCode,
    };
  }
  return { State: 'Active', LastUpdateStatus: 'Successful' };
}

/** Shaped as AWS's; it stands for the runtime's name, since the version is the machine's. */
function runtimeVersion(region: string, runtime: string | undefined) {
  if (runtime === undefined) return undefined;
  const hash = createHash('sha256').update(runtime).digest('hex');
  return { RuntimeVersionArn: `arn:aws:lambda:${region}::runtime:${hash}` };
}

/** `2026-11-22T16:00:00.000+0000`: Lambda's own way with the zone. */
export function awsTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}
