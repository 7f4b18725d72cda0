/** How long statuses are under way; AWS says nothing of it. */
export const STATUS_CHANGE_MS = 1000;
/** Summaries of one page (the model's MaxResults). */
export const INSIGHTS_LISTED_MAX = 100;
