/** What keeps state: a data folder with its store and blobs, or the same in memory. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CredentialStore } from './auth/credentials.ts';
import type { Config } from './config.ts';
import type { Environment } from './environment/environment.ts';
import type { BlobStore } from './storage/blob-store.ts';
import type { OrderedStore } from './storage/ordered-store.ts';
import type { Logger } from './telemetry/log.ts';

export interface Persistence {
  readonly store: OrderedStore;
  readonly blobs: BlobStore;
  readonly credentials: CredentialStore;
  /** A folder for what can be made again: unpacked function code. */
  readonly cacheFolder: () => Promise<string>;
  /** The folder of the certificate authority. */
  readonly tlsFolder: () => Promise<string>;
  /** A folder with one for each bucket that tables are exported to. */
  readonly exportFolder: () => Promise<string>;
  close(): Promise<void>;
}

/** Rejects with a `DataFolderError`, whose message is for the user, when the folder cannot be used. */
export function openPersistence(
  config: Config,
  environment: Environment,
  log: Logger,
): Promise<Persistence> {
  return config.memory ? openMemory(environment) : openFolder(config, environment, log);
}

async function openMemory(environment: Environment): Promise<Persistence> {
  const [{ createMemoryStore }, { createMemoryBlobStore }] = await Promise.all([
    import('./storage/memory/memory-store.ts'),
    import('./storage/blobs/memory-blob-store.ts'),
  ]);
  const store = createMemoryStore();
  let cache: Promise<string> | undefined;
  const cacheFolder = () => (cache ??= makeTemporaryFolder(environment));
  return {
    store,
    blobs: createMemoryBlobStore(environment),
    credentials: CredentialStore.inMemory(environment.random),
    cacheFolder,
    tlsFolder: async () => join(await cacheFolder(), 'tls'),
    exportFolder: async () => join(await cacheFolder(), 'exports'),
    async close() {
      await store.close();
      const path = await cache?.catch(() => undefined);
      if (path !== undefined) await environment.disk.remove(path);
    },
  };
}

async function openFolder(
  config: Config,
  environment: Environment,
  log: Logger,
): Promise<Persistence> {
  const [{ openDataFolder }, { createSqliteStore }, { createFileBlobStore }] = await Promise.all([
    import('./storage/data-folder.ts'),
    import('./storage/sqlite/sqlite-store.ts'),
    import('./storage/blobs/file-blob-store.ts'),
  ]);
  const folder = await openDataFolder(config.dataFolder, environment);
  try {
    const store = await createSqliteStore({ path: folder.databasePath, environment, log });
    return {
      store,
      blobs: await createFileBlobStore({ folder: folder.blobsPath, environment }),
      credentials: await CredentialStore.open(folder.path, environment),
      cacheFolder: async () => {
        await environment.disk.makeDirectory(folder.cachePath);
        return folder.cachePath;
      },
      tlsFolder: async () => folder.tlsPath,
      exportFolder: async () => folder.exportsPath,
      async close() {
        await store.close();
        await folder.close();
      },
    };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

async function makeTemporaryFolder({ disk, random }: Environment): Promise<string> {
  const path = join(tmpdir(), `brume-${random.uuid()}`);
  await disk.makeDirectory(path);
  return path;
}
