/** How much the SQLite engine lets pile up. Measured by `bench/storage.ts`; see docs/internals/storage.md. */

export interface WalLimits {
  /** From this size on the write-ahead log is copied into the database file. */
  readonly checkpointBytes: number;
  /** Commits wait for that copying once the log has grown to this size. */
  readonly maxBytes: number;
}

export const WAL_LIMITS: WalLimits = {
  checkpointBytes: 32 * 1024 * 1024,
  maxBytes: 128 * 1024 * 1024,
};

/** So many transactions share one SQL transaction at most: it runs on the event loop in one go. */
export const GROUP_TRANSACTIONS_MAX = 256;

/** More waiting transactions than this are refused rather than piled up. */
export const TRANSACTIONS_WAITING_MAX = 100_000;

/** Pages kept in memory by the connection that serves. */
export const PAGE_CACHE_KIBIBYTES = 64 * 1024;

/** Rows kept in memory in front of the connection. */
export const ROW_CACHE_BYTES_MAX = 32 * 1024 * 1024;

/** How long a commit waits for another program that writes to the same database, on the event loop. */
export const FOREIGN_WRITER_WAIT_MS = 1000;
