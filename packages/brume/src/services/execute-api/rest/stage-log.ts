/**
 * What a stage logs of an execution: who was asked whether it may be made, and the execution itself. Lines
 * as AWS's users show them (Zappa#390, 2016-10; serverless-webpack#314, 2018-01; bref#534, 2020-01; for
 * authorizers AWS's knowledge center, "api-gateway-logs", 2022-12).
 */
import { authorizerLines, executionLog } from './execution-log.ts';
import type { RestExecution } from './rest-execution.ts';

export function stageLog(execution: RestExecution): string[] {
  const { extendedRequestId, apiKey } = execution;
  const key = apiKey ? [`API Key: ${masked(apiKey.value)}`, `API Key ID: ${apiKey.id}`] : [];
  return [
    `Extended Request Id: ${extendedRequestId}`,
    ...authorizerLog(execution),
    ...usagePlanLines(execution),
    ...(isUnderWay(execution) ? executionLog(execution, key) : refusalLines(execution)),
  ];
}

/** As users of 2017 show it, but for what came out of the cache. */
export function authorizerLog(execution: RestExecution): string[] {
  const { authorization, authorizer, requestId, failure } = execution;
  if (!authorization) return [];
  const isDone = !failure || !AUTHORIZER_FAILURES.has(failure.type);
  const principal = masked(authorizer?.principalId ?? '');
  const done = [
    ...(authorization.cached ? [] : [`Using valid authorizer policy for principal: ${principal}`]),
    'Successfully completed authorizer execution',
  ];
  return [
    `Starting authorizer: ${authorization.id} for request: ${requestId}`,
    ...authorizerLines(execution),
    ...(isDone ? done : []),
  ];
}

const AUTHORIZER_FAILURES: ReadonlySet<string> = new Set([
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'UNAUTHORIZED',
]);
/** What is thrown before an execution begins, as far as logs go. */
const REFUSALS: ReadonlySet<string> = new Set([
  ...AUTHORIZER_FAILURES,
  'ACCESS_DENIED',
  'EXPIRED_TOKEN',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'QUOTA_EXCEEDED',
  'THROTTLED',
]);

function isUnderWay({ failure }: RestExecution): boolean {
  return !failure || !REFUSALS.has(failure.type);
}

function refusalLines(execution: RestExecution): string[] {
  return executionLog(execution).slice(-2);
}

/** Keys are asked for when the authorizer has let the request through. */
function usagePlanLines(execution: RestExecution): string[] {
  const { stage, request, requestId, method, apiKey, failure } = execution;
  const isKeyRefused = failure?.type === 'INVALID_API_KEY';
  if (!method || (failure && !isUnderWay(execution) && !isKeyRefused)) return [];
  const place = `API Stage ${stage.apiId}/${stage.stageName}`;
  const name = `method '${method.httpMethod} ${method.resourcePath}'`;
  const key = masked(apiKey?.value ?? request.headers.get('x-api-key') ?? '');
  const first = `Verifying Usage Plan for request: ${requestId}. API Key: ${key} ${place.replace(' Stage ', ' Stage: ')}`;
  if (isKeyRefused) {
    // The reason after the colon is AWS's for a stage without a plan.
    return [
      first,
      `API Key ${key} not authorized because ${name} requires API Key and API Key is not associated with a Usage Plan for ${place}: API Stage is not in a Usage Plan`,
    ];
  }
  const open = `API Key ${key} authorized because ${name} does not require API Key. Request will not contribute to throttle or quota limits`;
  return [
    first,
    ...(method.apiKeyRequired ? [] : [open]),
    `Usage Plan check succeeded for API Key ${key} and ${place}`,
  ];
}

const SHOWN_LENGTH = 6;

/** Its last characters, as AWS shows them. */
function masked(key: string): string {
  const hidden = Math.max(0, key.length - SHOWN_LENGTH);
  return '*'.repeat(hidden) + key.slice(hidden);
}
