/** Step: which method of which resource the request is for. */
import { GatewayFailure } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { signatureFailure } from './signature-failure.ts';

export function matchMethod(execution: RestExecution, runtime: RestRuntime): void {
  const { request, served } = execution;
  // Recorded 2023: a slash at the end matters to nobody but the event's `path`.
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
  const match = served.match(request.method, path);
  if (!match) throw noMethod(execution, runtime);
  execution.method = match.route;
  execution.pathParameters = match.pathParameters;
}

/** AWS's answer where there is no such resource or method: it reads an `Authorization` as a signature. */
function noMethod(execution: RestExecution, runtime: RestRuntime): GatewayFailure {
  const missing = new GatewayFailure('MISSING_AUTHENTICATION_TOKEN', 'no method matches');
  if (execution.request.header('authorization') === undefined) return missing;
  const failure = signatureFailure(execution, runtime);
  return failure?.said.errorType === 'IncompleteSignatureException' ? failure : missing;
}
