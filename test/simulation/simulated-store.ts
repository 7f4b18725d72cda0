/**
 * The real SQLite engine on a simulated disk. SQLite writes its files itself, and syncs them itself
 * when it copies the write-ahead log (seen with strace, see docs/internals/storage.md): it syncs the
 * log, copies, and syncs the database file; and it syncs the header of a log that begins anew before
 * it writes on. Those syncs are told to the simulated disk here; all others are Brume's own.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SimulatedEnvironment } from '../../packages/brume/src/environment/simulated.ts';
import type { OrderedStore } from '../../packages/brume/src/storage/ordered-store.ts';
import type { Checkpointer } from '../../packages/brume/src/storage/sqlite/checkpointer.ts';
import { checkpointPassively } from '../../packages/brume/src/storage/sqlite/passive-checkpoint.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';

const DATABASE = 'brume.sqlite';
const WAL_HEADER_BYTES = 32;
const CHECKPOINT_MS_MAX = 5;
/** Small, so that the log is copied and begun anew many times in a short life. */
const WAL_LIMITS = { checkpointBytes: 100_000, maxBytes: 200_000 };

export async function openSimulatedStore(environment: SimulatedEnvironment): Promise<OrderedStore> {
  const { disk } = environment;
  const path = join(disk.folder, DATABASE);
  const store = await createSqliteStore({
    path,
    environment,
    log: {
      log(_, message, fields) {
        throw new Error(`${message} ${JSON.stringify(fields)}`);
      },
    },
    checkpointer: new SimulatedCheckpointer(path, environment),
    walLimits: WAL_LIMITS,
  });
  disk.assumeSynced(path);
  return store;
}

/** Lets the power go after so many steps of the disk; its remains are in `target` when `cut` is called. */
export function planPowerCut(
  { disk }: SimulatedEnvironment,
  steps: number,
  target: string,
  cut: () => void,
): void {
  disk.planCut(steps, () => {
    const path = join(disk.folder, DATABASE);
    disk.assumeSynced(`${path}-wal`, WAL_HEADER_BYTES);
    disk.writeRemains(target);
    // Shared memory, which no power cut survives; SQLite makes it again from the log.
    rmSync(join(target, `${DATABASE}-shm`), { force: true });
    cut();
  });
}

class SimulatedCheckpointer implements Checkpointer {
  readonly #path: string;
  readonly #environment: SimulatedEnvironment;
  #connection: DatabaseSync | undefined;

  constructor(path: string, environment: SimulatedEnvironment) {
    this.#path = path;
    this.#environment = environment;
  }

  async checkpoint(): Promise<boolean> {
    const { disk, random, timers } = this.#environment;
    await new Promise<void>((resolve) => {
      timers.after(random.fraction() * CHECKPOINT_MS_MAX, resolve);
    });
    this.#connection ??= new DatabaseSync(this.#path);
    disk.assumeSynced(`${this.#path}-wal`);
    disk.step();
    const complete = checkpointPassively(this.#connection);
    // Copied, but not synced.
    disk.step();
    if (complete) disk.assumeSynced(this.#path);
    disk.step();
    return complete;
  }

  async close(): Promise<void> {
    this.#connection?.close();
  }
}
