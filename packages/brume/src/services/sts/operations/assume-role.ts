/**
 * AssumeRole: temporary credentials that act as a role. The role need not exist: there is no IAM yet
 * whose trust policy could be asked, so every caller may assume every role of every account. What
 * narrows the session is kept with it, for the day when policies are evaluated.
 */
import { hash } from 'node:crypto';
import { uniqueId } from '../../../auth/access-key-id.ts';
import type { AssumeRoleRequest, AssumeRoleResponse } from '../../../model/generated/sts.types.ts';
import type { Caller, RequestContext } from '../../service.ts';
import {
  chainedSessionTooLong,
  invalidArn,
  memberNotSupported,
  transitiveKeyWithoutTag,
} from '../errors.ts';
import { ROLE_SESSION_SECONDS } from '../limits.ts';
import { isSession, issueSession, refuseMfa, requireKey, sessionLimits } from '../session.ts';
import type { StsState } from '../state.ts';

export function assumeRole(
  state: StsState,
  input: AssumeRoleRequest,
  { caller }: RequestContext,
): AssumeRoleResponse {
  requireKey(caller);
  const role = readRoleArn(input.RoleArn);
  refuseUnsupported(input);
  refuseMfa(input);
  const seconds = durationSeconds(input, caller);
  const { limits, tagKeys, packedPercent } = sessionLimits(input);
  const transitiveTagKeys = input.TransitiveTagKeys ?? [];
  if (!transitiveTagKeys.every((key) => tagKeys.has(key.toLowerCase()))) {
    throw transitiveKeyWithoutTag();
  }
  const { RoleSessionName, SourceIdentity, ExternalId } = input;
  const assumed = {
    AssumedRoleId: `${role.id}:${RoleSessionName}`,
    Arn: `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.name}/${RoleSessionName}`,
  };
  const session = {
    accountId: role.accountId,
    principalArn: assumed.Arn,
    userId: assumed.AssumedRoleId,
    ...limits,
    ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
    ...(SourceIdentity !== undefined && { sourceIdentity: SourceIdentity }),
    ...(ExternalId !== undefined && { externalId: ExternalId }),
    issuedTo: caller.principalArn,
  };
  return {
    Credentials: issueSession(state, session, seconds),
    AssumedRoleUser: assumed,
    // Recorded from AWS, 2024-06-05: absent where nothing was packed.
    PackedPolicySize: packedPercent === 0 ? undefined : packedPercent,
    SourceIdentity,
  };
}

const ROLE_ARN =
  /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/;

function readRoleArn(arn: string) {
  const [whole, partition = '', accountId = '', name = ''] = ROLE_ARN.exec(arn) ?? [];
  if (whole === undefined) throw invalidArn(arn);
  // The same role has the same id in every answer, as it will have when it is one of IAM's.
  const id = uniqueId('AROA', accountId, hash('sha256', arn, 'buffer'));
  return { partition, accountId, name, id };
}

function durationSeconds(input: AssumeRoleRequest, caller: Caller): number {
  const seconds = input.DurationSeconds ?? ROLE_SESSION_SECONDS;
  if (isSession(caller) && seconds > ROLE_SESSION_SECONDS) throw chainedSessionTooLong();
  return seconds;
}

function refuseUnsupported(input: AssumeRoleRequest): void {
  if (input.ProvidedContexts?.length) throw memberNotSupported('ProvidedContexts');
  if (input.MinimumSessionTokenSize !== undefined) {
    throw memberNotSupported('MinimumSessionTokenSize');
  }
}
