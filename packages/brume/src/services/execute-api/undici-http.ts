/** Outbound HTTP over undici: connections are kept and shared, one pool an origin. */
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import type { Timers } from '../../environment/environment.ts';
import { OutboundTimeoutError, OutboundTooLargeError } from './outbound-http.ts';
import type {
  OutboundHttp,
  OutboundRequest,
  OutboundResponse,
  OutboundTls,
} from './outbound-http.ts';

const CONNECTIONS_PER_ORIGIN_MAX = 256;
const ORIGINS_MAX = 1_000;
/** By client certificate, of stages that have one. */
const SECURED_AGENTS_MAX = 64;
/** Below the 5 s after which Node's own servers close: we must be the first to let go. */
const KEEP_ALIVE_MS = 4_000;

export function createUndiciHttp({ timers }: { readonly timers: Timers }): OutboundHttp {
  const agent = newAgent(undefined);
  const secured = new SecuredAgents();
  return {
    send(request) {
      const { tls } = request;
      return new Exchange(request).run(tls ? secured.agentFor(tls) : agent, timers);
    },
    async close() {
      await Promise.all([agent.destroy(), secured.close()]);
    },
  };
}

function newAgent(tls: OutboundTls | undefined): Agent {
  return new Agent({
    connections: CONNECTIONS_PER_ORIGIN_MAX,
    maxOrigins: ORIGINS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // One deadline for the whole exchange, ours below.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(tls && {
      connect: { cert: tls.certificate, key: tls.privateKey, rejectUnauthorized: !tls.insecure },
    }),
  });
}

/** Connections that are secured in one way are never used for another. */
class SecuredAgents {
  /** The one that was made first comes first. */
  readonly #agents = new Map<string, Agent>();

  agentFor(tls: OutboundTls): Agent {
    const key = JSON.stringify(tls);
    const kept = this.#agents.get(key);
    if (kept) return kept;
    const [oldest] = this.#agents;
    if (oldest && this.#agents.size >= SECURED_AGENTS_MAX) {
      this.#agents.delete(oldest[0]);
      // Lets what is under way end.
      void oldest[1].close();
    }
    const agent = newAgent(tls);
    this.#agents.set(key, agent);
    return agent;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }
}

/** One request and its answer, read whole as it comes: streams would cost as much as all the rest. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: OutboundRequest;
  readonly #outcome = Promise.withResolvers<OutboundResponse>();
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #headers: string[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #failure: Error | undefined;

  constructor(request: OutboundRequest) {
    this.#request = request;
  }

  async run(agent: Agent, timers: Timers): Promise<OutboundResponse> {
    const { url, method, headers, body, timeoutMs } = this.#request;
    const timer = timers.after(timeoutMs, () => this.#fail(new OutboundTimeoutError()));
    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers: [...headers],
          body: body && body.length > 0 ? body : null,
        },
        this,
      );
      return await this.#outcome.promise;
    } finally {
      timer.cancel();
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It may have waited for a connection for too long.
    if (this.#failure) controller.abort(this.#failure);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
    this.#headers = (controller.rawHeaders ?? []) as string[];
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#request.bodyBytesMax) this.#fail(new OutboundTooLargeError());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only = Buffer.alloc(0)] = this.#chunks;
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#size) : only;
    this.#outcome.resolve({ status: this.#status, headers: this.#headers.map(latin1), body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#outcome.reject(this.#failure ?? error);
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#outcome.reject(error);
    this.#controller?.abort(error);
  }
}

/** Header fields come as bytes. */
function latin1(text: string | Buffer): string {
  return typeof text === 'string' ? text : text.toString('latin1');
}
