/** Whether a token is its issuer's and in time: what JWT authorizers and user pools have in common. */
import type { Clock } from '../../environment/environment.ts';
import type { Jwks } from './jwks.ts';
import { isSignedBy } from './jwt.ts';
import type { Claims, Jwt } from './jwt.ts';

/** Why the token is not its issuer's; undefined where it is. Rejects when the issuer cannot be asked. */
export async function signatureProblem(
  jwt: Jwt,
  issuer: string,
  jwks: Jwks,
): Promise<string | undefined> {
  const key = await jwks.key(issuer, jwt.keyId);
  if (!key) return 'the key of the token is not known to its issuer';
  return isSignedBy(jwt, key) ? undefined : 'the signature of the token is not valid';
}

export function timeProblem({ exp, nbf, iat }: Claims, clock: Clock): string | undefined {
  const nowSeconds = clock.nowMs() / 1000;
  if (typeof exp !== 'number' || exp <= nowSeconds) return 'the token has expired';
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds)) {
    return 'the token is not valid yet';
  }
  if (iat !== undefined && !(typeof iat === 'number' && iat <= nowSeconds + 1)) {
    return 'the token is used before issued';
  }
  return undefined;
}
