/** Whether a request may call a function by its URL. */
import type { PolicyStatement } from '../policy.ts';
import type { UrlIdentity } from './url-event.ts';
import type { UrlRecord } from './url-record.ts';

const INVOKE_URL = /^lambda:(?:InvokeFunctionUrl|Invoke\*|\*)$/i;

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
  return policy.some(
    (statement) =>
      INVOKE_URL.test(statement.Action) &&
      isPrincipal(statement.Principal, identity) &&
      isAuthType(statement.Condition, url.authType),
  );
}

function isPrincipal(principal: PolicyStatement['Principal'], identity: UrlIdentity | undefined) {
  if (principal === '*') return true;
  if (!identity || !('AWS' in principal)) return false;
  const root = `arn:aws:iam::${identity.accountId}:root`;
  return principal.AWS === root || principal.AWS === identity.userArn;
}

/** A condition that is not understood is not met. */
function isAuthType(condition: PolicyStatement['Condition'], authType: string): boolean {
  for (const [operator, values] of Object.entries(condition ?? {})) {
    for (const [key, value] of Object.entries(values)) {
      const isMet =
        (operator === 'StringEquals' &&
          key === 'lambda:FunctionUrlAuthType' &&
          value === authType) ||
        (operator === 'Bool' && key === 'lambda:InvokedViaFunctionUrl' && value === 'true');
      if (!isMet) return false;
    }
  }
  return true;
}
