/**
 * Who sends a request. `accept` takes any key at its word, `enforce` verifies the signature against
 * the keys that the store knows.
 */
import type { Clock } from '../environment/environment.ts';
import type { HttpRequest } from '../http/message.ts';
import type { ProtocolName } from '../model/shapes.ts';
import { isAccountId } from './access-key-id.ts';
import { credentialScope, queryParameter } from './credential-scope.ts';
import type { CredentialScope } from './credential-scope.ts';
import { DEFAULT_ACCOUNT_ID, rootPrincipal } from './credentials.ts';
import type { CredentialStore } from './credentials.ts';

export type AuthMode = 'accept' | 'enforce';

/** What the request is for, and its body where that has been received whole. */
export interface AuthTarget {
  /** The service's name in a SigV4 scope. */
  readonly service: string;
  /** The region that the request is addressed to. */
  readonly region: string;
  readonly protocol: ProtocolName;
  readonly body: Buffer | undefined;
}

export interface Identity {
  readonly accountId: string;
  readonly caller: Principal;
}

export interface Principal {
  /** Empty when the request is anonymous. */
  readonly accessKeyId: string;
  readonly principalArn: string;
  readonly userId: string;
}

export interface Authenticator {
  /** Throws AWS's error, in the words of the target's protocol, for a request that is refused. */
  authenticate(request: HttpRequest, target: AuthTarget): Identity;
}

export function createAuthenticator(options: {
  readonly mode: AuthMode;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
}): Authenticator {
  const { credentials } = options;
  return { authenticate: (request) => accept(request, credentials) };
}

const ANONYMOUS: Identity = {
  accountId: DEFAULT_ACCOUNT_ID,
  caller: { accessKeyId: '', principalArn: '', userId: 'anonymous' },
};

/**
 * A session that was issued here is known by its token, expired or not; any other key acts as the
 * owner of its account: the one that a 12-digit key id names, else the default account.
 */
function accept(request: HttpRequest, credentials: CredentialStore): Identity {
  const scope = credentialScope(request);
  if (!scope) return ANONYMOUS;
  const { accessKeyId } = scope;
  const session = issuedSession(request, scope, credentials);
  const accountId = isAccountId(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT_ID;
  return identityOf(session ?? { accessKeyId, ...rootPrincipal(accountId) });
}

/** Leaves the secret behind: what comes after needs to know who calls, no more. */
function identityOf(known: Principal & { readonly accountId: string }): Identity {
  const { accountId, accessKeyId, principalArn, userId } = known;
  return { accountId, caller: { accessKeyId, principalArn, userId } };
}

function issuedSession(request: HttpRequest, scope: CredentialScope, credentials: CredentialStore) {
  if (!scope.accessKeyId.startsWith('ASIA')) return undefined;
  const token =
    request.headers.get('x-amz-security-token') ??
    queryParameter(request.target, 'X-Amz-Security-Token');
  return token === undefined ? undefined : credentials.lookup(scope.accessKeyId, token);
}
