/** DynamoDB's limits. Where no source is named: the Developer Guide, "Quotas in Amazon DynamoDB". */
export const DECIMAL_DIGITS_MAX = 38;
/** Exponents of scientific notation: 9.99…E+125 and 1E-130 are the ends of the range. */
export const DECIMAL_EXPONENT_MAX = 125;
export const DECIMAL_EXPONENT_MIN = -130;

export const ITEM_BYTES_MAX = 409_600;
export const NESTING_LEVELS_MAX = 32;
export const PARTITION_KEY_BYTES_MAX = 2048;
export const SORT_KEY_BYTES_MAX = 1024;
export const VIOLATIONS_REPORTED_MAX = 10;
export const TABLES_CACHED_MAX = 10_000;
/** How often one write starts over because its tables changed meanwhile. */
export const TABLE_CHANGES_MAX = 100;
/** Warm throughput of every table and index billed by request (recorded 2025-10-08). */
export const WARM_READ_UNITS = 12_000;
export const WARM_WRITE_UNITS = 4_000;
export const TABLE_NAME_LENGTH_MIN = 3;
export const TABLE_NAME_LENGTH_MAX = 255;
export const LOCAL_INDEXES_MAX = 5;
export const GLOBAL_INDEXES_MAX = 20;
/** Attributes of each kind in the key of a global index (November 2025). */
export const INDEX_KEY_ATTRIBUTES_MAX = 4;
export const PROJECTED_ATTRIBUTES_MAX = 100;
/** Beyond AWS's quotas: what its parser takes (dynalite, against AWS). */
export const THROUGHPUT_UNITS_MAX = 1_000_000_000_000;
export const TAGS_MAX = 50;
/** Decreases of throughput that a day (UTC) has for nothing; then one an hour. */
export const DECREASES_FREE = 4;
export const DECREASE_INTERVAL_MS = 60 * 60 * 1000;
/** Changes of a table to PAY_PER_REQUEST, and within which time. */
export const PAY_PER_REQUEST_CHANGES_MAX = 4;
export const PAY_PER_REQUEST_CHANGES_MS = 24 * 60 * 60 * 1000;

export const EXPRESSION_BYTES_MAX = 4096;
/** Operators and functions of one expression. */
export const OPERATORS_MAX = 300;
/** As many as there can be operators and functions: more are redundant, or one too many. */
export const PARENTHESES_DEPTH_MAX = 300;
export const IN_OPERANDS_MAX = 100;
export const PATH_DEPTH_MAX = 32;
/** Parts of a PartiQL statement inside each other. */
export const STATEMENT_DEPTH_MAX = 256;
/** Compiled statements kept; at most 8 KB of text each. */
export const STATEMENTS_CACHED_MAX = 1000;
/** Partition keys of one SELECT ("PartiQL select statements", Developer Guide). */
export const PARTITIONS_READ_MAX = 50;
/** Parsed expressions kept of each kind; at most 4 KB of text each. */
export const EXPRESSIONS_CACHED_MAX = 1000;

/** Items of one partition key, in tables with local indexes. */
export const COLLECTION_BYTES_MAX = 10 * 1024 ** 3;
export const COLLECTION_GIGABYTE = 1024 ** 3;

/** A page of Query or Scan, in the measure of `pageSizeBytes`. */
export const PAGE_BYTES_MAX = 1024 * 1024;
/** Entries that are asked of the store at once. */
export const RANGE_ENTRIES_MAX = 1000;
/** When the items of a large table are counted again. */
export const CENSUS_AGE_MS_MAX = 60 * 1000;
export const LISTED_TABLES_MAX = 100;

export const BATCH_GET_KEYS_MAX = 100;
/** What one BatchGetItem answers. */
export const BATCH_BYTES_MAX = 16 * 1024 * 1024;
export const BATCH_WRITES_MAX = 25;
export const TRANSACTION_BYTES_MAX = 4 * 1024 * 1024;
export const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

/** How long after its time an item may still be there; AWS says days. */
export const EXPIRY_SWEEP_MS = 1000;
export const EXPIRY_CHUNK = 100;
/** Items whose time was longer ago are kept (Developer Guide, "Time to Live"). */
export const EXPIRED_BEFORE_MS_MAX = 5 * 365 * 24 * 60 * 60 * 1000;
export const BACKFILL_CHUNK = 100;
/** Partition keys whose place in the store is remembered, per key type. */
export const PARTITIONS_CACHED_MAX = 10_000;
/** Between two changes of a table's time to live (Developer Guide). */
export const TIME_TO_LIVE_CHANGE_MS = 60 * 60 * 1000;
export const ACCOUNT_UNITS_MAX = 80_000;
export const TABLE_UNITS_MAX = 40_000;
export const ENDPOINT_CACHE_MINUTES = 1440;
