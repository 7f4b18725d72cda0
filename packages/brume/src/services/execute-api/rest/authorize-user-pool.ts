/**
 * COGNITO_USER_POOLS: a token of one of the pools. Brume has no pools: their issuer is asked for its keys
 * wherever the options say it is, which is AWS where they say nothing.
 */
import type { Authorizer } from '../../../model/generated/apigateway.types.ts';
import { claimText } from '../authorizer-context.ts';
import { signatureProblem, timeProblem } from '../jwt-verification.ts';
import { parseJwt } from '../jwt.ts';
import type { Claims } from '../jwt.ts';
import type { PolicyVerdict } from '../../../policies/policy.ts';
import type { Authorize } from './authorize.ts';
import { GatewayFailure } from './gateway-failure.ts';
import { compileIdentitySources } from './identity-source.ts';
import type { Strings } from './rest-request.ts';

export function compileUserPool({ providerARNs = [], identitySource }: Authorizer): Authorize {
  const sources = compileIdentitySources(identitySource ?? 'method.request.header.Authorization');
  return async (execution, { jwks, clock, userPoolIssuer }): Promise<PolicyVerdict> => {
    const [value = ''] = sources(execution);
    if (value === '') throw unauthorized('no token');
    const jwt = parseJwt(value.replace(/^Bearer\s+/i, ''));
    if (typeof jwt === 'string') throw unauthorized(jwt);
    const { claims } = jwt;
    const issuer = providerARNs.map(userPoolIssuer).find((each) => each === claims['iss']);
    if (issuer === undefined) throw unauthorized('the token is from no pool of the authorizer');
    const forged = await signatureProblem(jwt, issuer, jwks).catch((error: unknown) => {
      throw new GatewayFailure('AUTHORIZER_FAILURE', `keys of ${issuer}: ${String(error)}`);
    });
    const problem =
      forged ?? timeProblem(claims, clock) ?? useProblem(claims, execution.matched.scopes);
    if (problem !== undefined) throw unauthorized(problem);
    execution.authorizer = {
      principalId: undefined,
      context: Object.create(null) as Strings,
      claims: textOf(claims),
      usageIdentifierKey: undefined,
    };
    return 'allow';
  };
}

function unauthorized(reason: string): GatewayFailure {
  return new GatewayFailure('UNAUTHORIZED', reason);
}

/** A method with scopes takes access tokens that have one of them, any other takes identity tokens. */
function useProblem(claims: Claims, scopes: readonly string[]): string | undefined {
  if (scopes.length === 0) {
    return claims['token_use'] === 'id' ? undefined : 'the token is no identity token';
  }
  const granted = (claimText(claims['scope']) ?? '').split(' ');
  const isAccess = claims['token_use'] === 'access';
  if (isAccess && granted.some((scope) => scopes.includes(scope))) return undefined;
  return 'the token has no scope of the method';
}

function textOf(claims: Claims): Strings {
  const strings = Object.create(null) as Strings;
  for (const [name, value] of Object.entries(claims)) {
    const text = claimText(value);
    if (text !== undefined) strings[name] = text;
  }
  return strings;
}
