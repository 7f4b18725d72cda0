/** How long statuses are under way; AWS says nothing of it. */
export const STATUS_CHANGE_MS = 1000;
/** Streams that a table's changes go to at once (API Reference, LimitExceededException). */
export const DESTINATIONS_MAX = 2;
/** Destinations that were disabled are remembered, the latest of them. */
export const DISABLED_REMEMBERED_MAX = 8;
