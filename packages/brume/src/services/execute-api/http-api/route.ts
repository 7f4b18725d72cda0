/** Step: which route the request takes. */
import type { Execution } from './execution.ts';
import { notFound } from './gateway-error.ts';

export function matchRoute(execution: Execution): void {
  const { request, stage } = execution;
  const match = stage.match(request.method, request.routePath);
  if (!match) throw notFound('no route matches');
  execution.route = match.route;
  execution.pathParameters = match.pathParameters;
}
