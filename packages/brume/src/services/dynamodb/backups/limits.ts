/** Backups of one answer (API Reference, ListBackups). */
export const BACKUPS_LISTED_MAX = 100;
