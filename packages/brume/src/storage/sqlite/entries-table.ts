/**
 * The SQL side of the engine: one connection, one table of keys and values, prepared statements.
 * All calls are synchronous; none makes anything durable.
 *
 * The table keeps its hidden row id and has a unique index on the key. Without row id, rows live in
 * an index tree, which moves everything over a quarter of a page to overflow pages: items of 1,200
 * bytes then took 3.3 times the disk and 3 times the time to read.
 */
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import type { Entry, Key, Range, Value, Write } from '../ordered-store.ts';
import { FOREIGN_WRITER_WAIT_MS, PAGE_CACHE_KIBIBYTES, ROW_CACHE_BYTES_MAX } from './limits.ts';
import { RowCache } from './row-cache.ts';

const PAGE_BYTES = 4096;
const FRAME_BYTES = PAGE_BYTES + 24;

const OPEN = `
  PRAGMA page_size = ${PAGE_BYTES};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 0;
  PRAGMA cache_size = -${PAGE_CACHE_KIBIBYTES};
  PRAGMA busy_timeout = ${FOREIGN_WRITER_WAIT_MS};
  CREATE TABLE IF NOT EXISTS entries (key BLOB NOT NULL UNIQUE, value BLOB NOT NULL) STRICT;`;

export class EntriesTable {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  readonly #get: StatementSync;
  readonly #ascending: StatementSync;
  readonly #descending: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteRange: StatementSync;
  readonly #walFrames: StatementSync;
  readonly #cache = new RowCache(ROW_CACHE_BYTES_MAX);
  readonly #read = (key: Key) => (this.#get.get(key) as unknown as [Value] | undefined)?.[0];

  constructor(path: string) {
    const database = new DatabaseSync(path);
    database.exec(OPEN);
    const prepare = (sql: string) => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#database = database;
    this.#begin = prepare('BEGIN IMMEDIATE');
    this.#commit = prepare('COMMIT');
    this.#rollback = prepare('ROLLBACK');
    this.#get = prepare('SELECT value FROM entries WHERE key = ?');
    const range = 'SELECT key, value FROM entries WHERE key >= ? AND key < ? ORDER BY key';
    this.#ascending = prepare(`${range} ASC`);
    this.#descending = prepare(`${range} DESC`);
    this.#put = prepare(
      'INSERT INTO entries VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#delete = prepare('DELETE FROM entries WHERE key = ?');
    this.#deleteRange = prepare('DELETE FROM entries WHERE key >= ? AND key < ?');
    // Does nothing but report; SQLite before 3.51 takes the unknown word for PASSIVE.
    this.#walFrames = prepare('PRAGMA wal_checkpoint(NOOP)');
  }

  get(key: Key): Value | undefined {
    return this.#cache.get(key, this.#read);
  }

  range({ start, end, reverse = false, limit, bytesMax = Infinity }: Range): Entry[] {
    const found: Entry[] = [];
    if (limit <= 0) return found;
    let bytes = 0;
    const statement = reverse ? this.#descending : this.#ascending;
    const rows = statement.iterate(start, end) as Iterable<unknown> as Iterable<[Key, Value]>;
    for (const [key, value] of rows) {
      found.push({ key, value });
      bytes += key.length + value.length;
      if (found.length >= limit || bytes >= bytesMax) break;
    }
    return found;
  }

  begin(): void {
    this.#begin.run();
  }

  apply(write: Write): void {
    if (write.type === 'put') {
      this.#put.run(write.key, write.value);
      this.#cache.put(write.key, write.value);
    } else if (write.type === 'delete') {
      this.#delete.run(write.key);
      this.#cache.delete(write.key);
    } else {
      this.#deleteRange.run(write.start, write.end);
      this.#cache.clear();
    }
  }

  commit(): void {
    this.#commit.run();
  }

  /** Ends a transaction that failed, where SQLite has not ended it by itself. */
  rollback(): void {
    this.#cache.clear();
    if (this.#database.isTransaction) this.#rollback.run();
  }

  /** Bytes in the write-ahead log since it was last begun anew. */
  walBytes(): number {
    const [, frames] = this.#walFrames.get() as unknown as [number, number, number];
    return frames * FRAME_BYTES;
  }

  /** Writes what is left in the write-ahead log into the database file, durably. */
  close(): void {
    this.#database.close();
  }
}
