/** The headers that the gateway adds to, or takes from, what the client sent. */
import type { Execution } from './execution.ts';
import { isHopByHop } from '../header-rules.ts';

/** Names in lower case and their values, in the client's order, the gateway's own last. */
export function* eventHeaders(execution: Execution): Generator<[string, readonly string[]]> {
  const { request, outgoing, traceId } = execution;
  const added = new Map<string, readonly string[]>([
    ['content-length', [String(execution.body.length)]],
    ['x-amzn-trace-id', [traceId]],
    ['x-forwarded-for', [forwardedFor(execution)]],
    ['x-forwarded-port', [port(execution)]],
    ['x-forwarded-proto', [request.http.encrypted ? 'https' : 'http']],
  ]);
  for (const [name, values] of outgoing.headers) {
    if (!isHopByHop(name) && !added.has(name)) yield [name, values];
  }
  yield* added;
}

function forwardedFor({ request }: Execution): string {
  const before = request.headers.get('x-forwarded-for');
  return [...(before ?? []), request.http.remoteAddress].join(', ');
}

function port({ request }: Execution): string {
  const fallback = request.http.encrypted ? '443' : '80';
  return /:(\d+)$/.exec(request.header('host') ?? '')?.[1] ?? fallback;
}
