/**
 * Who sends a request. `accept` takes any key at its word, `enforce` verifies the signature against
 * the keys that the store knows.
 */
import type { Clock } from '../environment/environment.ts';
import type { HttpRequest } from '../http/message.ts';
import { isAccountId } from './access-key-id.ts';
import { jsonRefusals, queryRefusals, restJsonRefusals } from './coral-refusals.ts';
import { credentialScope, queryParameter } from './credential-scope.ts';
import type { CredentialScope } from './credential-scope.ts';
import { DEFAULT_ACCOUNT_ID, rootPrincipal } from './credentials.ts';
import type { KnownKeys } from './credentials.ts';
import { bodyReader, readAsItIs } from './payload.ts';
import type { BodyReader } from './payload.ts';
import type { Refusals } from './refusals.ts';
import { s3Refusals } from './s3-refusals.ts';
import { parseSignature } from './signature.ts';
import { verifyClaim, verifySignature } from './verify.ts';
import type { AuthTarget } from './verify.ts';

export type AuthMode = 'accept' | 'enforce';

interface Identity {
  readonly accountId: string;
  readonly caller: Principal;
  /** Reads the body where it was not received whole: decodes its framing, proves it. */
  readonly readBody: BodyReader;
}

interface Principal {
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
  readonly credentials: KnownKeys;
  readonly clock: Clock;
}): Authenticator {
  const { mode, credentials, clock } = options;
  return {
    authenticate: (request, target) =>
      mode === 'accept'
        ? accept(request, credentials)
        : enforce(request, target, credentials, clock.nowMs()),
  };
}

/**
 * A session that was issued here is known by its token, expired or not; any other key acts as the
 * owner of its account: the one that a 12-digit key id names, else the default account.
 */
function accept(request: HttpRequest, credentials: KnownKeys): Identity {
  const scope = credentialScope(request);
  const readBody = unprovenReader(request);
  if (!scope) return identityOf(ANONYMOUS, readBody);
  const { accessKeyId } = scope;
  const accountId = isAccountId(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT_ID;
  const known = issuedSession(request, scope, credentials);
  return identityOf(known ?? { accessKeyId, ...rootPrincipal(accountId) }, readBody);
}

const ANONYMOUS = {
  accountId: DEFAULT_ACCOUNT_ID,
  accessKeyId: '',
  principalArn: '',
  userId: 'anonymous',
};

function issuedSession(request: HttpRequest, scope: CredentialScope, credentials: KnownKeys) {
  if (!scope.accessKeyId.startsWith('ASIA')) return undefined;
  const token =
    request.headers.get('x-amz-security-token') ??
    queryParameter(request.target, 'X-Amz-Security-Token');
  return token === undefined ? undefined : credentials.lookup(scope.accessKeyId, token);
}

/** Undoes the framing of a streamed body; its signatures prove nothing where any key is accepted. */
function unprovenReader({ headers }: HttpRequest): BodyReader {
  const claimed = headers.get('x-amz-content-sha256');
  return claimed?.startsWith('STREAMING-') ? bodyReader(claimed, headers, undefined) : readAsItIs;
}

/** Checks in the order of AWS: form, time, scope, key, signature. */
function enforce(
  request: HttpRequest,
  target: AuthTarget,
  credentials: KnownKeys,
  nowMs: number,
): Identity {
  const refusals = refusalsOf(target);
  const claim = parseSignature(request, refusals);
  if (!claim) throw refusals.missingToken();
  verifyClaim(claim, request, target, refusals, nowMs);
  const known = credentials.lookup(claim.accessKeyId, claim.sessionToken);
  if (!known) throw refusals.unknownKey(claim);
  if (known.session && known.session.expiresAtMs <= nowMs) throw refusals.expiredToken();
  return identityOf(known, verifySignature(claim, request, target, known, refusals));
}

function refusalsOf({ service, protocol }: AuthTarget): Refusals {
  if (service === 's3') return s3Refusals;
  if (protocol === 'rest-json') return restJsonRefusals;
  return protocol === 'json' || protocol === 'smithy-rpc-v2-cbor' ? jsonRefusals : queryRefusals;
}

/** Leaves the secret behind: what comes after needs to know who calls, no more. */
function identityOf(
  known: Principal & { readonly accountId: string },
  readBody: BodyReader,
): Identity {
  const { accountId, accessKeyId, principalArn, userId } = known;
  return { accountId, caller: { accessKeyId, principalArn, userId }, readBody };
}
