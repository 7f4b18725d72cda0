/** A request as policies see it. */
import type { HttpRequest } from '../../http/message.ts';
import type { PolicyRequest } from '../../policies/policy.ts';
import { principalKeys, type AccountPrincipal } from '../../policies/principal.ts';

const ANONYMOUS = ['arn', 'account', 'type'].map(
  (name) => [`aws:principal${name}`, undefined] as const,
);

export interface PolicyCaller {
  readonly principal?: AccountPrincipal | undefined;
  /** The VPC endpoint by which the request came. */
  readonly endpointId?: string | undefined;
  /** When it came, in milliseconds since 1970. */
  readonly timeMs: number;
}

export function policyRequest(
  http: HttpRequest,
  resource: string,
  { principal, endpointId, timeMs }: PolicyCaller,
): PolicyRequest {
  const keys = new Map([
    ['aws:sourceip', http.remoteAddress],
    ['aws:securetransport', String(http.encrypted)],
    ['aws:useragent', http.headers.get('user-agent')],
    ['aws:referer', http.headers.get('referer')],
    ...(principal ? principalKeys(principal) : ANONYMOUS),
    ['aws:currenttime', new Date(timeMs).toISOString()],
    ['aws:epochtime', String(Math.floor(timeMs / 1000))],
    ['aws:sourcevpce', endpointId],
    // There are no private networks here.
    ['aws:sourcevpc', undefined],
    ['aws:vpcsourceip', undefined],
  ]);
  return { action: 'execute-api:Invoke', resource, principal, keys };
}
