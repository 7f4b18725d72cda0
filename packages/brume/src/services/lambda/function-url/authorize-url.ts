/** Whether a request may call a function by its URL. */
import { principalKeys } from '../../../policies/principal.ts';
import { functionArn } from '../function-name.ts';
import { isAllowed, type PolicyStatement } from '../policy.ts';
import type { UrlIdentity } from './url-event.ts';
import type { UrlRecord } from './url-record.ts';

/**
 * Anybody may call a URL without authentication whose policy says so: AddPermission for `*`, with the
 * action `lambda:InvokeFunctionUrl`. A URL with IAM is for its own account, and for others that the
 * policy names. (Since 2025-10 AWS wants `lambda:InvokeFunction` beside it for new URLs; not here.)
 */
export function mayCall(
  url: UrlRecord,
  policy: readonly PolicyStatement[],
  identity: UrlIdentity | undefined,
): boolean {
  if (url.authType === 'AWS_IAM' && !identity) return false;
  if (url.authType === 'AWS_IAM' && identity?.accountId === url.accountId) return true;
  const principal = identity && { ...identity, arn: identity.userArn };
  return isAllowed(policy, {
    action: 'lambda:InvokeFunctionUrl',
    principal,
    resource: functionArn(url, url.alias),
    keys: new Map([
      ...(principal ? principalKeys(principal) : []),
      ['lambda:functionurlauthtype', url.authType],
      ['lambda:invokedviafunctionurl', 'true'],
    ]),
  });
}
