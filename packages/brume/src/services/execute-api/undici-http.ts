/** Outbound HTTP over undici: connections are kept and shared, one pool an origin. */
import { Agent } from 'undici';
import type { Timers } from '../../environment/environment.ts';
import { OutboundTimeoutError, OutboundTooLargeError } from './outbound-http.ts';
import type { OutboundHttp, OutboundRequest, OutboundResponse } from './outbound-http.ts';

const CONNECTIONS_PER_ORIGIN_MAX = 256;
const ORIGINS_MAX = 1_000;
/** Below the 5 s after which Node's own servers close: we must be the first to let go. */
const KEEP_ALIVE_MS = 4_000;

export function createUndiciHttp({ timers }: { readonly timers: Timers }): OutboundHttp {
  const agent = new Agent({
    connections: CONNECTIONS_PER_ORIGIN_MAX,
    maxOrigins: ORIGINS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // One deadline for the whole exchange, ours below.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: (request) => send(agent, timers, request),
    close: () => agent.destroy(),
  };
}

async function send(
  agent: Agent,
  timers: Timers,
  request: OutboundRequest,
): Promise<OutboundResponse> {
  const abort = new AbortController();
  const timer = timers.after(request.timeoutMs, () => abort.abort(new OutboundTimeoutError()));
  try {
    const response = await agent.request({
      origin: request.url.origin,
      path: request.url.pathname + request.url.search,
      method: request.method,
      headers: [...request.headers],
      body: request.body && request.body.length > 0 ? request.body : null,
      signal: abort.signal,
      responseHeaders: 'raw',
    });
    const body = await readBody(response.body, request.bodyBytesMax);
    return { status: response.statusCode, headers: rawHeaders(response.headers), body };
  } finally {
    timer.cancel();
  }
}

async function readBody(
  body: AsyncIterable<Uint8Array> & { destroy(): unknown },
  bytesMax: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bytesMax) {
      body.destroy();
      throw new OutboundTooLargeError();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** With `responseHeaders: 'raw'` undici gives what came, as a flat list; its types say otherwise. */
function rawHeaders(headers: unknown): string[] {
  return (headers as (string | Buffer)[]).map((each) =>
    typeof each === 'string' ? each : each.toString('latin1'),
  );
}
