/** GetFederationToken: temporary credentials for somebody whom the caller vouches for. */
import type {
  GetFederationTokenRequest,
  GetFederationTokenResponse,
} from '../../../model/generated/sts.types.ts';
import type { RequestContext } from '../../service.ts';
import { memberNotSupported, sessionCredentials } from '../errors.ts';
import {
  isSession,
  issueSession,
  requireKey,
  sessionLimits,
  userSessionSeconds,
} from '../session.ts';
import type { StsState } from '../state.ts';

export function getFederationToken(
  state: StsState,
  input: GetFederationTokenRequest,
  { accountId, caller }: RequestContext,
): GetFederationTokenResponse {
  requireKey(caller);
  if (isSession(caller)) throw sessionCredentials('GetFederationToken');
  if (input.MinimumSessionTokenSize !== undefined) {
    throw memberNotSupported('MinimumSessionTokenSize');
  }
  const { limits, packedPercent } = sessionLimits(input);
  const principalArn = `arn:aws:sts::${accountId}:federated-user/${input.Name}`;
  const userId = `${accountId}:${input.Name}`;
  const session = { accountId, principalArn, userId, ...limits, issuedTo: caller.principalArn };
  const seconds = userSessionSeconds(caller, input.DurationSeconds);
  return {
    Credentials: issueSession(state, session, seconds),
    FederatedUser: { FederatedUserId: userId, Arn: principalArn },
    PackedPolicySize: packedPercent,
  };
}
