/** What keeps state: the ordered store, the blobs and a folder for files that can be made again. */
import type { Config } from './config.ts';
import type { Environment } from './environment/environment.ts';
import type { BlobStore } from './storage/blob-store.ts';
import type { OrderedStore } from './storage/ordered-store.ts';
import { createMemoryStore } from './storage/memory/memory-store.ts';
import type { Logger } from './telemetry/log.ts';

export interface Persistence {
  readonly store: OrderedStore;
  close(): Promise<void>;
}

export async function openPersistence(
  config: Config,
  environment: Environment,
  log: Logger,
): Promise<Persistence> {
  const store = createMemoryStore();
  return { store, close: () => store.close() };
}
