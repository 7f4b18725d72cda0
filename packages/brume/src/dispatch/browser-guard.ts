/**
 * Keeps web pages away from a Brume that trusts whoever reaches it. On a developer's machine any page
 * in the browser can send requests to loopback, and creating a function is running code: so requests
 * that a foreign page made (`Origin`), or that came under a foreign name (DNS rebinding: `Host`), are
 * refused while signatures are not enforced.
 */
import type { HttpRequest } from '../http/message.ts';
import { AwsError } from '../model/aws-error.ts';

/** Names that only ever mean this machine. */
const LOCAL_NAME = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
/** What clients call Brume for AWS's sake. As an origin it is foreign: anybody has pages in a bucket. */
const AWS_NAME = /^(?:[a-z0-9-]+\.)+amazonaws\.com$/i;

/** Throws for a request that a foreign web page may have sent. `ownHost` is the address listened on. */
export function refuseForeignPages(request: HttpRequest, ownHost: string): void {
  const host = hostName(request.headers.get('host') ?? '');
  if (host !== '' && host !== ownHost && !LOCAL_NAME.test(host) && !AWS_NAME.test(host)) {
    throw refused(`the Host "${host}" is not a name of this machine`);
  }
  const origin = request.headers.get('origin');
  if (origin !== undefined && !isLocalOrigin(origin, ownHost)) {
    throw refused(`the page ${origin} is not from this machine`);
  }
}

function isLocalOrigin(origin: string, ownHost: string): boolean {
  const name = hostName(origin.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''));
  return name === ownHost || LOCAL_NAME.test(name);
}

function hostName(authority: string): string {
  return authority.replace(/:\d*$/, '').toLowerCase();
}

function refused(reason: string): AwsError {
  return new AwsError({
    code: 'AccessDeniedException',
    status: 403,
    message: `Brume refused this request: ${reason}. Start it with --auth enforce to serve others.`,
  });
}
