/**
 * Step: whether the request may be made. AWS's order (developer guide, "API Gateway resource policies and
 * authorization workflow"): what the API's policy denies is denied; then the method's authorizer is asked;
 * then both are weighed. What is not understood is not let through.
 */
import type { Authorizer, Method } from '../../../model/generated/apigateway.types.ts';
import type { Clock } from '../../../environment/environment.ts';
import { policyRequest } from '../policy-request.ts';
import type { PolicyVerdict } from '../../../policies/policy.ts';
import { authorizeIam } from './authorize-iam.ts';
import { compileLambdaAuthorizer } from './authorize-lambda.ts';
import { compileUserPool } from './authorize-user-pool.ts';
import { GatewayFailure } from './gateway-failure.ts';
import { methodArn } from './method-arn.ts';
import type { RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';

/** What the method's own authorizer says; it throws for who must show something first. */
export type Authorize = (
  execution: RestExecution,
  runtime: RestRuntime,
) => PolicyVerdict | Promise<PolicyVerdict>;

/** Authorizers of an API, once for all its methods: they share what they keep. */
export function compileAuthorizers(
  authorizers: readonly Authorizer[],
  clock: Clock,
): ReadonlyMap<string, Authorize> {
  return new Map(
    authorizers.map((authorizer) => [
      authorizer.id ?? '',
      authorizer.type === 'COGNITO_USER_POOLS'
        ? compileUserPool(authorizer)
        : compileLambdaAuthorizer(authorizer, clock),
    ]),
  );
}

export function authorizeOf(
  { authorizationType, authorizerId }: Method,
  authorizers: ReadonlyMap<string, Authorize>,
): Authorize {
  if (authorizationType === 'NONE') return () => 'allow';
  if (authorizationType === 'AWS_IAM') return authorizeIam;
  const authorizer = authorizers.get(authorizerId ?? '');
  return authorizer ?? missing;
}

function missing(): never {
  throw new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR', 'the authorizer is not there');
}

export async function authorize(execution: RestExecution, runtime: RestRuntime): Promise<void> {
  const { matched, served } = execution;
  // Who signs says who it is: the policy is asked once that is known.
  const isSigned = matched.authorizationType === 'AWS_IAM';
  if (served.policy && !isSigned && policyVerdict(execution) === 'deny') {
    throw denied(execution, true);
  }
  const own = await matched.authorize(execution, runtime);
  // The policy may speak of somebody who is known only now.
  const api = served.policy ? policyVerdict(execution) : undefined;
  if (own === 'deny' || api === 'deny') throw denied(execution, true);
  if (!isGranted(execution, own, api)) throw denied(execution, false);
}

/** `api` is undefined where the API has no policy. */
function isGranted(
  { matched, identity, stage }: RestExecution,
  own: PolicyVerdict,
  api: PolicyVerdict | undefined,
): boolean {
  const isForeign = identity !== undefined && identity.accountId !== stage.accountId;
  if (api === undefined) return own === 'allow' && !isForeign;
  const decidesNothing = ['NONE', 'COGNITO_USER_POOLS'].includes(matched.authorizationType);
  if (isForeign || decidesNothing) return own === 'allow' && api === 'allow';
  return own === 'allow' || api === 'allow';
}

function policyVerdict(execution: RestExecution): PolicyVerdict {
  const { served, identity, request, timeMs } = execution;
  const principal = identity && { ...identity, arn: identity.userArn };
  const caller = { principal, endpointId: request.endpointId, timeMs };
  return served.policy?.(policyRequest(request.http, methodArn(execution), caller)) ?? 'none';
}

/** Texts by LocalStack's code and from memory. */
function denied(execution: RestExecution, isExplicit: boolean): GatewayFailure {
  const { identity, authorizer, served } = execution;
  if (authorizer || !served.policy) {
    const message = 'User is not authorized to access this resource';
    return new GatewayFailure('ACCESS_DENIED', 'the authorizer denies', {
      message: isExplicit ? `${message} with an explicit deny` : message,
    });
  }
  const who = identity ? `User: ${identity.userArn}` : 'User: anonymous';
  const what = `${who} is not authorized to perform: execute-api:Invoke on resource: ${hidden(methodArn(execution))}`;
  return new GatewayFailure('ACCESS_DENIED', 'the policy of the API denies', {
    message: isExplicit ? `${what} with an explicit deny` : what,
  });
}

/** AWS shows the last digits of the account only. */
function hidden(arn: string): string {
  return arn.replace(/:\d{8}(\d{4}):/, ':********$1:');
}
