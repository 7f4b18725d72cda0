/** Lambda authorizers: a function decides, by a boolean or by a policy. */
import type { LambdaAuthorization } from '../../apigatewayv2/port.ts';
import type { AuthorizerContext, AuthorizerDecision } from '../authorizer-context.ts';
import { jsonFields } from '../json-fields.ts';
import { authorizerEvent1 } from './event-1.ts';
import { authorizerEvent2 } from './event-2.ts';
import type { Execution } from './execution.ts';
import { forbidden, GatewayError, internalServerError, unauthorized } from './gateway-error.ts';
import { invokeFunction } from './invoke-function.ts';
import { AUTHORIZER_TIMEOUT_MS } from '../limits.ts';
import { compilePolicy } from '../../../policies/policy.ts';
import { policyRequest } from '../policy-request.ts';
import type { GatewayRuntime } from '../runtime.ts';
import { valueOf } from './variables.ts';

export async function authorizeLambda(
  execution: Execution,
  authorization: LambdaAuthorization,
  runtime: GatewayRuntime,
): Promise<AuthorizerContext> {
  const identity = authorization.identitySources.map((source) => valueOf(source, execution) ?? '');
  // Without its identity the function is not asked at all (developer guide, "Identity sources").
  if (identity.includes('')) throw unauthorized('identity source missing');
  const cache = execution.stage.authorizerCaches.get(authorization.authorizerId);
  const cacheKey = JSON.stringify(identity);
  let decision = cache?.get(cacheKey);
  if (!decision) {
    decision = await decide(execution, authorization, runtime, identity);
    cache?.set(cacheKey, decision, authorization.cacheSeconds);
  }
  const { timeMs } = execution;
  const request = policyRequest(execution.request.http, routeArn(execution), { timeMs });
  if (!decision.permits(request)) throw forbidden('the authorizer denies');
  return decision.context;
}

async function decide(
  execution: Execution,
  authorization: LambdaAuthorization,
  runtime: GatewayRuntime,
  identity: readonly string[],
): Promise<AuthorizerDecision> {
  const build = authorization.payloadFormatVersion === '2.0' ? authorizerEvent2 : authorizerEvent1;
  const event = build(execution, routeArn(execution), identity);
  const part = `authorizers/${authorization.authorizerId}`;
  const call = { ...authorization, part, timeoutMs: AUTHORIZER_TIMEOUT_MS };
  const answer = await invokeFunction(execution, runtime, call, event).catch(closed);
  const decision = readDecision(answer, authorization.simpleResponses);
  if (!decision) throw internalServerError('the authorizer answered in another format');
  return decision;
}

/** Whatever went wrong with the authorizer, the client is told no more than that. */
function closed(error: unknown): never {
  if (error instanceof GatewayError) throw internalServerError(`authorizer: ${error.reason}`);
  throw error;
}

function readDecision(answer: Buffer, isSimple: boolean): AuthorizerDecision | undefined {
  const fields = jsonFields(answer.toString('utf8'));
  if (!fields) return undefined;
  const { principalId, policyDocument, isAuthorized } = fields;
  const context: AuthorizerDecision['context'] = {
    type: 'lambda',
    principalId: typeof principalId === 'string' ? principalId : undefined,
    context: asContext(fields['context']),
  };
  if (isSimple) {
    return typeof isAuthorized === 'boolean' ? { permits: () => isAuthorized, context } : undefined;
  }
  const policy = compilePolicy(policyDocument);
  return policy && { permits: (request) => policy(request) === 'allow', context };
}

function asContext(value: unknown): Record<string, unknown> {
  const context = Object.create(null) as Record<string, unknown>;
  return typeof value === 'object' ? Object.assign(context, value) : context;
}

function routeArn({ stage, request }: Execution): string {
  const { region, accountId, apiId, stageName } = stage;
  return (
    `arn:aws:execute-api:${region}:${accountId}:${apiId}` +
    `/${stageName}/${request.method}${request.routePath}`
  );
}
