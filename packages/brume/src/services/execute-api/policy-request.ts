/** A request as policies see it. */
import type { HttpRequest } from '../../http/message.ts';
import type { PolicyRequest } from '../../policies/policy.ts';

export function policyRequest(
  http: HttpRequest,
  resource: string,
  principal?: { readonly accountId: string; readonly arn: string },
): PolicyRequest {
  const keys = new Map([
    ['aws:sourceip', http.remoteAddress],
    ['aws:securetransport', String(http.encrypted)],
    ['aws:useragent', http.headers.get('user-agent')],
    ['aws:referer', http.headers.get('referer')],
    ['aws:principalarn', principal?.arn],
    ['aws:principalaccount', principal?.accountId],
    // There are no private networks here.
    ['aws:sourcevpc', undefined],
    ['aws:sourcevpce', undefined],
    ['aws:vpcsourceip', undefined],
  ]);
  return { action: 'execute-api:Invoke', resource, principal, keys };
}
