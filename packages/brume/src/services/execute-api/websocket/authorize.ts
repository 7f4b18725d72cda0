/** Who may connect: by signature, by what a function says, and by API key. What is not understood denies. */
import { compilePolicy } from '../../../policies/policy.ts';
import { jsonFields } from '../json-fields.ts';
import { policyRequest } from '../policy-request.ts';
import type { Policy } from '../../../policies/policy.ts';
import type { WebSocketAuthorizer, WebSocketRoute } from '../../apigatewayv2/port.ts';
import type { AuthorizerValues } from './connection.ts';
import { authorizerEvent } from './event.ts';
import type { ConnectRequest, Occasion } from './event.ts';
import { valueOf } from './expression.ts';
import type { ExpressionScope } from './expression.ts';
import {
  forbidden,
  misconfigured,
  quotaExceeded,
  tooManyRequests,
  unauthorized,
  WebSocketFailure,
} from './failure.ts';
import { invoke } from './invoke.ts';
import { AUTHORIZER_RESULT_BYTES_MAX, AUTHORIZER_TIMEOUT_MS } from './limits.ts';
import type { WebSocketRuntime } from './runtime.ts';

/** What the authorizer found out; undefined where there is none. Throws a `WebSocketFailure`. */
export async function authorizeConnect(
  route: WebSocketRoute,
  request: ConnectRequest,
  occasion: Occasion,
  scope: ExpressionScope,
  runtime: WebSocketRuntime,
): Promise<AuthorizerDecision | undefined> {
  const { authorization } = route;
  if (authorization.type === 'none') return undefined;
  if (authorization.type === 'lambda') {
    return askFunction(authorization, request, occasion, scope, runtime);
  }
  const { accountId, region } = occasion.stage;
  if (!runtime.iam) throw forbidden('no verifier of signatures');
  const identity = await runtime.iam.verify(request.http, NO_BODY, region);
  if (!identity) throw forbidden('signature missing or not valid');
  if (identity.accountId !== accountId) throw forbidden('another account');
  occasion.findings.identity = identity;
  return undefined;
}

export interface AuthorizerDecision {
  readonly values: AuthorizerValues;
  readonly usageKey: string | undefined;
}

const NO_BODY = Buffer.alloc(0);

async function askFunction(
  { authorizerId, identitySources, functionArn, credentialsArn }: WebSocketAuthorizer,
  request: ConnectRequest,
  occasion: Occasion,
  scope: ExpressionScope,
  runtime: WebSocketRuntime,
): Promise<AuthorizerDecision> {
  // Without its identity the function is not asked at all (developer guide, "Identity sources").
  const isMissing = identitySources.some((source) => (valueOf(source, scope) ?? '') === '');
  if (isMissing) throw unauthorized('identity source missing');
  const { stage } = occasion;
  const { region, accountId, apiId, stageName } = stage;
  const arn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stageName}/$connect`;
  const event = authorizerEvent(occasion, request, arn);
  const payload = Buffer.from(JSON.stringify(event));
  const record = { id: authorizerId, cached: false, event, answer: undefined, latencyMs: 0 };
  occasion.findings.authorization = record;
  const startedMs = runtime.clock.monotonicMs();
  const timeoutMs = AUTHORIZER_TIMEOUT_MS;
  const caller = `authorizers/${authorizerId}`;
  const call = { functionArn, credentialsArn, stage, caller, payload, timeoutMs };
  const result = await invoke(call, runtime).catch(closed);
  const answer = Buffer.from(result.payload).toString();
  const latencyMs = runtime.clock.monotonicMs() - startedMs;
  occasion.findings.authorization = { ...record, answer, latencyMs };
  if (result.functionError !== undefined) throw failureOf(answer);
  const { values, usageKey, policy } = read(answer, Math.round(latencyMs));
  occasion.findings.authorizer = values;
  const { timeMs } = occasion;
  const verdict = policy(policyRequest(request.http, arn, { timeMs }));
  if (verdict !== 'allow') throw forbidden('the authorizer denies');
  return { values, usageKey };
}

/** Whatever went wrong with the authorizer, the client is told no more than that. */
function closed(error: unknown): never {
  if (error instanceof WebSocketFailure) throw misconfigured(`authorizer: ${error.reason}`);
  throw error;
}

/** A function that fails with `Unauthorized` says 401 (developer guide, "Lambda authorizers"). */
function failureOf(text: string): WebSocketFailure {
  const said = jsonFields(text)?.['errorMessage'];
  return said === 'Unauthorized'
    ? unauthorized('the authorizer says so')
    : misconfigured(`the authorizer failed: ${text}`);
}

function read(text: string, integrationLatency: number): AuthorizerDecision & { policy: Policy } {
  const answer = jsonFields(text);
  const policy = compilePolicy(answer?.['policyDocument']);
  const principalId = answer?.['principalId'];
  if (!answer || !policy || typeof principalId !== 'string') {
    throw misconfigured('the authorizer answered in another format');
  }
  if (Buffer.byteLength(text) > AUTHORIZER_RESULT_BYTES_MAX) {
    throw misconfigured('the authorizer answered more than 8 KB');
  }
  const usageKey = answer['usageIdentifierKey'];
  const context = scalars(answer['context']);
  return {
    policy,
    values: { ...context, principalId, integrationLatency },
    usageKey: typeof usageKey === 'string' ? usageKey : undefined,
  };
}

/** Only strings, numbers and booleans may be said; all arrive as text (as for REST APIs). */
function scalars(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = typeof value === 'object' ? Object.entries(value) : undefined;
  if (!entries || entries.some(([, each]) => typeof each === 'object' && each !== null)) {
    throw misconfigured('the context of the authorizer must be flat');
  }
  return Object.fromEntries(entries.map(([name, each]) => [name, String(each)]));
}

/** Throws a `WebSocketFailure` for who has no key of a usage plan with this stage, or has used it up. */
export function admitByKey(
  { stage, findings }: Occasion,
  request: ConnectRequest,
  decision: AuthorizerDecision | undefined,
  { plans }: WebSocketRuntime,
): void {
  const { accountId, region, apiId, stageName, apiKeySource } = stage;
  const keyValue =
    apiKeySource === 'authorizer'
      ? decision?.usageKey
      : request.headers.get('x-api-key')?.join(',');
  if (keyValue === undefined || keyValue === '') throw forbidden('no API key');
  const admission = plans.admit({
    accountId,
    region,
    stage: `${apiId}:${stageName}`,
    method: '$connect',
    keyValue,
  });
  if (admission.type === 'unknown') throw forbidden('not a key of a usage plan with this stage');
  if (admission.type === 'exhausted') throw quotaExceeded();
  if (admission.type !== 'admitted') throw tooManyRequests('the usage plan is throttled');
  findings.apiKey = admission.key;
}
