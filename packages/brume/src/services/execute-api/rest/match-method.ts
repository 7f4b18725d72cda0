/** Step: which method of which resource the request is for. */
import { GatewayFailure } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';

export function matchMethod(execution: RestExecution): void {
  const { request, served } = execution;
  // Recorded 2023: a slash at the end matters to nobody but the event's `path`.
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
  const match = served.match(request.method, path);
  // AWS's answer where there is no such resource or method.
  if (!match) throw new GatewayFailure('MISSING_AUTHENTICATION_TOKEN', 'no method matches');
  execution.method = match.route;
  execution.pathParameters = match.pathParameters;
}
