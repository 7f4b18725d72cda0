/** What an operation sees of its request. What few operations ask for is computed when they do. */
import type { Caller, RequestContext } from '../services/service.ts';
import type { Exchange } from './exchange.ts';

export class OperationContext implements RequestContext {
  readonly accountId: string;
  readonly region: string;
  readonly requestId: string;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.accountId = exchange.accountId;
    this.region = exchange.region;
    this.requestId = exchange.requestId;
    this.#exchange = exchange;
  }

  get caller(): Caller {
    const { caller } = this.#exchange;
    if (!caller) throw new Error('an operation ran before its caller was known');
    return caller;
  }

  get baseUrl(): string {
    const { encrypted, headers } = this.#exchange.request;
    return `${encrypted ? 'https' : 'http'}://${headers.get('host') ?? ''}`;
  }

  get traceId(): string | undefined {
    return this.#exchange.request.headers.get('x-amzn-trace-id');
  }

  get signal(): AbortSignal | undefined {
    return this.#exchange.request.signal;
  }
}
