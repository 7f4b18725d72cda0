/** Private networks of functions: kept and shown. There are none here: functions have this machine's. */
import { createHash } from 'node:crypto';
import type { VpcConfig, VpcConfigResponse } from '../../model/generated/lambda.types.ts';
import { invalidParameter } from './errors.ts';
import type { FunctionReference } from './function-name.ts';

export interface VpcSettings {
  readonly SubnetIds: string[];
  readonly SecurityGroupIds: string[];
  readonly Ipv6AllowedForDualStack: boolean;
}

/** Lists that are empty take a function out of its network (recorded 2025-11-25: test_vpc_config). */
export function changedVpc(
  old: VpcSettings | undefined,
  input: VpcConfig | undefined,
): VpcSettings | undefined {
  if (!input) return old;
  const changed = {
    SubnetIds: input.SubnetIds ?? old?.SubnetIds ?? [],
    SecurityGroupIds: input.SecurityGroupIds ?? old?.SecurityGroupIds ?? [],
    Ipv6AllowedForDualStack: input.Ipv6AllowedForDualStack ?? old?.Ipv6AllowedForDualStack ?? false,
  };
  if ((changed.SubnetIds.length === 0) !== (changed.SecurityGroupIds.length === 0)) {
    // As AWS's users quote it: github.com/aws/aws-sdk-js/issues/1293.
    throw invalidParameter('SubnetIds and SecurityIds must coexist or be both empty list.');
  }
  return changed;
}

/** Nobody knows here which network a subnet is in: all of an account are in one. */
export function describeVpc(
  { accountId, region }: FunctionReference,
  settings: VpcSettings | undefined,
): VpcConfigResponse | undefined {
  if (!settings) return undefined;
  const hash = createHash('sha256').update(`${accountId}/${region}`).digest('hex');
  const VpcId = settings.SubnetIds.length > 0 ? `vpc-${hash.slice(0, 17)}` : '';
  return { ...settings, VpcId };
}
