/** CloudWatch Logs' limits, from its API reference and quotas page (2026-11) unless noted. */

/** "The maximum batch size is 1,048,576 bytes", each event counted with 26 bytes more. */
export const BATCH_BYTES_MAX = 1024 * 1024;
export const BATCH_EVENTS_MAX = 10_000;
export const EVENT_OVERHEAD_BYTES = 26;
/** "A batch of log events in a single request cannot span more than 24 hours." */
export const BATCH_SPAN_MS = 24 * 3_600_000;
export const EVENT_AGE_MAX_MS = 14 * 24 * 3_600_000;
export const EVENT_FUTURE_MAX_MS = 2 * 3_600_000;

/** A page of events: "up to 1 MB … or up to 10,000 log events". */
export const PAGE_BYTES_MAX = 1024 * 1024;
export const PAGE_EVENTS_MAX = 10_000;
/** Brume's own: events that one FilterLogEvents looks at before it answers with a token. */
export const SCANNED_EVENTS_MAX = 50_000;
/** Brume's own: the same in bytes. */
export const SCANNED_BYTES_MAX = 32 * 1024 * 1024;
/** Brume's own: events that are read ahead while streams are merged; the bytes over all streams. */
export const READ_AHEAD_EVENTS = 256;
export const READ_AHEAD_BYTES = 16 * 1024 * 1024;
/** Brume's own: streams with events at the same time that one request merges. */
export const MERGED_STREAMS_MAX = 1000;

export const DESCRIBE_ITEMS_MAX = 50;
export const LIST_GROUPS_MAX = 1000;
/** Brume's own: groups, or streams of a group, that one read of the store brings. */
export const RECORDS_READ_MAX = 1000;

export const TAGS_MAX = 50;
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];
/** Brume's own: how often expired events are looked for; AWS takes up to 72 hours. */
export const SWEEP_INTERVAL_MS = 3_600_000;
/** Brume's own: expired events deleted in one commit. */
export const SWEEP_EVENTS_MAX = 1000;

/** Brume's own: the states of a filter pattern's regular expression, each a character long. */
export const EXPRESSION_STATES_MAX = 2000;

/** Brume's own: lines of functions that wait to be stored, over all streams. */
export const INTAKE_BYTES_MAX = 32 * 1024 * 1024;
/** Brume's own: lines are gathered for so long before they are stored. */
export const INTAKE_DELAY_MS = 100;

/** "sessions … time out after three hours"; "up to 500 log events per second". */
export const LIVE_TAIL_SESSION_MS = 3 * 3_600_000;
export const LIVE_TAIL_EVENTS_PER_SECOND = 500;
/** Brume's own: Live Tail sessions at one time; AWS has 15 per account. */
export const LIVE_TAIL_SESSIONS_MAX = 15;
