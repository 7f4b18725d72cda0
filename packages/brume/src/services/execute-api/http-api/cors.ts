/** CORS as configured for the API: answers preflights itself, and speaks for integrations. */
import type { CorsRules } from '../../apigatewayv2/port.ts';
import type { Execution } from './execution.ts';

/** Step: a preflight needs no route, and no authorization. */
export function answerPreflight(execution: Execution): void {
  const { request, stage } = execution;
  if (!stage.cors || request.method !== 'OPTIONS') return;
  const asksForMethod = request.header('access-control-request-method') !== undefined;
  if (!asksForMethod || request.header('origin') === undefined) return;
  const headers = new Map<string, string[]>();
  if (allowedOrigin(stage.cors, request.header('origin')) !== undefined) {
    setList(headers, 'access-control-allow-methods', stage.cors.allowMethods);
    setList(headers, 'access-control-allow-headers', stage.cors.allowHeaders);
    const { maxAgeSeconds } = stage.cors;
    if (maxAgeSeconds !== undefined) headers.set('access-control-max-age', [`${maxAgeSeconds}`]);
  }
  execution.response = { status: 204, headers, body: '' };
}

/** Step, backwards: what integrations say about CORS is replaced by what the API says. */
export function addCorsHeaders(execution: Execution): void {
  const { request, response, stage } = execution;
  const { cors } = stage;
  if (!cors || !response) return;
  if (execution.route) dropCorsHeaders(response.headers);
  const origin = allowedOrigin(cors, request.header('origin'));
  if (origin === undefined) return;
  response.headers.set('access-control-allow-origin', [origin]);
  if (origin !== '*')
    response.headers.set('vary', [...(response.headers.get('vary') ?? []), 'origin']);
  if (cors.allowCredentials) response.headers.set('access-control-allow-credentials', ['true']);
  setList(response.headers, 'access-control-expose-headers', cors.exposeHeaders);
}

/** The value for `access-control-allow-origin`; undefined where the origin is not allowed. */
function allowedOrigin(cors: CorsRules, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  for (const allowed of cors.allowOrigins) {
    if (allowed === '*') return '*';
    if (allowed.toLowerCase() === origin.toLowerCase()) return origin;
    // `https://*` stands for every origin of the scheme.
    if (allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1))) return origin;
  }
  return undefined;
}

function dropCorsHeaders(headers: Map<string, string[]>): void {
  for (const name of headers.keys()) {
    if (name.startsWith('access-control-')) headers.delete(name);
  }
}

function setList(headers: Map<string, string[]>, name: string, values: readonly string[]): void {
  if (values.length > 0) headers.set(name, [values.join(',')]);
}
