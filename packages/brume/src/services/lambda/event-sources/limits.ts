/** Limits of event source mappings, from AWS's developer guide where nothing else is said. */

/** Room in an event for what surrounds records and state. */
export const ENVELOPE_BYTES = 2048;
/** "If your state exceeds 1 MB, Lambda terminates the window early." */
export const STATE_BYTES_MAX = 1024 * 1024;
/** A record's time is in whole seconds, and it may be durable a little later than it says. */
export const WINDOW_GRACE_MS = 1000;

/**
 * Failed batches are tried again after this, then after twice as long, and so on. AWS tells no figures;
 * it made 8 attempts in a minute (recorded 2025-11-25: test_kinesis_maximum_record_age_exceeded).
 */
export const BACKOFF_MS = 500;
/** Brume's own: no longer than this. */
export const BACKOFF_MAX_MS = 60_000;

/** Brume's own: how many records are read at once, and how many bytes of them. */
export const READ_RECORDS_MAX = 1000;
export const READ_BYTES_MAX = 4 * 1024 * 1024;
/** Brume's own: shards and records are looked for so often even if nobody tells of new ones. */
export const LOOK_AGAIN_MS = 30_000;
/** Brume's own: shards of a stream that are read. A day of DynamoDB's has far fewer. */
export const SHARDS_MAX = 10_000;
/** Brume's own: mappings of an account in a region; AWS has no quota for them. */
export const MAPPINGS_MAX = 10_000;
/** "MaxItems … Valid Range" of the API reference allows more, but a page has 100 at most. */
export const LIST_MAPPINGS_MAX = 100;
/** "Filter criteria: five filters" for each mapping. */
export const FILTERS_MAX = 5;
/** ParallelizationFactor's range in the model. */
export const LANES_MAX = 10;
/** "Although values less than 60 and greater than -1 fall within the range, they are not allowed." */
export const RECORD_AGE_SECONDS_MIN = 60;
/** "greater than 0 if maximum batch size is greater than 10" (recorded 2025-11-25). */
export const QUEUE_BATCH_WITHOUT_WINDOW_MAX = 10;
