/**
 * The services that one Brume serves. Each is named with what is needed to recognize its requests, and
 * loaded — code, model, state — by the first of them, so that starting costs nothing for the others.
 */
import { createProtocol } from '../protocol/compile.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ProtocolName } from '../model/shapes.ts';
import type { Service } from '../services/service.ts';

export interface ServiceEntry {
  /** The name in logs and metrics, as in the service's endpoint: `dynamodb`. */
  readonly name: string;
  /** The service's name in a SigV4 scope; several services may share one. */
  readonly signingName: string;
  /** What comes before the dot in `x-amz-target`. */
  readonly targetPrefix?: string;
  readonly protocols: readonly ProtocolName[];
  /** Largest request body that the service takes. */
  readonly bodyBytesMax: number;
  /** The id of a request made from a UUID, where ids of this service are of another form. */
  readonly requestIdOf?: (uuid: string) => string;
  load(): Promise<Service>;
}

export interface LoadedService {
  readonly entry: ServiceEntry;
  readonly service: Service;
  protocol(name: ProtocolName): Protocol | undefined;
}

export class ServiceRegistry {
  readonly entries: readonly ServiceEntry[];
  readonly #loading = new Map<ServiceEntry, Promise<LoadedService>>();
  readonly #loaded = new Map<ServiceEntry, LoadedService>();

  constructor(entries: readonly ServiceEntry[]) {
    this.entries = entries;
  }

  /** The service, at once when it is loaded already. */
  load(entry: ServiceEntry): LoadedService | Promise<LoadedService> {
    const loaded = this.#loaded.get(entry);
    if (loaded) return loaded;
    let loading = this.#loading.get(entry);
    if (!loading) {
      loading = this.#load(entry);
      this.#loading.set(entry, loading);
    }
    return loading;
  }

  /** Closes what was loaded, in reverse order of loading. */
  async close(): Promise<void> {
    const loaded = await Promise.allSettled(this.#loading.values());
    for (const each of loaded.reverse()) {
      // What could not be loaded has nothing to close, and keeps nothing else open.
      if (each.status === 'fulfilled') await each.value.service.close();
    }
  }

  async #load(entry: ServiceEntry): Promise<LoadedService> {
    const service = await entry.load();
    const protocols = new Map<ProtocolName, Protocol>();
    const loaded: LoadedService = {
      entry,
      service,
      protocol(name) {
        if (!entry.protocols.includes(name)) return undefined;
        let protocol = protocols.get(name);
        if (!protocol) protocols.set(name, (protocol = createProtocol(service.model, name)));
        return protocol;
      },
    };
    this.#loaded.set(entry, loaded);
    return loaded;
  }
}
