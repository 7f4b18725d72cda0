/** Whether a request may call a function by its URL. */
import { functionArn } from '../function-name.ts';
import { verdictOf, type PolicyStatement } from '../policy.ts';
import type { UrlIdentity } from './url-event.ts';
import type { UrlRecord } from './url-record.ts';

/** `half`: of the two permissions that AWS wants there is only the first. */
export type UrlVerdict = 'allow' | 'half' | 'deny';

/**
 * Anybody may call a URL without authentication whose policy says so: AddPermission for `*`, with the
 * action `lambda:InvokeFunctionUrl`, and with `lambda:InvokeFunction` ("Starting in October 2025, new
 * function URLs will require both": urls-auth.html). A URL with IAM is for its own account, and for
 * others that the policy names.
 */
export function authorizeUrl(
  url: UrlRecord,
  policy: readonly PolicyStatement[],
  identity: UrlIdentity | undefined,
): UrlVerdict {
  if (url.authType === 'AWS_IAM' && !identity) return 'deny';
  if (url.authType === 'AWS_IAM' && identity?.accountId === url.accountId) return 'allow';
  const request = {
    principal: identity && { accountId: identity.accountId, arn: identity.userArn },
    resource: functionArn(url, url.alias),
    keys: new Map([
      ['lambda:functionurlauthtype', url.authType],
      ['lambda:invokedviafunctionurl', 'true'],
    ]),
  };
  const byUrl = verdictOf(policy, { ...request, action: 'lambda:InvokeFunctionUrl' });
  const toRun = verdictOf(policy, { ...request, action: 'lambda:InvokeFunction' });
  if (byUrl !== 'allow' || toRun === 'deny') return 'deny';
  return toRun === 'allow' ? 'allow' : 'half';
}
