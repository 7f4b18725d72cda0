/**
 * The durable engine: SQLite in WAL mode. All transactions of one turn of the event loop are decided
 * one after another and committed as one SQL transaction; the write-ahead log is synced off the event
 * loop, and only then does anybody hear of it. Reads are served at once, from this thread.
 */
import { dirname } from 'node:path';
import type { DiskFile } from '../../environment/disk.ts';
import type { Environment } from '../../environment/environment.ts';
import { StoreClosedError, StoreOverloadedError } from '../errors.ts';
import type { Decision, Entry, Key, OrderedStore, Range, Value, Write } from '../ordered-store.ts';
import type { StorageLog } from '../storage-log.ts';
import { ThreadCheckpointer } from './checkpointer.ts';
import type { Checkpointer } from './checkpointer.ts';
import { EntriesTable } from './entries-table.ts';
import { GROUP_TRANSACTIONS_MAX, TRANSACTIONS_WAITING_MAX, WAL_LIMITS } from './limits.ts';
import type { WalLimits } from './limits.ts';
import { UnsyncedCommits } from './unsynced-commits.ts';
import type { Settle } from './unsynced-commits.ts';
import { WalLimiter } from './wal-limiter.ts';

export interface SqliteStoreOptions {
  /** The database file, in a folder that exists. */
  readonly path: string;
  readonly environment: Pick<Environment, 'disk' | 'timers'>;
  readonly log: StorageLog;
  readonly checkpointer?: Checkpointer;
  readonly walLimits?: WalLimits;
}

export async function createSqliteStore(options: SqliteStoreOptions): Promise<OrderedStore> {
  const { path, environment } = options;
  const table = new EntriesTable(path);
  let wal: DiskFile | undefined;
  try {
    // SQLite keeps this file for as long as the database is open.
    wal = await environment.disk.open(`${path}-wal`, { create: false });
    // What a process that was killed had committed is visible from now on, so it must be durable.
    await wal.sync();
    await environment.disk.syncDirectory(dirname(path));
  } catch (error) {
    await wal?.close();
    table.close();
    throw error;
  }
  return new SqliteStore(table, wal, options);
}

interface Transaction {
  readonly keys: readonly Key[];
  readonly decide: (values: readonly (Value | undefined)[]) => Decision<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

class SqliteStore implements OrderedStore {
  readonly #table: EntriesTable;
  readonly #wal: DiskFile;
  readonly #timers: Environment['timers'];
  readonly #unsynced: UnsyncedCommits;
  readonly #limiter: WalLimiter;
  #waiting: Transaction[] = [];
  #scheduled = false;
  #closing: Promise<void> | undefined;

  constructor(table: EntriesTable, wal: DiskFile, options: SqliteStoreOptions) {
    this.#table = table;
    this.#wal = wal;
    this.#timers = options.environment.timers;
    this.#unsynced = new UnsyncedCommits(wal);
    this.#limiter = new WalLimiter({
      checkpointer: options.checkpointer ?? new ThreadCheckpointer(options.path),
      limits: options.walLimits ?? WAL_LIMITS,
      log: options.log,
      walBytes: () => table.walBytes(),
      resume: () => this.#schedule(),
    });
  }

  async get(key: Key): Promise<Value | undefined> {
    this.#requireOpen();
    return this.#unsynced.afterKeys([key], this.#table.get(key));
  }

  async getMany(keys: readonly Key[]): Promise<(Value | undefined)[]> {
    this.#requireOpen();
    return this.#unsynced.afterKeys(keys, this.#getAll(keys));
  }

  async range(range: Range): Promise<Entry[]> {
    this.#requireOpen();
    return this.#unsynced.afterRange(range, this.#table.range(range));
  }

  async transact<Result>(
    keys: readonly Key[],
    decide: (values: readonly (Value | undefined)[]) => Decision<Result>,
  ): Promise<Result> {
    this.#requireOpen();
    if (this.#waiting.length >= TRANSACTIONS_WAITING_MAX) throw new StoreOverloadedError();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ keys, decide, resolve: resolve as (result: unknown) => void, reject });
      this.#schedule();
    });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#limiter.idle();
      this.#commitWaiting();
    }
    await this.#unsynced.idle();
    await this.#limiter.close();
    await this.#wal.close();
    this.#table.close();
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new StoreClosedError();
  }

  #getAll(keys: readonly Key[]): (Value | undefined)[] {
    return keys.map((key) => this.#table.get(key));
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#limiter.paused) return;
    this.#scheduled = true;
    this.#timers.nextTurn(() => {
      this.#scheduled = false;
      this.#commitWaiting();
    });
  }

  #commitWaiting(): void {
    if (this.#limiter.paused || this.#waiting.length === 0) return;
    const group = this.#waiting.slice(0, GROUP_TRANSACTIONS_MAX);
    this.#waiting = this.#waiting.slice(GROUP_TRANSACTIONS_MAX);
    if (this.#unsynced.failure === undefined) this.#commit(group);
    else for (const { reject } of group) reject(this.#unsynced.failure);
    this.#schedule();
  }

  #commit(group: readonly Transaction[]): void {
    const writes: Write[] = [];
    let settles: Settle[];
    try {
      settles = group.map((transaction) => this.#decide(transaction, writes));
      if (writes.length > 0) this.#table.commit();
    } catch (error) {
      this.#table.rollback();
      // The fault of one must not be that of all: each by itself.
      if (group.length > 1) for (const transaction of group) this.#commit([transaction]);
      else group[0]?.reject(error);
      return;
    }
    if (writes.length > 0) this.#unsynced.add(writes);
    this.#unsynced.afterAll((failure) => {
      for (const settle of settles) settle(failure);
    });
    if (writes.length > 0) this.#limiter.committed();
  }

  /** Lets one transaction decide, and writes what it decided into the open SQL transaction. */
  #decide(transaction: Transaction, writes: Write[]): Settle {
    const { keys, decide, resolve, reject } = transaction;
    let decision: Decision<unknown>;
    try {
      decision = decide(this.#getAll(keys));
    } catch (error) {
      return (failure) => reject(failure ?? error);
    }
    for (const write of decision.writes) {
      if (writes.length === 0) this.#table.begin();
      writes.push(write);
      this.#table.apply(write);
    }
    return (failure) => (failure === undefined ? resolve(decision.result) : reject(failure));
  }
}
