/** A request as policies see it. */
import type { HttpRequest } from '../../http/message.ts';
import type { PolicyPrincipal, PolicyRequest } from './policy.ts';

export function policyRequest(
  http: HttpRequest,
  resource: string,
  principal?: PolicyPrincipal,
): PolicyRequest {
  const keys = new Map([
    ['aws:sourceip', http.remoteAddress],
    ['aws:securetransport', String(http.encrypted)],
  ]);
  const userAgent = http.headers.get('user-agent');
  const referer = http.headers.get('referer');
  if (userAgent !== undefined) keys.set('aws:useragent', userAgent);
  if (referer !== undefined) keys.set('aws:referer', referer);
  if (principal) {
    keys.set('aws:principalarn', principal.arn);
    keys.set('aws:principalaccount', principal.accountId);
  }
  return { resource, principal, keys };
}
