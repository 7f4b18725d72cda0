/** The streams of all tables: who wants to hear of records, and what keeps them from growing old. */
import type { Environment } from '../../../environment/environment.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import type { Garbage } from '../tables/garbage.ts';
import type { StreamsPort } from '../port.ts';
import { findStream, listStreams } from './stream-reader.ts';
import { Trimmer } from './trimmer.ts';

export class Streams {
  readonly trimmer: Trimmer;
  readonly port: StreamsPort;
  readonly #environment: Environment;
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(store: OrderedStore, environment: Environment, garbage: Garbage, log: Logger) {
    this.trimmer = new Trimmer(store, environment, garbage, log);
    this.#environment = environment;
    this.port = {
      find: (arn) => findStream(store, arn, this.nowMs()),
      list: (request) => listStreams(store, request, this.nowMs()),
      subscribe: (arn, listener) => this.#subscribe(arn, listener),
    };
  }

  /** When a change is made, as its record has it. */
  nowMs(): number {
    return this.#environment.clock.nowMs();
  }

  /** Tells who listens that a stream may have more records, or has ended. */
  changed(arn: string): void {
    for (const listener of this.#listeners.get(arn) ?? []) {
      this.#environment.timers.nextTurn(listener);
    }
  }

  #subscribe(arn: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(arn) ?? new Set();
    this.#listeners.set(arn, listeners.add(listener));
    return () => {
      if (!listeners.delete(listener)) return;
      if (listeners.size === 0) this.#listeners.delete(arn);
    };
  }
}
