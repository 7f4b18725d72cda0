/** Limits of the streams API. Where no source is named: its API Reference, 2012-08-10. */
export const STREAMS_LISTED_MAX = 100;
export const SHARDS_DESCRIBED_MAX = 100;
export const RECORDS_READ_MAX = 1000;
export const READ_BYTES_MAX = 1024 * 1024;
export const ITERATOR_LIFETIME_MS = 15 * 60 * 1000;
