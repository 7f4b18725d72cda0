/** GetCallerIdentity: whose key signed this request. */
import type {
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '../../../model/generated/sts.types.ts';
import type { RequestContext } from '../../service.ts';
import { requireKey } from '../session.ts';
import type { StsState } from '../state.ts';

export function getCallerIdentity(
  _state: StsState,
  _input: GetCallerIdentityRequest,
  { accountId, caller }: RequestContext,
): GetCallerIdentityResponse {
  requireKey(caller);
  return { UserId: caller.userId, Account: accountId, Arn: caller.principalArn };
}
