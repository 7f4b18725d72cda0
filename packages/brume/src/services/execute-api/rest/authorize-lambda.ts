/** Lambda authorizers, TOKEN and REQUEST: a function answers with a policy. */
import type { Clock } from '../../../environment/environment.ts';
import type { Authorizer } from '../../../model/generated/apigateway.types.ts';
import { AuthorizerCache } from '../authorizer-cache.ts';
import { jsonFields } from '../json-fields.ts';
import { compilePolicy } from '../../../policies/policy.ts';
import type { Policy } from '../../../policies/policy.ts';
import { policyRequest } from '../policy-request.ts';
import { Budget } from '../templates/budget.ts';
import { regularExpression } from '../templates/regular-expression/regular-expression.ts';
import { TemplateFault } from '../templates/template-error.ts';
import type { Authorize } from './authorize.ts';
import { authorizerEvent } from './event.ts';
import { GatewayFailure } from './gateway-failure.ts';
import { compileIdentitySources } from './identity-source.ts';
import { AUTHORIZER_TTL_DEFAULT_SECONDS, INTEGRATION_TIMEOUT_DEFAULT_MS } from './limits.ts';
import { methodArn } from './method-arn.ts';
import type { RestAuthorizer, RestExecution } from './rest-execution.ts';
import type { Strings } from './rest-request.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { runFunction } from './run-function.ts';
import { functionOf } from './stage-text.ts';

interface Decision {
  readonly policy: Policy;
  readonly authorizer: RestAuthorizer;
}

export function compileLambdaAuthorizer(authorizer: Authorizer, clock: Clock): Authorize {
  const { type, identityValidationExpression: expression } = authorizer;
  const ttl = authorizer.authorizerResultTtlInSeconds ?? AUTHORIZER_TTL_DEFAULT_SECONDS;
  const sources = compileIdentitySources(authorizer.identitySource);
  const cache = new AuthorizerCache<Decision>(clock);
  const ask = compileQuestion(authorizer);
  return async (execution, runtime) => {
    const identity = sources(execution);
    // Without its identity the function is not asked at all (developer guide, "Identity sources").
    if (identity.includes('')) throw unauthorized('identity source missing');
    const [token = ''] = identity;
    if (type === 'TOKEN' && expression && !matches(expression, token)) {
      throw unauthorized('the token does not match the validation expression');
    }
    const key = JSON.stringify(identity);
    let decision = ttl > 0 ? cache.get(key) : undefined;
    if (decision) {
      const id = authorizer.id ?? '';
      execution.authorization = {
        id,
        cached: true,
        event: undefined,
        answer: undefined,
        latencyMs: 0,
      };
    } else {
      decision = await ask(execution, runtime, token);
      if (ttl > 0) cache.set(key, decision, ttl);
    }
    execution.authorizer = decision.authorizer;
    // What is kept is the policy: it decides anew for every method.
    const { timeMs, request } = execution;
    const caller = { endpointId: request.endpointId, timeMs };
    return decision.policy(policyRequest(request.http, methodArn(execution), caller));
  };
}

function unauthorized(reason: string): GatewayFailure {
  return new GatewayFailure('UNAUTHORIZED', reason);
}

function matches(expression: string, token: string): boolean {
  try {
    return regularExpression(expression).matchesWhole(token, new Budget());
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    throw new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR', error.message);
  }
}

type Question = (
  execution: RestExecution,
  runtime: RestRuntime,
  token: string,
) => Promise<Decision>;

function compileQuestion(authorizer: Authorizer): Question {
  const { id = '', type, authorizerUri = '', authorizerCredentials } = authorizer;
  const functionArn = functionOf(authorizerUri);
  return async (execution, runtime, token) => {
    if (!functionArn) throw misconfigured(`no function: ${authorizerUri}`);
    const arn = methodArn(execution);
    const event =
      type === 'TOKEN'
        ? { type: 'TOKEN', methodArn: arn, authorizationToken: token }
        : authorizerEvent(execution, arn);
    const startedMs = runtime.clock.monotonicMs();
    const result = await runFunction(execution, runtime, {
      functionName: functionArn(execution.variables),
      payload: Buffer.from(JSON.stringify(event)),
      timeoutMs: INTEGRATION_TIMEOUT_DEFAULT_MS,
      credentialsArn: authorizerCredentials,
      part: `authorizers/${id}`,
    }).catch((error: unknown) => {
      if (!(error instanceof GatewayFailure)) throw error;
      throw new GatewayFailure('AUTHORIZER_FAILURE', error.reason);
    });
    const answer = Buffer.from(result.payload).toString('utf8');
    const latencyMs = runtime.clock.monotonicMs() - startedMs;
    execution.authorization = { id, cached: false, event, answer, latencyMs };
    if (result.functionError !== undefined) throw failed(answer);
    return decisionOf(answer);
  };
}

function misconfigured(reason: string): GatewayFailure {
  return new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR', reason);
}

/** An error with this one text is a decision, too (developer guide, "Lambda authorizers"). */
function failed(answer: string): GatewayFailure {
  const { errorMessage } = jsonFields(answer) ?? {};
  if (errorMessage === 'Unauthorized') return unauthorized('the authorizer says so');
  return new GatewayFailure('AUTHORIZER_FAILURE', `the authorizer failed: ${answer.slice(0, 500)}`);
}

function decisionOf(answer: string): Decision {
  const { principalId, policyDocument, context, usageIdentifierKey } = jsonFields(answer) ?? {};
  const policy = compilePolicy(policyDocument);
  if (typeof principalId !== 'string' || !policy) {
    throw misconfigured('the authorizer answered without a principalId or a policyDocument');
  }
  return {
    policy,
    authorizer: {
      principalId,
      context: contextOf(context),
      claims: undefined,
      usageIdentifierKey: typeof usageIdentifierKey === 'string' ? usageIdentifierKey : undefined,
    },
  };
}

/** Texts, numbers and booleans only, all as text: anything else is refused (developer guide). */
function contextOf(context: unknown): Strings {
  const strings = Object.create(null) as Strings;
  if (context === undefined || context === null) return strings;
  if (typeof context !== 'object') throw misconfigured('the context is no object');
  for (const [name, value] of Object.entries(context)) {
    if (value === null) continue;
    if (typeof value === 'object') throw misconfigured(`the context's ${name} is no text`);
    strings[name] = String(value);
  }
  return strings;
}
