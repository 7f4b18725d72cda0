/** Limits of what can be rehearsed. */
export const FAULTS_MAX = 100;
/** Of staleness, and of how long transactions hold their items. */
export const FAULT_MS_MAX = 60_000;
/** "Currently retains up to 5 minutes (300 seconds) of unused capacity" (Developer Guide). */
export const BURST_SECONDS = 300;
/** Of tables and indexes, for reads and writes each. */
export const BUCKETS_MAX = 10_000;
/** Former values that are kept for stale reads; what is older is forgotten first. */
export const FORMER_VALUES_MAX = 100_000;
