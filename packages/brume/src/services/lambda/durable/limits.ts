/** Limits of durable executions. The first two are AWS's as we know them; not verified. */

export const OPERATIONS_MAX = 3000;
/** Where the function's configuration does not say. */
export const RETENTION_DAYS_DEFAULT = 14;
/** Synchronous callers wait for no longer (Developer Guide, "Invoking durable functions"). */
export const SYNCHRONOUS_TIMEOUT_SECONDS_MAX = 900;

/** Brume's own: operations that a function is told of in one piece. */
export const STATE_BYTES_MAX = 3 * 1024 * 1024;
export const STATE_OPERATIONS_MAX = 1000;
/** Brume's own: from one second on, an invocation that failed is made again after twice the time. */
export const RETRY_DELAY_MS_MAX = 300_000;
/** Brume's own: how often executions are looked for whose retention is over. */
export const RETENTION_LOOK_MS = 3_600_000;
/** Brume's own: entries that are read at once. */
export const READ_MAX = 100;
/** Timers of Node end at 2^31 ms; a look in between does no harm. */
export const TIMER_MS_MAX = 3_600_000;
/** Brume's own: executions that one ListDurableExecutionsByFunction looks at. */
export const EXECUTIONS_READ_MAX = 10_000;
