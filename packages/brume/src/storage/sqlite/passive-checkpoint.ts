import type { DatabaseSync } from 'node:sqlite';

/**
 * Copies what no reader stands in the way of, without blocking anybody; true when that was all.
 * With `synchronous = NORMAL` SQLite syncs the log before it copies, and the database file after.
 */
export function checkpointPassively(database: DatabaseSync): boolean {
  const report = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
  return report !== undefined && report['busy'] === 0 && report['log'] === report['checkpointed'];
}
