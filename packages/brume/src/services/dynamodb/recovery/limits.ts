/** Limits of restoring. Where no source is named: the Developer Guide, "Point-in-time recovery". */
export const DAY_MS = 24 * 60 * 60 * 1000;
/** The longest, and what a table has that asks for none. */
export const RECOVERY_PERIOD_DAYS_MAX = 35;
/** How long the backup is kept that deleting a table with point-in-time recovery leaves. */
export const SYSTEM_BACKUP_MS = 35 * DAY_MS;

/** What one step of a job reads of a table, and commits. */
export const SNAPSHOT_ITEMS = 100;
export const SNAPSHOT_BYTES = 1024 * 1024;
/** Changes that are looked at for a page of items. */
export const SNAPSHOT_CHANGES = 1000;

export const TRIM_CHANGES = 500;
/** Between two looks for what is not kept any longer, and at one table's history. */
export const RETENTION_SWEEP_MS = 60 * 1000;
export const TRIM_INTERVAL_MS = 60 * 60 * 1000;
/** Jobs that take turns; further ones wait for these. */
export const JOBS_SEEN_MAX = 100;
