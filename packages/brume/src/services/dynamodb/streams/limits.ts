/** Limits of streams. Where no source is named: the Developer Guide, "DynamoDB Streams". */
export const RETENTION_MS = 24 * 60 * 60 * 1000;
/** A shard takes records for about four hours, then another one takes over. */
export const SHARD_MS = 4 * 60 * 60 * 1000;
/** So that no shard grows without end; AWS does not say its own number. */
export const SHARD_RECORDS_MAX = 1_000_000;
/** How long after its time a record may still be there; AWS makes no promise. */
export const TRIM_SWEEP_MS = 1000;
/** What one turn of trimming looks at. */
export const TRIM_RECORDS = 1000;
export const TRIM_BYTES = 1024 * 1024;
export const TRIM_SHARDS = 100;
