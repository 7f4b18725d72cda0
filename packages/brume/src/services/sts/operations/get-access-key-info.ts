/** GetAccessKeyInfo: the account that a key id belongs to, known or not. */
import { accountOfAccessKeyId } from '../../../auth/access-key-id.ts';
import { DEFAULT_ACCOUNT_ID } from '../../../auth/credentials.ts';
import type {
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
} from '../../../model/generated/sts.types.ts';
import type { RequestContext } from '../../service.ts';
import { requireKey } from '../session.ts';
import type { StsState } from '../state.ts';

export function getAccessKeyInfo(
  _state: StsState,
  { AccessKeyId }: GetAccessKeyInfoRequest,
  { caller }: RequestContext,
): GetAccessKeyInfoResponse {
  requireKey(caller);
  // Keys of no known form are accepted for the default account, where any key is.
  return { Account: accountOfAccessKeyId(AccessKeyId) ?? DEFAULT_ACCOUNT_ID };
}
