/**
 * Limits of vector indexes. Where no source is named: Developer Guide, "Quotas in Amazon DynamoDB", and
 * AWS's agent toolkit, "Vector indexes and SearchVectors" (2026-08).
 */
export const VECTOR_INDEXES_MAX = 5;
export const DIMENSIONS_MAX = 4096;
export const INLINE_FILTERS_MAX = 18;
export const SEARCH_HASH_KEYS_MAX = 1;
export const TOP_K_MIN = 1;
export const TOP_K_MAX = 100;
/** What one SearchVectors answers. */
export const SEARCH_BYTES_MAX = 16 * 1024 * 1024;
/** The least that a search or a write to an index is metered as. */
export const METERED_BYTES_MIN = 1024;

/** Vectors kept in memory, with all that is kept beside them. Ours. */
export const VECTOR_MEMORY_BYTES_MAX = 512 * 1024 * 1024;
/** Changed entries that a set in memory has not read again yet; with more it is read anew. Ours. */
export const STALE_ENTRIES_MAX = 10_000;
/** Numbers compared before other requests get their turn: a few milliseconds. Ours. */
export const NUMBERS_PER_TURN = 4 * 1024 * 1024;
