/** JWT authorizers: a token signed by the issuer, for this audience, in time, with a scope. */
import type { JwtAuthorization } from '../../apigatewayv2/port.ts';
import type { AuthorizerContext } from '../authorizer-context.ts';
import { claimText } from '../authorizer-context.ts';
import type { Execution } from './execution.ts';
import { forbidden, internalServerError, unauthorized } from './gateway-error.ts';
import { signatureProblem, timeProblem } from '../jwt-verification.ts';
import { parseJwt } from '../jwt.ts';
import type { Claims } from '../jwt.ts';
import type { GatewayRuntime } from '../runtime.ts';
import { valueOf } from './variables.ts';

export async function authorizeJwt(
  execution: Execution,
  authorization: JwtAuthorization,
  runtime: GatewayRuntime,
): Promise<AuthorizerContext> {
  const value = valueOf(authorization.identitySource, execution);
  // Without a token AWS names the scheme only (seen from AWS in public sources, 2026).
  if (value === undefined) throw unauthorized('no token', 'Bearer');
  const jwt = parseJwt(value.replace(/^Bearer\s+/i, ''));
  if (typeof jwt === 'string') throw invalidToken(jwt);
  const { issuer } = authorization;
  const forged = await signatureProblem(jwt, issuer, runtime.jwks).catch((error: unknown) => {
    throw internalServerError(`keys of ${issuer}: ${String(error)}`);
  });
  const problem =
    forged ?? claimsProblem(jwt.claims, authorization) ?? timeProblem(jwt.claims, runtime.clock);
  if (problem !== undefined) throw invalidToken(problem);
  return {
    type: 'jwt',
    claims: textOf(jwt.claims),
    scopes: matchingScopes(jwt.claims, authorization),
  };
}

/** Why the claims do not do, or undefined. AWS's words are known for the audience only. */
function claimsProblem(claims: Claims, { issuer, audience }: JwtAuthorization): string | undefined {
  if (claims['iss'] !== issuer) return 'the issuer of the token is not valid';
  return isAudience(claims, audience) ? undefined : 'the token does not have a valid audience';
}

/** `client_id` counts only where `aud` is absent (developer guide, "Troubleshooting", 2020-05). */
function isAudience(claims: Claims, audience: readonly string[]): boolean {
  const { aud = claims['client_id'] } = claims;
  const named = Array.isArray(aud) ? aud : [aud];
  return named.some((each) => typeof each === 'string' && audience.includes(each));
}

/** Null when the route asks for none, as functions are told then. */
function matchingScopes(claims: Claims, { scopes }: JwtAuthorization): string[] | null {
  if (scopes.length === 0) return null;
  const granted = claimText(claims['scope'] ?? scopeList(claims['scp'])) ?? '';
  const matching = granted.split(' ').filter((scope) => scopes.includes(scope));
  if (matching.length > 0) return matching;
  const challenge =
    `Bearer scope="${scopes.join(' ')}" error="insufficient_scope" ` +
    'error_description="the token does not have a valid scope"';
  throw forbidden('no scope of the route in the token', challenge);
}

function scopeList(scp: unknown): unknown {
  return Array.isArray(scp) ? scp.join(' ') : scp;
}

function textOf(claims: Claims): Map<string, string> {
  const text = new Map<string, string>();
  for (const [name, value] of Object.entries(claims)) {
    const claim = claimText(value);
    if (claim !== undefined) text.set(name, claim);
  }
  return text;
}

/** The form is AWS's (developer guide, 2020-05); `description` is never the client's own text. */
function invalidToken(description: string) {
  return unauthorized(
    description,
    `Bearer scope="" error="invalid_token" error_description="${description}"`,
  );
}
