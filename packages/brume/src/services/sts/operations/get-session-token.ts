/** GetSessionToken: temporary credentials that act as the caller itself. */
import type {
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '../../../model/generated/sts.types.ts';
import type { RequestContext } from '../../service.ts';
import { memberNotSupported, sessionCredentials } from '../errors.ts';
import { isSession, issueSession, refuseMfa, requireKey, userSessionSeconds } from '../session.ts';
import type { StsState } from '../state.ts';

export function getSessionToken(
  state: StsState,
  input: GetSessionTokenRequest,
  { accountId, caller }: RequestContext,
): GetSessionTokenResponse {
  requireKey(caller);
  if (isSession(caller)) throw sessionCredentials('GetSessionToken');
  refuseMfa(input);
  if (input.MinimumSessionTokenSize !== undefined) {
    throw memberNotSupported('MinimumSessionTokenSize');
  }
  const { principalArn, userId } = caller;
  const seconds = userSessionSeconds(caller, input.DurationSeconds);
  return { Credentials: issueSession(state, { accountId, principalArn, userId }, seconds) };
}
